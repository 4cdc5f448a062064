// Arithmetic modulo a 256-bit prime q in Montgomery form.
//
// An element a is stored as a·R mod q with R = 2^256, four 64-bit limbs, least significant limb first, always < q.
// Bytes outside this type are big-endian, 32 of them, and hold a itself (not a·R).
//
// Multiplication is Montgomery's (P. L. Montgomery, "Modular multiplication without trial division", 1985), interleaved
// operand scanning: after each of the four words of the right factor one word of the sum is made zero and shifted out.
// Additions, subtractions and multiplications take the same path for every value; comparisons, square roots and
// InverseVariableTime do not.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Algebra.Fields;

/// <summary>An element of the prime field given by <typeparamref name="TModulus"/>. The default value is zero.</summary>
/// <typeparam name="TModulus">The prime; the type is compiled separately for each.</typeparam>
public readonly partial struct Montgomery<TModulus> : IFieldElement<Montgomery<TModulus>>
    where TModulus : struct, IModulus
{
    /// <summary>Length of an element's byte form.</summary>
    public const int ByteLength = 32;

    /// <summary>Whether 2q, and t + a·w + m·q shifted by a word, fit 256 bits, so that no carry leaves the fourth word.</summary>
    private static bool HasSpareBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TModulus.Limb3 < 1UL << 62;
    }

    private readonly ulong _l0;
    private readonly ulong _l1;
    private readonly ulong _l2;
    private readonly ulong _l3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Montgomery(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
    }

    /// <summary>The neutral element of addition.</summary>
    public static Montgomery<TModulus> Zero => default;

    /// <summary>The neutral element of multiplication.</summary>
    public static Montgomery<TModulus> One => MontgomeryConstants<TModulus>.One;

    /// <summary>The prime q.</summary>
    public static BigInteger Modulus => MontgomeryConstants<TModulus>.Modulus;

    public bool IsZero => (_l0 | _l1 | _l2 | _l3) == 0;

    public bool IsOne => this == One;

    /// <summary>Whether the integer in [0, q) that this stands for is even.</summary>
    public bool IsEven => (ToLimbs().L0 & 1) == 0;

    /// <summary>a + b mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Montgomery<TModulus> operator +(in Montgomery<TModulus> a, in Montgomery<TModulus> b)
    {
        ulong carry = 0;
        ulong s0 = AddCarry(a._l0, b._l0, ref carry);
        ulong s1 = AddCarry(a._l1, b._l1, ref carry);
        ulong s2 = AddCarry(a._l2, b._l2, ref carry);
        ulong s3 = AddCarry(a._l3, b._l3, ref carry);
        return SubtractModulusOnce(s0, s1, s2, s3, carry);
    }

    /// <summary>a − b mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Montgomery<TModulus> operator -(in Montgomery<TModulus> a, in Montgomery<TModulus> b)
    {
        ulong borrow = 0;
        ulong d0 = SubtractBorrow(a._l0, b._l0, ref borrow);
        ulong d1 = SubtractBorrow(a._l1, b._l1, ref borrow);
        ulong d2 = SubtractBorrow(a._l2, b._l2, ref borrow);
        ulong d3 = SubtractBorrow(a._l3, b._l3, ref borrow);

        // A borrow means a < b: add q, which wraps around 2^256 exactly once.
        ulong mask = 0 - borrow;
        ulong carry = 0;
        d0 = AddCarry(d0, TModulus.Limb0 & mask, ref carry);
        d1 = AddCarry(d1, TModulus.Limb1 & mask, ref carry);
        d2 = AddCarry(d2, TModulus.Limb2 & mask, ref carry);
        d3 = AddCarry(d3, TModulus.Limb3 & mask, ref carry);
        return new(d0, d1, d2, d3);
    }

    /// <summary>−a mod q.</summary>
    public static Montgomery<TModulus> operator -(in Montgomery<TModulus> a) => default(Montgomery<TModulus>) - a;

    /// <summary>a · b mod q.</summary>
    public static Montgomery<TModulus> operator *(in Montgomery<TModulus> a, in Montgomery<TModulus> b) => Multiply(a, b);

    /// <summary>Whether both stand for the same residue.</summary>
    public static bool operator ==(in Montgomery<TModulus> a, in Montgomery<TModulus> b) => a.Equals(b);

    /// <summary>Whether they stand for different residues.</summary>
    public static bool operator !=(in Montgomery<TModulus> a, in Montgomery<TModulus> b) => !a.Equals(b);

    /// <summary>−a mod q.</summary>
    public Montgomery<TModulus> Negate() => -this;

    /// <summary>2a mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Montgomery<TModulus> Double() => this + this;

    /// <summary>a² mod q.</summary>
    public Montgomery<TModulus> Square() => Multiply(this, this);

    /// <inheritdoc/>
    public bool Equals(Montgomery<TModulus> other) =>
        ((_l0 ^ other._l0) | (_l1 ^ other._l1) | (_l2 ^ other._l2) | (_l3 ^ other._l3)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Montgomery<TModulus> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_l0, _l1, _l2, _l3);

    [SkipLocalsInit]
    private static Montgomery<TModulus> Multiply(in Montgomery<TModulus> a, in Montgomery<TModulus> b)
    {
        ulong a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3;
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0, top = 0;
        Round(a0, a1, a2, a3, b._l0, ref t0, ref t1, ref t2, ref t3, ref top);
        Round(a0, a1, a2, a3, b._l1, ref t0, ref t1, ref t2, ref t3, ref top);
        Round(a0, a1, a2, a3, b._l2, ref t0, ref t1, ref t2, ref t3, ref top);
        Round(a0, a1, a2, a3, b._l3, ref t0, ref t1, ref t2, ref t3, ref top);
        return SubtractModulusOnce(t0, t1, t2, t3, top);
    }

    /// <summary>t := (t + a·w + m·q) / 2^64 with m such that the lowest word of the sum is zero; t stays below 2q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ulong a0, ulong a1, ulong a2, ulong a3, ulong w,
        ref ulong t0, ref ulong t1, ref ulong t2, ref ulong t3, ref ulong top)
    {
        ulong carry = 0;
        ulong s0 = MultiplyAdd(t0, a0, w, ref carry);
        ulong s1 = MultiplyAdd(t1, a1, w, ref carry);
        ulong s2 = MultiplyAdd(t2, a2, w, ref carry);
        ulong s3 = MultiplyAdd(t3, a3, w, ref carry);
        ulong s4 = top + carry;
        ulong s5 = HasSpareBits ? 0UL : s4 < carry ? 1UL : 0UL;

        // The lowest word of s + m·q is zero, so it carries exactly when s0 is not.
        ulong m = s0 * MontgomeryConstants<TModulus>.NegativeInverse;
        carry = HighWord(m, TModulus.Limb0) + (s0 != 0 ? 1UL : 0UL);
        t0 = MultiplyAdd(s1, m, TModulus.Limb1, ref carry);
        t1 = MultiplyAdd(s2, m, TModulus.Limb2, ref carry);
        t2 = MultiplyAdd(s3, m, TModulus.Limb3, ref carry);
        t3 = s4 + carry;
        top = HasSpareBits ? 0UL : s5 + (t3 < carry ? 1UL : 0UL);
    }

    /// <summary>Low word of addend + x·y + carry; the high word becomes the new carry. Cannot overflow 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong addend, ulong x, ulong y, ref ulong carry)
    {
        ulong low = x * y;
        ulong high = HighWord(x, y);
        low += carry;
        high += low < carry ? 1UL : 0UL;
        low += addend;
        high += low < addend ? 1UL : 0UL;
        carry = high;
        return low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong HighWord(ulong x, ulong y) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(x, y) : Math.BigMul(x, y, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddCarry(ulong x, ulong y, ref ulong carry)
    {
        ulong sum = x + y;
        ulong overflow = sum < x ? 1UL : 0UL;
        ulong result = sum + carry;
        carry = overflow | (result < sum ? 1UL : 0UL);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SubtractBorrow(ulong x, ulong y, ref ulong borrow)
    {
        ulong difference = x - y;
        ulong underflow = x < y ? 1UL : 0UL;
        ulong result = difference - borrow;
        borrow = underflow | (difference < borrow ? 1UL : 0UL);
        return result;
    }

    /// <summary>Reduces a value below 2q, given with its bit 256 in <paramref name="top"/>, to below q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Montgomery<TModulus> SubtractModulusOnce(ulong t0, ulong t1, ulong t2, ulong t3, ulong top)
    {
        ulong borrow = 0;
        ulong d0 = SubtractBorrow(t0, TModulus.Limb0, ref borrow);
        ulong d1 = SubtractBorrow(t1, TModulus.Limb1, ref borrow);
        ulong d2 = SubtractBorrow(t2, TModulus.Limb2, ref borrow);
        ulong d3 = SubtractBorrow(t3, TModulus.Limb3, ref borrow);

        // Keep the difference when nothing was borrowed, or when the borrow came out of bit 256.
        ulong keep = 0 - (borrow & ~top);
        return new(
            d0 ^ ((d0 ^ t0) & keep),
            d1 ^ ((d1 ^ t1) & keep),
            d2 ^ ((d2 ^ t2) & keep),
            d3 ^ ((d3 ^ t3) & keep));
    }
}
