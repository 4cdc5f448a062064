using Marketplace.Agents;
using Marketplace.Fleet.Silos;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Fleet.Proving;

/// <summary>Makes provers for the projects that a machine serves.</summary>
internal sealed class FleetProvers(ComputeMachines machines, Srs srs, FleetOptions options)
{
    /// <param name="say">Told which machines prove.</param>
    /// <param name="warn">Told of machines that failed.</param>
    public IRoundProver Create(Action<string> say, Action<string> warn) =>
        new FleetProver(machines, srs, options.Split, options.Role == FleetRole.All ? new LocalProver(srs) : null, say, warn);
}
