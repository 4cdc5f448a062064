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
    public static byte[] Seed(GramStatement statement, G1 mask, Fr maskNorm)
    {
        var hash = new Keccak256();
        hash.Append(statement.Context);
        Append(hash, statement.Dimension);
        Append(hash, statement.Gram.Rows);
        Append(hash, statement.Gram.PublicRows);
        foreach (G1 commitment in statement.Commitments) Append(hash, commitment);
        hash.Append(Keccak256.HashData(statement.Gram.Pack()));
        Append(hash, mask);
        Append(hash, maskNorm);
        return hash.GetHashAndReset();
    }

    /// <summary>z_i, one independent 128-bit number a row.</summary>
    public static UInt128[] Rows(ReadOnlySpan<byte> seed, int rows)
    {
        var hash = new Keccak256();
        var challenges = new UInt128[rows];
        for (int i = 0; i < rows; i++)
        {
            hash.Append(seed);
            Append(hash, i);
            challenges[i] = BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
        }

        return challenges;
    }

    /// <summary>x.</summary>
    public static Fr Point(ReadOnlySpan<byte> seed, G1 autocorrelation, Fr blinder)
    {
        var hash = new Keccak256();
        hash.Append(seed);
        Append(hash, autocorrelation);
        Append(hash, blinder);
        return Fr.FromBytesReduced(hash.GetHashAndReset());
    }

    /// <summary>γ.</summary>
    public static Fr Batching(Fr x, Fr cx, Fr cInverse, Fr gx, Fr gInverse)
    {
        var hash = new Keccak256();
        foreach (Fr value in (ReadOnlySpan<Fr>)[x, cx, cInverse, gx, gInverse]) Append(hash, value);
        return Fr.FromBytesReduced(hash.GetHashAndReset());
    }

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

    private static void Append(Keccak256 hash, int value)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        BinaryPrimitives.WriteInt32BigEndian(bytes[28..], value);
        hash.Append(bytes);
    }

    private static void Append(Keccak256 hash, Fr value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.WriteBytes(bytes);
        hash.Append(bytes);
    }

    private static void Append(Keccak256 hash, G1 point)
    {
        Span<byte> bytes = stackalloc byte[64];
        point.WriteBytes(bytes);
        hash.Append(bytes);
    }
}
