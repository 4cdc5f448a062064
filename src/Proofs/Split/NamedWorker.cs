namespace Marketplace.Proofs.Split;

/// <summary>A worker by a name for people.</summary>
public sealed record NamedWorker(string Name, IProofWorker Worker);
