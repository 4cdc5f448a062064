namespace Marketplace.Benchmarks.Fleet;

/// <summary>What happens to a machine of a fleet, or to its database.</summary>
internal enum FaultKind
{
    /// <summary>A machine is killed by SIGKILL, and started again after a while.</summary>
    Kill,

    /// <summary>A machine is frozen by SIGSTOP, and goes on after a while; declared dead meanwhile, it ends, and is started again.</summary>
    Freeze,

    /// <summary>A machine is asked to end by SIGTERM, and another one is started in its place.</summary>
    Stop,

    /// <summary>The database stops at once, and is started again after a while.</summary>
    Database,
}

/// <summary>One fault of a schedule.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="After">How long after the fault before it.</param>
/// <param name="Machine">To which machine, by number; the next one that serves, where it does not.</param>
/// <param name="Lasting">For how long.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan After, int Machine, TimeSpan Lasting);
