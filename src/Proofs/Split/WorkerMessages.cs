// What a coordinator and its workers tell each other.

namespace Marketplace.Proofs.Split;

/// <summary>What a worker is told to hold.</summary>
/// <param name="Id">Drawn for this hand-out of slices. Calls with another one are late, and refused.</param>
/// <param name="Dimension">d.</param>
/// <param name="Count">k, the number of slices.</param>
/// <param name="Index">Which of them is this worker's.</param>
public sealed record SliceOrder(Guid Id, int Dimension, int Count, int Index);

/// <summary>What is announced of a slice's range of c = m + Σ z_i·u_i.</summary>
/// <param name="Head">Its first coefficients, as many as c has in the transform's upper half, whose products the coordinator needs.</param>
/// <param name="Digests">SHA-256 of the blocks for each slice; nothing for its own, which stays.</param>
public sealed record Combination(Fr[] Head, byte[][] Digests);

/// <summary>A slice's parts of c(x), c(1/x), g(x) and g(1/x).</summary>
public sealed record Evaluations(Fr CombinationAtPoint, Fr CombinationAtInverse, Fr AutocorrelationAtPoint, Fr AutocorrelationAtInverse);

/// <summary>The state of the division's recurrence w_k = f_{k+2} + y·w_{k+1} − w_{k+2}, which runs from the highest coefficient down.</summary>
/// <param name="Next">w_{k+1}.</param>
/// <param name="AfterNext">w_{k+2}.</param>
public sealed record DivisionState(Fr Next, Fr AfterNext);

/// <summary>A worker could not have its block from another.</summary>
/// <param name="Sender">The other's slice.</param>
/// <param name="Reason">Why not.</param>
public sealed record PullFailure(int Sender, string Reason);
