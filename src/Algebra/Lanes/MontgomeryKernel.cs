using System.Runtime.CompilerServices;
using Marketplace.Algebra.Fields;

namespace Marketplace.Algebra.Lanes;

/// <summary>The plain kernel: one lane, <see cref="Montgomery{TModulus}"/> itself, R = 2^256, always below q.</summary>
internal readonly unsafe struct MontgomeryKernel<TModulus> : ILaneKernel
    where TModulus : struct, IModulus
{
    public static int Lanes => 1;

    public static int Words => 4;

    public static void Unpack(ulong* target, ulong** rows, int offset) => Element(target) = Element(rows[0] + offset);

    public static void UnpackScaled(ulong* target, ulong** rows, int offset) => Element(target) = Element(rows[0] + offset);

    public static void UnpackBroadcast(ulong* target, ulong* row) => Element(target) = Element(row);

    public static void Pack(ulong* source, ulong** rows, int offset) => Element(rows[0] + offset) = Element(source);

    public static void PackCanonical(ulong* source, ulong** rows, int offset) => Element(rows[0] + offset) = Element(source);

    public static void Multiply(ulong* target, ulong* a, ulong* b) => Element(target) = Element(a) * Element(b);

    public static void Add(ulong* target, ulong* a, ulong* b) => Element(target) = Element(a) + Element(b);

    public static void Subtract(ulong* target, ulong* a, ulong* b) => Element(target) = Element(a) - Element(b);

    public static void Reduce(ulong* target)
    {
        // Every result is below q already.
    }

    public static void NegateWhere(ulong* target, ulong* masks)
    {
        if (masks[0] != 0)
        {
            Element(target) = -Element(target);
        }
    }

    public static void Descale(ulong* packed)
    {
        // Both scales are 2^256.
    }

    public static void Scale(ulong* stored)
    {
        // Both scales are 2^256.
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Montgomery<TModulus> Element(ulong* words) => ref *(Montgomery<TModulus>*)words;
}
