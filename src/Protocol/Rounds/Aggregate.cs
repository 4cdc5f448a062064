using Marketplace.Algebra.Curves;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Proofs;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Protocol.Rounds;

/// <summary>What a round publishes: U = Σ b_i·u_i over kept updates, the blinder of its commitment C_U, and the divisor B.</summary>
/// <param name="Entries">U, d entries of magnitude at most 32·65536·32767.</param>
/// <param name="Blinder">ρ_U = Σ b_i·ρ_i.</param>
/// <param name="Divisor">B, the sum of kept cosines in units of 1/65536.</param>
public sealed record Aggregate(long[] Entries, Fr Blinder, int Divisor)
{
    /// <summary>Combines kept updates; lists are in the same order, updates of weight 0 do not count.</summary>
    public static Aggregate Combine(
        int dimension, IReadOnlyList<short[]> updates, IReadOnlyList<Fr> blinders, IReadOnlyList<int> weights, int divisor)
    {
        var entries = new long[dimension];
        Fr blinder = Fr.Zero;
        for (int i = 0; i < updates.Count; i++)
        {
            long weight = weights[i];
            if (weight == 0)
                continue;
            short[] update = updates[i];
            for (int k = 0; k < dimension; k++)
                entries[k] += weight * update[k];
            blinder += Fr.FromUInt64((ulong)weight) * blinders[i];
        }
        return new Aggregate(entries, blinder, divisor);
    }

    /// <summary>Upper bound of a published aggregate's length in bytes, headers included.</summary>
    public static long MaxBytes(ModelSpecification model) => AggregateFile.MaxBytes(model);

    public byte[] ToBytes(ModelSpecification model)
    {
        Span<byte> blinder = stackalloc byte[32];
        Blinder.WriteBytes(blinder);
        return new AggregateFile(Entries, Convert.ToHexStringLower(blinder), Divisor).Write(model);
    }

    /// <exception cref="InvalidDataException">The bytes are no aggregate of this model.</exception>
    public static Aggregate Parse(byte[] bytes, ModelSpecification model)
    {
        AggregateFile file = AggregateFile.Read(bytes, model);
        if (!Fr.TryFromBytes(Convert.FromHexString(file.Blinder), out Fr blinder))
            throw new InvalidDataException($"the aggregate's blinder {file.Blinder} is not a canonical scalar");
        if (file.Divisor is <= 0 or > MarketLimits.Seats * MarketLimits.One)
            throw new InvalidDataException($"the aggregate's divisor is {file.Divisor}, expected 1 to {MarketLimits.Seats * MarketLimits.One}");
        return new Aggregate(file.Values, blinder, (int)file.Divisor);
    }

    /// <summary>The first entry that no sum of 32 weighted updates can have, or −1: what shortness means for a published aggregate.</summary>
    public int FirstLongEntry() => Array.FindIndex(Entries, entry => entry is < -MarketLimits.AggregateEntry or > MarketLimits.AggregateEntry);

    /// <summary>Whether this aggregate opens the commitment C_U that the contract computed.</summary>
    public bool Opens(Srs srs, G1 commitment) => FirstLongEntry() < 0 && Commitment.Commit(srs, Entries, Blinder) == commitment;
}
