using System.Numerics;
using Marketplace.Algebra.Curves;

namespace Marketplace.Protocol.Scoring;

/// <summary>
/// What a round's Gram matrix decides, with the numbers on the way. Lists are in the order of the valid updates: element
/// i − 1 is about update u_i. Cosines, weights and divisors are in units of 1/65536.
/// </summary>
public sealed record ScoringOutcome
{
    /// <summary>Bit i − 1 is set when u_i is in the aggregate.</summary>
    public required uint Kept { get; init; }

    /// <summary>B = Σ c_i over the kept updates, by which the aggregate is divided; 0 when nobody was kept.</summary>
    public required int Divisor { get; init; }

    /// <summary>b_i of kept updates, 0 for the others: the aggregate is Σ b_i·u_i.</summary>
    public required IReadOnlyList<int> Weights { get; init; }

    /// <summary>max(0, b_i·X_i) of kept updates, 0 for the others: what the round's reward is split by. The unit is
    /// <see cref="Projection"/>'s scale.</summary>
    public required IReadOnlyList<BigInteger> Contributions { get; init; }

    /// <summary>N_0: the reference's norm in units of 2^−32.</summary>
    public required BigInteger ReferenceNorm { get; init; }

    /// <summary>N_i: the updates' norms in units of 2^−32.</summary>
    public required IReadOnlyList<BigInteger> Norms { get; init; }

    /// <summary>c_i: the cosine to the reference, cut to [0, 65536].</summary>
    public required IReadOnlyList<int> Cosines { get; init; }

    /// <summary>b_i before anybody was dropped: the cosine times min(1, N_0 / N_i).</summary>
    public required IReadOnlyList<int> InitialWeights { get; init; }

    /// <summary>The passes of the outlier rule, one to three; none when no update had a weight.</summary>
    public required IReadOnlyList<OutlierPass> Passes { get; init; }

    /// <summary>max(0, b_i·⟨u_i, r⟩) of kept updates, 0 for the others: the contributions had no public information been
    /// projected out. Comparable with <see cref="Contributions"/> after multiplication by the projection's scale.</summary>
    public required IReadOnlyList<BigInteger> ContributionsBeforeProjection { get; init; }

    /// <summary>How public information was projected out.</summary>
    public required PublicProjection Projection { get; init; }

    /// <summary>How many updates were kept.</summary>
    public int KeptCount => BitOperations.PopCount(Kept);

    /// <summary>C_U = Σ b_i·C_i, the commitment to the aggregate; infinity when nobody was kept.</summary>
    /// <param name="commitments">C_i of every valid update, in their order.</param>
    public G1 Combine(IReadOnlyList<G1> commitments) =>
        Weights.Zip(commitments, (weight, commitment) => commitment * Fr.FromUInt64((ulong)weight))
            .Aggregate(G1.Infinity, (sum, weighted) => sum + weighted);

    /// <summary>Whether update u_i, counted from 1, is in the aggregate.</summary>
    public bool IsKept(int update) => (Kept >> (update - 1) & 1) != 0;
}

/// <summary>One pass of the outlier rule.</summary>
/// <param name="Divisor">B over the updates that entered the pass.</param>
/// <param name="Shapley">φ_i of each update that entered the pass; null for the others.</param>
/// <param name="Dropped">Bit i − 1 is set when u_i had φ_i ≤ 0 and left.</param>
public sealed record OutlierPass(int Divisor, IReadOnlyList<BigInteger?> Shapley, uint Dropped);

/// <summary>How public information is projected out of the alignments with the reference.</summary>
/// <param name="Scale">What every X_i is multiplied by: 1, M_11 or det M, for none, one or two rows.</param>
/// <param name="Rows">The public rows that take part, counted from 1, the most recent first.</param>
/// <param name="Shifts">By how many bits the entries of each of those rows are shortened.</param>
public sealed record PublicProjection(BigInteger Scale, IReadOnlyList<int> Rows, IReadOnlyList<int> Shifts);
