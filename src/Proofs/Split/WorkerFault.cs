namespace Marketplace.Proofs.Split;

/// <summary>Why a worker is given no more work.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Phase">Where it failed.</param>
/// <param name="Reason">How, in words.</param>
public sealed record WorkerFault(string Worker, ProofPhase Phase, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Worker}, {Phase}: {Reason}";
}

/// <summary>A worker did not answer, or answered what others disprove.</summary>
internal sealed class WorkerFaultException(WorkerFault fault, Exception? inner = null) : Exception(fault.ToString(), inner)
{
    public WorkerFault Fault { get; } = fault;
}

/// <summary>No worker is left to prove.</summary>
public sealed class NoWorkersException(IReadOnlyList<WorkerFault> faults)
    : Exception($"No worker is left. Replace them and begin anew. {string.Join("; ", faults)}.")
{
    /// <summary>How each was lost.</summary>
    public IReadOnlyList<WorkerFault> Faults { get; } = faults;
}
