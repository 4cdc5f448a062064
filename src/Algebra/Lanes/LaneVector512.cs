using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Algebra.Lanes;

/// <summary>Eight lanes in an AVX-512 register.</summary>
/// <remarks>Support is asked of Avx512F itself: Vector512.IsHardwareAccelerated is false on processors that clock down.</remarks>
internal readonly unsafe struct LaneVector512 : ILaneVector<LaneVector512>
{
    private readonly Vector512<ulong> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LaneVector512(Vector512<ulong> value) => _value = value;

    public static bool IsSupported => Avx512F.IsSupported;

    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 Broadcast(ulong value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 Load(ulong* source) => new(Avx512F.LoadVector512(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ulong* target, LaneVector512 value) => Avx512F.Store(target, value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 Add(LaneVector512 a, LaneVector512 b) => new(Avx512F.Add(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 Subtract(LaneVector512 a, LaneVector512 b) => new(Avx512F.Subtract(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 MultiplyLow(LaneVector512 a, LaneVector512 b) =>
        new(Avx512F.Multiply(a._value.AsUInt32(), b._value.AsUInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 And(LaneVector512 a, LaneVector512 b) => new(Avx512F.And(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 Or(LaneVector512 a, LaneVector512 b) => new(Avx512F.Or(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 Xor(LaneVector512 a, LaneVector512 b) => new(Avx512F.Xor(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 ShiftLeft(LaneVector512 a, byte count) => new(a._value << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector512 ShiftRight(LaneVector512 a, byte count) => new(a._value >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadTransposed(
        ulong** rows, int offset, out LaneVector512 w0, out LaneVector512 w1, out LaneVector512 w2, out LaneVector512 w3)
    {
        // Rows k and k + 4 side by side; then a 4×4 transposition in both halves at once.
        Vector512<ulong> a = Pair(rows[0] + offset, rows[4] + offset);
        Vector512<ulong> b = Pair(rows[1] + offset, rows[5] + offset);
        Vector512<ulong> c = Pair(rows[2] + offset, rows[6] + offset);
        Vector512<ulong> d = Pair(rows[3] + offset, rows[7] + offset);
        Vector512<ulong> abLow = Avx512F.UnpackLow(a, b); // a0 b0 a2 b2 | …
        Vector512<ulong> abHigh = Avx512F.UnpackHigh(a, b); // a1 b1 a3 b3 | …
        Vector512<ulong> cdLow = Avx512F.UnpackLow(c, d);
        Vector512<ulong> cdHigh = Avx512F.UnpackHigh(c, d);
        Vector512<ulong> first = Vector512.Create(0UL, 1, 8, 9, 4, 5, 12, 13);
        Vector512<ulong> second = Vector512.Create(2UL, 3, 10, 11, 6, 7, 14, 15);
        w0 = new(Avx512F.PermuteVar8x64x2(abLow, first, cdLow));
        w1 = new(Avx512F.PermuteVar8x64x2(abHigh, first, cdHigh));
        w2 = new(Avx512F.PermuteVar8x64x2(abLow, second, cdLow));
        w3 = new(Avx512F.PermuteVar8x64x2(abHigh, second, cdHigh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(
        ulong** rows, int offset, LaneVector512 w0, LaneVector512 w1, LaneVector512 w2, LaneVector512 w3)
    {
        Vector512<ulong> low01 = Avx512F.UnpackLow(w0._value, w1._value); // a0 a1 c0 c1 | …
        Vector512<ulong> high01 = Avx512F.UnpackHigh(w0._value, w1._value); // b0 b1 d0 d1 | …
        Vector512<ulong> low23 = Avx512F.UnpackLow(w2._value, w3._value);
        Vector512<ulong> high23 = Avx512F.UnpackHigh(w2._value, w3._value);
        Vector512<ulong> first = Vector512.Create(0UL, 1, 8, 9, 4, 5, 12, 13);
        Vector512<ulong> second = Vector512.Create(2UL, 3, 10, 11, 6, 7, 14, 15);
        Split(rows[0] + offset, rows[4] + offset, Avx512F.PermuteVar8x64x2(low01, first, low23));
        Split(rows[1] + offset, rows[5] + offset, Avx512F.PermuteVar8x64x2(high01, first, high23));
        Split(rows[2] + offset, rows[6] + offset, Avx512F.PermuteVar8x64x2(low01, second, low23));
        Split(rows[3] + offset, rows[7] + offset, Avx512F.PermuteVar8x64x2(high01, second, high23));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Pair(ulong* low, ulong* high) =>
        Avx512F.InsertVector256(Avx.LoadVector256(low).ToVector512Unsafe(), Avx.LoadVector256(high), 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(ulong* low, ulong* high, Vector512<ulong> value)
    {
        Avx.Store(low, value.GetLower());
        Avx.Store(high, Avx512F.ExtractVector256(value, 1));
    }
}
