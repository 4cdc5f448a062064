// Field arithmetic in vector lanes: 9 limbs of 29 bits in 64-bit lanes, R = 2^261, for primes of at most 254 bits.
//
// Layout of a group: limb j of all lanes, then limb j + 1; limb 0 is least significant.
// Products of limbs leave 6 bits free in a lane, so 18 of them add up without carries; q/R < 2^−7 keeps a product of factors
// below 2q and 32q under 2q without a final subtraction: (2q·32q + R·q)/R < q·(1 + 64·2^−7) < 2q.
//
// Multiplication, for each limb a_i:  t := t + a_i·b;  m := −t_0/q mod 2^29;  t := (t + m·q) / 2^29.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Marketplace.Algebra.Fields;

namespace Marketplace.Algebra.Lanes;

/// <summary>The vector kernel, one source for AVX-512 and AVX2.</summary>
internal readonly unsafe struct Limb29Kernel<TVector, TModulus> : ILaneKernel
    where TVector : struct, ILaneVector<TVector>
    where TModulus : struct, IModulus
{
    private const int Limbs = 9;
    private const int LimbBits = 29;
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    public static int Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVector.Lanes;
    }

    public static int Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Limbs * TVector.Lanes;
    }

    [MethodImpl(Hot)]
    public static void Multiply(ulong* target, ulong* a, ulong* b)
    {
        int n = TVector.Lanes;
        ulong* q = Limb29Constants<TVector, TModulus>.Modulus;
        TVector inverse = TVector.Load(Limb29Constants<TVector, TModulus>.NegativeInverse);
        TVector mask = TVector.Load(Limb29Constants<TVector, TModulus>.Mask);
        TVector b0 = TVector.Load(b);
        TVector b1 = TVector.Load(b + n);
        TVector b2 = TVector.Load(b + (2 * n));
        TVector b3 = TVector.Load(b + (3 * n));
        TVector b4 = TVector.Load(b + (4 * n));
        TVector b5 = TVector.Load(b + (5 * n));
        TVector b6 = TVector.Load(b + (6 * n));
        TVector b7 = TVector.Load(b + (7 * n));
        TVector b8 = TVector.Load(b + (8 * n));
        TVector t0 = default, t1 = default, t2 = default, t3 = default, t4 = default;
        TVector t5 = default, t6 = default, t7 = default, t8;
        ulong* end = a + (Limbs * n);
        do
        {
            TVector w = TVector.Load(a);
            t0 = MultiplyAdd(t0, w, b0);
            t1 = MultiplyAdd(t1, w, b1);
            t2 = MultiplyAdd(t2, w, b2);
            t3 = MultiplyAdd(t3, w, b3);
            t4 = MultiplyAdd(t4, w, b4);
            t5 = MultiplyAdd(t5, w, b5);
            t6 = MultiplyAdd(t6, w, b6);
            t7 = MultiplyAdd(t7, w, b7);
            t8 = TVector.MultiplyLow(w, b8);

            TVector m = TVector.And(TVector.MultiplyLow(t0, inverse), mask);
            TVector carry = TVector.ShiftRight(MultiplyAdd(t0, m, TVector.Load(q)), LimbBits);
            t0 = TVector.Add(MultiplyAdd(t1, m, TVector.Load(q + n)), carry);
            t1 = MultiplyAdd(t2, m, TVector.Load(q + (2 * n)));
            t2 = MultiplyAdd(t3, m, TVector.Load(q + (3 * n)));
            t3 = MultiplyAdd(t4, m, TVector.Load(q + (4 * n)));
            t4 = MultiplyAdd(t5, m, TVector.Load(q + (5 * n)));
            t5 = MultiplyAdd(t6, m, TVector.Load(q + (6 * n)));
            t6 = MultiplyAdd(t7, m, TVector.Load(q + (7 * n)));
            t7 = MultiplyAdd(t8, m, TVector.Load(q + (8 * n)));
            a += n;
        }
        while (a != end);

        // The ninth limb is what carries out of the eighth.
        t1 = StoreLimb(target, t0, t1, mask);
        t2 = StoreLimb(target + n, t1, t2, mask);
        t3 = StoreLimb(target + (2 * n), t2, t3, mask);
        t4 = StoreLimb(target + (3 * n), t3, t4, mask);
        t5 = StoreLimb(target + (4 * n), t4, t5, mask);
        t6 = StoreLimb(target + (5 * n), t5, t6, mask);
        t7 = StoreLimb(target + (6 * n), t6, t7, mask);
        t8 = StoreLimb(target + (7 * n), t7, default, mask);
        TVector.Store(target + (8 * n), t8);
    }

    [MethodImpl(Hot)]
    public static void Add(ulong* target, ulong* a, ulong* b)
    {
        int n = TVector.Lanes;
        for (int j = 0; j < Limbs * n; j += n)
        {
            TVector.Store(target + j, TVector.Add(TVector.Load(a + j), TVector.Load(b + j)));
        }
    }

    [MethodImpl(Hot)]
    public static void Subtract(ulong* target, ulong* a, ulong* b)
    {
        int n = TVector.Lanes;
        ulong* bias = Limb29Constants<TVector, TModulus>.Bias;
        for (int j = 0; j < Limbs * n; j += n)
        {
            TVector raised = TVector.Add(TVector.Load(a + j), TVector.Load(bias + j));
            TVector.Store(target + j, TVector.Subtract(raised, TVector.Load(b + j)));
        }
    }

    [MethodImpl(Hot)]
    public static void Reduce(ulong* target)
    {
        int n = TVector.Lanes;
        TVector mask = TVector.Load(Limb29Constants<TVector, TModulus>.Mask);
        TVector carry = default;
        for (int j = 0; j < (Limbs - 1) * n; j += n)
        {
            TVector limb = TVector.Add(TVector.Load(target + j), carry);
            TVector.Store(target + j, TVector.And(limb, mask));
            carry = TVector.ShiftRight(limb, LimbBits);
        }

        ReduceCarried(target, TVector.Add(TVector.Load(target + (8 * n)), carry));
    }

    [MethodImpl(Hot)]
    public static void NegateWhere(ulong* target, ulong* masks)
    {
        int n = TVector.Lanes;
        ulong* bias = Limb29Constants<TVector, TModulus>.Bias;
        TVector where = TVector.Load(masks);
        for (int j = 0; j < Limbs * n; j += n)
        {
            TVector limb = TVector.Load(target + j);
            TVector negative = TVector.Subtract(TVector.Load(bias + j), limb);
            TVector.Store(target + j, TVector.Xor(limb, TVector.And(TVector.Xor(limb, negative), where)));
        }

        Reduce(target);
    }

    [MethodImpl(Hot)]
    public static void Unpack(ulong* target, ulong** rows, int offset)
    {
        TVector.LoadTransposed(rows, offset, out TVector w0, out TVector w1, out TVector w2, out TVector w3);
        Split(target, w0, w1, w2, w3);
    }

    [MethodImpl(Hot)]
    public static void UnpackBroadcast(ulong* target, ulong* row) =>
        Split(target, TVector.Broadcast(row[0]), TVector.Broadcast(row[1]), TVector.Broadcast(row[2]), TVector.Broadcast(row[3]));

    [MethodImpl(Hot)]
    public static void UnpackScaled(ulong* target, ulong** rows, int offset)
    {
        // a·2^261 = 32·(a·2^256): the limbs are cut five bits further down, and the value, below 32q, is reduced.
        TVector.LoadTransposed(rows, offset, out TVector w0, out TVector w1, out TVector w2, out TVector w3);
        int n = TVector.Lanes;
        TVector mask = TVector.Load(Limb29Constants<TVector, TModulus>.Mask);
        TVector.Store(target, TVector.And(TVector.ShiftLeft(w0, 5), mask));
        TVector.Store(target + n, TVector.And(TVector.ShiftRight(w0, 24), mask));
        TVector.Store(target + (2 * n), TVector.And(Join(w0, 53, w1, 11), mask));
        TVector.Store(target + (3 * n), TVector.And(TVector.ShiftRight(w1, 18), mask));
        TVector.Store(target + (4 * n), TVector.And(Join(w1, 47, w2, 17), mask));
        TVector.Store(target + (5 * n), TVector.And(TVector.ShiftRight(w2, 12), mask));
        TVector.Store(target + (6 * n), TVector.And(Join(w2, 41, w3, 23), mask));
        TVector.Store(target + (7 * n), TVector.And(TVector.ShiftRight(w3, 6), mask));
        ReduceCarried(target, TVector.ShiftRight(w3, 35));
    }

    [MethodImpl(Hot)]
    public static void Pack(ulong* source, ulong** rows, int offset)
    {
        int n = TVector.Lanes;
        TVector l2 = TVector.Load(source + (2 * n));
        TVector l4 = TVector.Load(source + (4 * n));
        TVector l6 = TVector.Load(source + (6 * n));
        TVector w0 = TVector.Or(TVector.Load(source), Join(TVector.Load(source + n), 29, l2, 58));
        TVector w1 = TVector.Or(TVector.ShiftRight(l2, 6), Join(TVector.Load(source + (3 * n)), 23, l4, 52));
        TVector w2 = TVector.Or(TVector.ShiftRight(l4, 12), Join(TVector.Load(source + (5 * n)), 17, l6, 46));
        TVector w3 = TVector.Or(
            TVector.ShiftRight(l6, 18), Join(TVector.Load(source + (7 * n)), 11, TVector.Load(source + (8 * n)), 40));
        TVector.StoreTransposed(rows, offset, w0, w1, w2, w3);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Join(TVector x, byte left, TVector y, byte further) =>
            TVector.Or(TVector.ShiftLeft(x, left), TVector.ShiftLeft(y, further));
    }

    [MethodImpl(Hot)]
    public static void PackCanonical(ulong* source, ulong** rows, int offset)
    {
        // v + (2^261 − q) reaches 2^261 exactly when v ≥ q; its low 261 bits are v − q then.
        int n = TVector.Lanes;
        ulong* complement = Limb29Constants<TVector, TModulus>.Complement;
        TVector mask = TVector.Load(Limb29Constants<TVector, TModulus>.Mask);
        ulong* difference = stackalloc ulong[Limbs * 8];
        TVector carry = default;
        for (int j = 0; j < Limbs * n; j += n)
        {
            TVector limb = TVector.Add(TVector.Add(TVector.Load(source + j), TVector.Load(complement + j)), carry);
            TVector.Store(difference + j, TVector.And(limb, mask));
            carry = TVector.ShiftRight(limb, LimbBits);
        }

        TVector keep = TVector.Subtract(default, carry);
        for (int j = 0; j < Limbs * n; j += n)
        {
            TVector limb = TVector.Load(source + j);
            TVector change = TVector.And(TVector.Xor(limb, TVector.Load(difference + j)), keep);
            TVector.Store(difference + j, TVector.Xor(limb, change));
        }

        Pack(difference, rows, offset);
    }

    public static void Descale(ulong* packed)
    {
        // Below 2q < 2^255, so at most one subtraction; then a·2^261·2^251/2^256 = a·2^256.
        ref Montgomery<TModulus> element = ref *(Montgomery<TModulus>*)packed;
        element = (element + Montgomery<TModulus>.Zero) * Limb29Constants<TVector, TModulus>.DescaleFactor;
    }

    public static void Scale(ulong* stored)
    {
        // a·2^256·2^261/2^256 = a·2^261.
        ref Montgomery<TModulus> element = ref *(Montgomery<TModulus>*)stored;
        element *= Limb29Constants<TVector, TModulus>.ScaleFactor;
    }

    /// <summary>Subtracts ⌊v/q⌋·q or one multiple less, limbs 0 to 7 having been carried; v below 2^261.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReduceCarried(ulong* target, TVector top)
    {
        // The estimate from the top limb is never above v/q. Adding multiples of 2^261 − q and dropping bit 261 avoids borrows.
        int n = TVector.Lanes;
        TVector mask = TVector.Load(Limb29Constants<TVector, TModulus>.Mask);
        ulong* complement = Limb29Constants<TVector, TModulus>.Complement;
        TVector quotient = TVector.ShiftRight(
            TVector.MultiplyLow(top, TVector.Load(Limb29Constants<TVector, TModulus>.Reciprocal)),
            Limb29Constants<TVector, TModulus>.ReciprocalShift);
        TVector carry = default;
        for (int j = 0; j < (Limbs - 1) * n; j += n)
        {
            TVector limb = TVector.Add(MultiplyAdd(TVector.Load(target + j), quotient, TVector.Load(complement + j)), carry);
            TVector.Store(target + j, TVector.And(limb, mask));
            carry = TVector.ShiftRight(limb, LimbBits);
        }

        TVector last = TVector.Add(MultiplyAdd(top, quotient, TVector.Load(complement + (8 * n))), carry);
        TVector.Store(target + (8 * n), TVector.And(last, mask));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(ulong* target, TVector w0, TVector w1, TVector w2, TVector w3)
    {
        int n = TVector.Lanes;
        TVector mask = TVector.Load(Limb29Constants<TVector, TModulus>.Mask);
        TVector.Store(target, TVector.And(w0, mask));
        TVector.Store(target + n, TVector.And(TVector.ShiftRight(w0, 29), mask));
        TVector.Store(target + (2 * n), TVector.And(Join(w0, 58, w1, 6), mask));
        TVector.Store(target + (3 * n), TVector.And(TVector.ShiftRight(w1, 23), mask));
        TVector.Store(target + (4 * n), TVector.And(Join(w1, 52, w2, 12), mask));
        TVector.Store(target + (5 * n), TVector.And(TVector.ShiftRight(w2, 17), mask));
        TVector.Store(target + (6 * n), TVector.And(Join(w2, 46, w3, 18), mask));
        TVector.Store(target + (7 * n), TVector.And(TVector.ShiftRight(w3, 11), mask));
        TVector.Store(target + (8 * n), TVector.ShiftRight(w3, 40));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Join(TVector low, byte right, TVector high, byte left) =>
        TVector.Or(TVector.ShiftRight(low, right), TVector.ShiftLeft(high, left));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector MultiplyAdd(TVector sum, TVector a, TVector b) => TVector.Add(sum, TVector.MultiplyLow(a, b));

    /// <summary>Stores the low 29 bits of a column and returns the next column with the rest carried in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector StoreLimb(ulong* target, TVector column, TVector next, TVector mask)
    {
        TVector.Store(target, TVector.And(column, mask));
        return TVector.Add(next, TVector.ShiftRight(column, LimbBits));
    }
}

/// <summary>Constants of <see cref="Limb29Kernel{TVector, TModulus}"/>, repeated over the lanes.</summary>
internal static unsafe class Limb29Constants<TVector, TModulus>
    where TVector : struct, ILaneVector<TVector>
    where TModulus : struct, IModulus
{
    /// <summary>2^50 / (top limb + 1) of a 254-bit prime has at most 29 bits.</summary>
    internal const byte ReciprocalShift = 50;

    private const int Limbs = 9;
    private const int LimbBits = 29;

    private static readonly BigInteger Q = MontgomeryConstants<TModulus>.Modulus;

    // Lives as long as the process; native memory, so that it never moves.
    private static readonly ulong* Table = (ulong*)NativeMemory.AlignedAlloc((nuint)(30 * 64), 64);

    /// <summary>The prime, 9 limbs.</summary>
    internal static readonly ulong* Modulus = Fill(0, Split(Q));

    /// <summary>4q with every limb but the top one raised by 2^29, so that a reduced group can be subtracted limb by limb.</summary>
    internal static readonly ulong* Bias = Fill(9, Raise(Split(4 * Q)));

    /// <summary>2^261 − q.</summary>
    internal static readonly ulong* Complement = Fill(18, Split((BigInteger.One << (Limbs * LimbBits)) - Q));

    /// <summary>−q⁻¹ mod 2^29.</summary>
    internal static readonly ulong* NegativeInverse =
        Fill(27, [MontgomeryConstants<TModulus>.NegativeInverse & ((1UL << LimbBits) - 1)]);

    /// <summary>2^29 − 1.</summary>
    internal static readonly ulong* Mask = Fill(28, [(1UL << LimbBits) - 1]);

    /// <summary>⌊2^50 / (top limb of q + 1)⌋.</summary>
    internal static readonly ulong* Reciprocal =
        Fill(29, [(1UL << ReciprocalShift) / ((ulong)(Q >> ((Limbs - 1) * LimbBits)) + 1)]);

    /// <summary>2^261 mod q as raw limbs.</summary>
    internal static readonly Montgomery<TModulus> ScaleFactor =
        Montgomery<TModulus>.FromRawInteger((BigInteger.One << 261) % Q);

    /// <summary>2^251 mod q as raw limbs.</summary>
    internal static readonly Montgomery<TModulus> DescaleFactor =
        Montgomery<TModulus>.FromRawInteger((BigInteger.One << 251) % Q);

    private static ulong[] Split(BigInteger value) =>
        [.. Enumerable.Range(0, Limbs).Select(j => (ulong)((value >> (j * LimbBits)) & ((1 << LimbBits) - 1)))];

    private static ulong[] Raise(ulong[] limbs)
    {
        for (int j = 0; j < Limbs - 1; j++)
        {
            limbs[j] += 1UL << LimbBits;
            limbs[j + 1]--;
        }

        return limbs;
    }

    private static ulong* Fill(int row, ReadOnlySpan<ulong> limbs)
    {
        ulong* start = Table + (row * TVector.Lanes);
        for (int j = 0; j < limbs.Length * TVector.Lanes; j++)
        {
            start[j] = limbs[j / TVector.Lanes];
        }

        return start;
    }
}
