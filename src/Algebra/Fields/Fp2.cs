// Fp2 = Fp[i] / (i² + 1). An element is Real + Imaginary·i. Bytes (as in EIP-197): imaginary part first, each 32 bytes big-endian.

namespace Marketplace.Algebra.Fields;

/// <summary>An element of the quadratic extension of Fp, Real + Imaginary·i with i² = −1.</summary>
public readonly record struct Fp2(Fp Real, Fp Imaginary) : IFieldElement<Fp2>
{
    /// <summary>Length of the byte form.</summary>
    public const int ByteLength = 2 * Fp.ByteLength;

    /// <summary>The neutral element of addition.</summary>
    public static Fp2 Zero => default;

    /// <inheritdoc/>
    public static Fp2 One => new(Fp.One, Fp.Zero);

    /// <summary>ξ = 9 + i, neither a square nor a cube: it builds the tower above and the twist.</summary>
    public static Fp2 Xi { get; } = new(Fp.FromUInt64(9), Fp.One);

    /// <inheritdoc/>
    public bool IsZero => Real.IsZero && Imaginary.IsZero;

    /// <inheritdoc/>
    public static Fp2 operator +(in Fp2 a, in Fp2 b) => new(a.Real + b.Real, a.Imaginary + b.Imaginary);

    /// <inheritdoc/>
    public static Fp2 operator -(in Fp2 a, in Fp2 b) => new(a.Real - b.Real, a.Imaginary - b.Imaginary);

    /// <inheritdoc/>
    public static Fp2 operator -(in Fp2 a) => new(-a.Real, -a.Imaginary);

    /// <inheritdoc/>
    public static Fp2 operator *(in Fp2 a, in Fp2 b)
    {
        // (a0 + a1·i)(b0 + b1·i) = (a0b0 − a1b1) + ((a0 + a1)(b0 + b1) − a0b0 − a1b1)·i
        Fp real = a.Real * b.Real;
        Fp imaginary = a.Imaginary * b.Imaginary;
        Fp cross = (a.Real + a.Imaginary) * (b.Real + b.Imaginary);
        return new(real - imaginary, cross - real - imaginary);
    }

    /// <summary>a · s for s in Fp.</summary>
    public static Fp2 operator *(in Fp2 a, in Fp s) => new(a.Real * s, a.Imaginary * s);

    /// <inheritdoc/>
    public Fp2 Square()
    {
        // (a0 + a1·i)² = (a0 + a1)(a0 − a1) + 2·a0·a1·i
        Fp product = Real * Imaginary;
        return new((Real + Imaginary) * (Real - Imaginary), product.Double());
    }

    /// <inheritdoc/>
    public Fp2 Double() => new(Real.Double(), Imaginary.Double());

    /// <summary>Real − Imaginary·i, which is the p-th power.</summary>
    public Fp2 Conjugate() => new(Real, -Imaginary);

    /// <summary>a · ξ.</summary>
    public Fp2 MultiplyByXi()
    {
        // (a0 + a1·i)(9 + i) = (9a0 − a1) + (9a1 + a0)·i
        Fp real8 = Real.Double().Double().Double();
        Fp imaginary8 = Imaginary.Double().Double().Double();
        return new(real8 + Real - Imaginary, imaginary8 + Imaginary + Real);
    }

    /// <inheritdoc/>
    public Fp2 InverseVariableTime()
    {
        // 1/a = ā / (a0² + a1²)
        Fp norm = Real.Square() + Imaginary.Square();
        return Conjugate() * norm.InverseVariableTime();
    }

    /// <summary>Reads 64 bytes: imaginary part, then real part.</summary>
    /// <exception cref="FormatException">The length is not 64, or a part is not below p.</exception>
    public static Fp2 FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength)
        {
            throw new FormatException(
                $"An element of Fp2 takes {ByteLength} bytes, imaginary part first; {bytes.Length} came.");
        }

        return new(Fp.FromBytes(bytes[Fp.ByteLength..]), Fp.FromBytes(bytes[..Fp.ByteLength]));
    }

    /// <summary>Writes 64 bytes: imaginary part, then real part.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 64 bytes.</exception>
    public void WriteBytes(Span<byte> destination)
    {
        if (destination.Length < ByteLength)
        {
            throw new ArgumentException(
                $"An element of Fp2 takes {ByteLength} bytes; the destination has {destination.Length}.", nameof(destination));
        }

        Imaginary.WriteBytes(destination);
        Real.WriteBytes(destination[Fp.ByteLength..]);
    }

    internal Fp2 Pow(System.Numerics.BigInteger exponent)
    {
        Fp2 result = One;
        for (long bit = (long)exponent.GetBitLength() - 1; bit >= 0; bit--)
        {
            result = result.Square();
            if (!((exponent >> (int)bit) & 1).IsZero)
            {
                result *= this;
            }
        }

        return result;
    }
}
