// Fiat–Shamir challenges of the Gram proof. Keccak-256 throughout; integers and coordinates are 32 bytes, big-endian.
//
//   seed = keccak(context ‖ d ‖ N ‖ P ‖ C_0.x ‖ C_0.y ‖ … ‖ C_{N−1}.y ‖ keccak(gram) ‖ C_m.x ‖ C_m.y ‖ t)
//   z_i  = the high 128 bits of keccak(seed ‖ i)
//   x    = keccak(seed ‖ C_g.x ‖ C_g.y ‖ ρ*) mod r
//   γ    = keccak(x ‖ c(x) ‖ c(1/x) ‖ g(x) ‖ g(1/x)) mod r

using System.Buffers.Binary;
using Marketplace.Algebra.Curves;
using Marketplace.Crypto;

namespace Marketplace.Proofs.Gram;

/// <summary>The challenges a proof answers.</summary>
/// <param name="Rows">z_0 … z_{N−1}, the coefficients of the rows.</param>
/// <param name="Point">x, where the identity is tested.</param>
/// <param name="Batching">γ, which joins the two openings.</param>
internal sealed record GramChallenges(IReadOnlyList<UInt128> Rows, Fr Point, Fr Batching);

/// <summary>Derives the challenges.</summary>
internal static class GramTranscript
{
    /// <summary>All challenges of a finished proof.</summary>
    public static GramChallenges Derive(GramStatement statement, GramProof proof)
    {
        byte[] seed = Seed(statement, proof.Mask, proof.MaskNorm);
        Fr x = Point(seed, proof.Autocorrelation, proof.Blinder);
        Fr gamma = Batching(
            x,
            proof.CombinationAtPoint,
            proof.CombinationAtInverse,
            proof.AutocorrelationAtPoint,
            proof.AutocorrelationAtInverse);
        return new GramChallenges(Rows(seed, statement.Gram.Rows), x, gamma);
    }

    /// <summary>Binds the context, the whole statement and the mask.</summary>
    public static byte[] Seed(GramStatement statement, G1 mask, Fr maskNorm) => Keccak256.HashData([
        .. statement.Context,
        .. Word(statement.Dimension),
        .. Word(statement.Gram.Rows),
        .. Word(statement.Gram.PublicRows),
        .. statement.Commitments.SelectMany(commitment => commitment.ToBytes()),
        .. Keccak256.HashData(statement.Gram.Pack()),
        .. mask.ToBytes(),
        .. maskNorm.ToBytes(),
    ]);

    /// <summary>z_i, one independent 128-bit number a row.</summary>
    public static UInt128[] Rows(ReadOnlySpan<byte> seed, int rows)
    {
        var challenges = new UInt128[rows];
        for (int i = 0; i < rows; i++)
            challenges[i] = BinaryPrimitives.ReadUInt128BigEndian(Keccak256.HashData([.. seed, .. Word(i)]));
        return challenges;
    }

    /// <summary>x.</summary>
    public static Fr Point(ReadOnlySpan<byte> seed, G1 autocorrelation, Fr blinder) =>
        Fr.FromBytesReduced(Keccak256.HashData([.. seed, .. autocorrelation.ToBytes(), .. blinder.ToBytes()]));

    /// <summary>γ.</summary>
    public static Fr Batching(Fr x, Fr cx, Fr cInverse, Fr gx, Fr gInverse) => Fr.FromBytesReduced(Keccak256.HashData(
        [.. x.ToBytes(), .. cx.ToBytes(), .. cInverse.ToBytes(), .. gx.ToBytes(), .. gInverse.ToBytes()]));

    /// <summary>Whether x can be used: 1/x must exist and differ from x.</summary>
    public static bool IsUsable(Fr x) => !x.IsZero && x != Fr.One && x != -Fr.One;

    /// <summary>The residue of a row challenge.</summary>
    public static Fr ToScalar(UInt128 challenge)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], challenge);
        return Fr.FromBytes(bytes);
    }

    private static byte[] Word(int value)
    {
        byte[] word = new byte[32];
        BinaryPrimitives.WriteInt32BigEndian(word.AsSpan(28), value);
        return word;
    }
}
