using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Algebra.Lanes;

/// <summary>Four lanes in an AVX2 register.</summary>
internal readonly unsafe struct LaneVector256 : ILaneVector<LaneVector256>
{
    private readonly Vector256<ulong> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LaneVector256(Vector256<ulong> value) => _value = value;

    public static bool IsSupported => Avx2.IsSupported;

    public static int Lanes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 Broadcast(ulong value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 Load(ulong* source) => new(Avx.LoadVector256(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ulong* target, LaneVector256 value) => Avx.Store(target, value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 Add(LaneVector256 a, LaneVector256 b) => new(Avx2.Add(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 Subtract(LaneVector256 a, LaneVector256 b) => new(Avx2.Subtract(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 MultiplyLow(LaneVector256 a, LaneVector256 b) =>
        new(Avx2.Multiply(a._value.AsUInt32(), b._value.AsUInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 And(LaneVector256 a, LaneVector256 b) => new(Avx2.And(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 Or(LaneVector256 a, LaneVector256 b) => new(Avx2.Or(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 Xor(LaneVector256 a, LaneVector256 b) => new(Avx2.Xor(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 ShiftLeft(LaneVector256 a, byte count) => new(a._value << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector256 ShiftRight(LaneVector256 a, byte count) => new(a._value >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadTransposed(
        ulong** rows, int offset, out LaneVector256 w0, out LaneVector256 w1, out LaneVector256 w2, out LaneVector256 w3) =>
        Transpose(
            Avx.LoadVector256(rows[0] + offset),
            Avx.LoadVector256(rows[1] + offset),
            Avx.LoadVector256(rows[2] + offset),
            Avx.LoadVector256(rows[3] + offset),
            out w0, out w1, out w2, out w3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(
        ulong** rows, int offset, LaneVector256 w0, LaneVector256 w1, LaneVector256 w2, LaneVector256 w3)
    {
        Transpose(
            w0._value, w1._value, w2._value, w3._value,
            out LaneVector256 r0, out LaneVector256 r1, out LaneVector256 r2, out LaneVector256 r3);
        Avx.Store(rows[0] + offset, r0._value);
        Avx.Store(rows[1] + offset, r1._value);
        Avx.Store(rows[2] + offset, r2._value);
        Avx.Store(rows[3] + offset, r3._value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c, Vector256<ulong> d,
        out LaneVector256 w0, out LaneVector256 w1, out LaneVector256 w2, out LaneVector256 w3)
    {
        Vector256<ulong> abLow = Avx2.UnpackLow(a, b); // a0 b0 a2 b2
        Vector256<ulong> abHigh = Avx2.UnpackHigh(a, b); // a1 b1 a3 b3
        Vector256<ulong> cdLow = Avx2.UnpackLow(c, d);
        Vector256<ulong> cdHigh = Avx2.UnpackHigh(c, d);
        w0 = new(Avx2.Permute2x128(abLow, cdLow, 0x20));
        w1 = new(Avx2.Permute2x128(abHigh, cdHigh, 0x20));
        w2 = new(Avx2.Permute2x128(abLow, cdLow, 0x31));
        w3 = new(Avx2.Permute2x128(abHigh, cdHigh, 0x31));
    }
}
