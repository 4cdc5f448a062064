using System.Numerics;
using Marketplace.Algebra.Curves;

namespace Marketplace.Protocol.Scoring;

/// <summary>
/// What a round's Gram matrix decides, with the numbers on the way. Lists are in the order of the valid updates: element
/// i − 1 is about update u_i. What has no other unit is in units of 1/65536.
/// </summary>
public sealed record ScoringOutcome
{
    /// <summary>Bit i − 1 is set when u_i is in the aggregate.</summary>
    public required uint Kept { get; init; }

    /// <summary>B = Σ t_i over the kept updates, by which the aggregate is divided; 0 when nobody was kept.</summary>
    public required int Divisor { get; init; }

    /// <summary>b_i = t_i·min(1, L / N_i): the aggregate is Σ b_i·u_i. 0 for outliers.</summary>
    public required IReadOnlyList<int> Weights { get; init; }

    /// <summary>b_i·⟨u_i, r⟩·ν_i²: what the round's reward is split by. 0 for outliers.</summary>
    public required IReadOnlyList<BigInteger> Contributions { get; init; }

    /// <summary>N_0: the reference's norm in units of 2^−32.</summary>
    public required BigInteger ReferenceNorm { get; init; }

    /// <summary>N_i: the updates' norms in units of 2^−32.</summary>
    public required IReadOnlyList<BigInteger> Norms { get; init; }

    /// <summary>c_i: the cosine to the reference, cut to [0, 65536].</summary>
    public required IReadOnlyList<int> Cosines { get; init; }

    /// <summary>T: the reference's squared correlation with what the updates have in common, as they tell it.</summary>
    public required int Reliability { get; init; }

    /// <summary>D_i: one, and by how much each other update is more like this one than their common direction explains. 0 without a cosine.</summary>
    public required IReadOnlyList<int> Copies { get; init; }

    /// <summary>t_i: the weight before long updates are cut; copies share one. 0 without a cosine.</summary>
    public required IReadOnlyList<int> Trusts { get; init; }

    /// <summary>L: the norm from which on updates are cut, in units of 2^−32.</summary>
    public required BigInteger NormCap { get; init; }

    /// <summary>O_i: the part of the squared norm that lies outside the space of the public rows.</summary>
    public required IReadOnlyList<int> OwnParts { get; init; }

    /// <summary>ν_i: the own part beside the others', at most 1. 0 for outliers.</summary>
    public required IReadOnlyList<int> Novelties { get; init; }

    /// <summary>The public rows that take part, the most recent first.</summary>
    public required IReadOnlyList<PublicRow> PublicRows { get; init; }

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

/// <summary>A public row in the space that updates are compared with.</summary>
/// <param name="Number">Its number, from 1, the most recent first.</param>
/// <param name="Shift">By how many bits its entries are shortened.</param>
public sealed record PublicRow(int Number, int Shift);
