using Marketplace.Algebra.Curves;

namespace Marketplace.Proofs.Gram;

/// <summary>What a Gram proof says: the vectors behind these commitments have this Gram matrix over Fr.</summary>
/// <param name="Context">32 bytes that bind a proof to chain, contract, project, round and participants.</param>
/// <param name="Dimension">d, the vector length, 1 to 2^27 − 32.</param>
/// <param name="Commitments">C_0 … C_{N−1} in row order: reference, updates, public rows (most recent first).</param>
/// <param name="Gram">The matrix.</param>
public sealed record GramStatement(byte[] Context, int Dimension, IReadOnlyList<G1> Commitments, GramMatrix Gram)
{
    /// <summary>Length of <see cref="Context"/> in bytes.</summary>
    public const int ContextLength = 32;
}

/// <summary>What the prover knows: the vectors and the blinders of their commitments.</summary>
/// <param name="Reference">r: d entries of magnitude at most 32767.</param>
/// <param name="Updates">u_1 … u_n, likewise.</param>
/// <param name="PublicRows">p_1 … p_P: d entries of magnitude at most 32·65536·32767, most recent row first.</param>
/// <param name="Blinders">ρ_0 … ρ_{N−1} in row order.</param>
public sealed record GramWitness(
    short[] Reference, IReadOnlyList<short[]> Updates, IReadOnlyList<long[]> PublicRows, IReadOnlyList<Fr> Blinders);
