// A Gram proof: 13 words of 32 bytes, big-endian.
//
//   0 C_m.x   1 C_m.y   2 t   3 ρ*   4 C_g.x   5 C_g.y   6 1/x   7 c(x)   8 c(1/x)   9 g(x)   10 g(1/x)   11 W.x   12 W.y
//
// Scalars are canonical residues modulo the group order r, coordinates canonical residues modulo the field prime p.

using System.Diagnostics.CodeAnalysis;
using Marketplace.Algebra.Curves;

namespace Marketplace.Proofs.Gram;

/// <summary>A proof that a matrix is the Gram matrix of committed vectors.</summary>
/// <param name="Mask">C_m, commitment to the mask.</param>
/// <param name="MaskNorm">t = ⟨m, m⟩.</param>
/// <param name="Blinder">ρ* = ρ_m + Σ z_i·ρ_i.</param>
/// <param name="Autocorrelation">C_g = [g(τ)]_1.</param>
/// <param name="InversePoint">1/x, a hint that spares the contract an inversion.</param>
/// <param name="CombinationAtPoint">c(x).</param>
/// <param name="CombinationAtInverse">c(1/x).</param>
/// <param name="AutocorrelationAtPoint">g(x).</param>
/// <param name="AutocorrelationAtInverse">g(1/x).</param>
/// <param name="Opening">W, the opening of f = c + γ·g at x and 1/x.</param>
public sealed record GramProof(
    G1 Mask,
    Fr MaskNorm,
    Fr Blinder,
    G1 Autocorrelation,
    Fr InversePoint,
    Fr CombinationAtPoint,
    Fr CombinationAtInverse,
    Fr AutocorrelationAtPoint,
    Fr AutocorrelationAtInverse,
    G1 Opening)
{
    /// <summary>Length of the byte form.</summary>
    public const int ByteLength = 13 * Word;

    private const int Word = 32;

    /// <summary>The 416 bytes that the contract takes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteLength];
        Mask.WriteBytes(bytes);
        MaskNorm.WriteBytes(At(2));
        Blinder.WriteBytes(At(3));
        Autocorrelation.WriteBytes(At(4));
        InversePoint.WriteBytes(At(6));
        CombinationAtPoint.WriteBytes(At(7));
        CombinationAtInverse.WriteBytes(At(8));
        AutocorrelationAtPoint.WriteBytes(At(9));
        AutocorrelationAtInverse.WriteBytes(At(10));
        Opening.WriteBytes(At(11));
        return bytes;

        Span<byte> At(int word) => bytes.AsSpan(word * Word);
    }

    /// <summary>Reads the byte form. Points must be on the curve and not at infinity, all numbers canonical.</summary>
    /// <exception cref="FormatException">The bytes are not a proof's; the message names the field.</exception>
    public static GramProof Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out GramProof? proof, out string? error) ? proof : throw new FormatException(error);

    /// <summary>Reads the byte form; false with the reason in words when the bytes are not a proof's.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out GramProof? proof, [NotNullWhen(false)] out string? error)
    {
        proof = null;
        error = null;
        if (bytes.Length != ByteLength)
        {
            error = $"A Gram proof has {ByteLength} bytes, got {bytes.Length}.";
            return false;
        }

        var parsed = new GramProof(
            Point(bytes, 0, "C_m", ref error),
            Scalar(bytes, 2, "t", ref error),
            Scalar(bytes, 3, "ρ*", ref error),
            Point(bytes, 4, "C_g", ref error),
            Scalar(bytes, 6, "1/x", ref error),
            Scalar(bytes, 7, "c(x)", ref error),
            Scalar(bytes, 8, "c(1/x)", ref error),
            Scalar(bytes, 9, "g(x)", ref error),
            Scalar(bytes, 10, "g(1/x)", ref error),
            Point(bytes, 11, "W", ref error));
        if (error is not null) return false;
        proof = parsed;
        return true;
    }

    private static Fr Scalar(ReadOnlySpan<byte> bytes, int word, string name, ref string? error)
    {
        if (!Fr.TryFromBytes(bytes.Slice(word * Word, Word), out Fr value))
            error ??= $"{name} must be below the group order, got 0x{Convert.ToHexStringLower(bytes.Slice(word * Word, Word))}.";
        return value;
    }

    private static G1 Point(ReadOnlySpan<byte> bytes, int word, string name, ref string? error)
    {
        ReadOnlySpan<byte> x = bytes.Slice(word * Word, Word), y = bytes.Slice((word + 1) * Word, Word);
        if (!Fp.TryFromBytes(x, out Fp px) || !Fp.TryFromBytes(y, out Fp py))
        {
            error ??= $"{name} must have coordinates below the field prime, got (0x{Convert.ToHexStringLower(x)}, 0x{Convert.ToHexStringLower(y)}).";
            return G1.Infinity;
        }

        if (px.IsZero && py.IsZero)
        {
            error ??= $"{name} must not be the point at infinity, which (0, 0) stands for.";
            return G1.Infinity;
        }

        var point = new G1(px, py);
        if (!point.IsOnCurve)
            error ??= $"{name} must be on the curve y² = x³ + 3, got (0x{Convert.ToHexStringLower(x)}, 0x{Convert.ToHexStringLower(y)}).";
        return point;
    }
}
