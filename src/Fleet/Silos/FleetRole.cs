namespace Marketplace.Fleet.Silos;

/// <summary>What a machine does in its fleet.</summary>
public enum FleetRole
{
    /// <summary>Serves projects, and proves their rounds itself while no machine is there for that alone.</summary>
    All,

    /// <summary>Serves projects, and has other machines prove.</summary>
    Control,

    /// <summary>Proves, and has neither key nor projects.</summary>
    Compute,
}
