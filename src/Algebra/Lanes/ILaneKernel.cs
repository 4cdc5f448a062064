using Marketplace.Algebra.Fields;

namespace Marketplace.Algebra.Lanes;

/// <summary>
/// Arithmetic on groups of field elements, one a lane, in memory. A group takes <see cref="Words"/> words; its layout is the
/// kernel's own. Groups may alias.
/// </summary>
/// <remarks>
/// <para>Scales. The stored elements (<see cref="Montgomery{TModulus}"/>) hold a·2^256. Multiplication divides by the kernel's own
/// factor R: a "scaled" group holds a·R, and the product of a scaled group and any other keeps the other's scale.</para>
/// <para>Bounds. A group is "reduced" when it is below 2q with carries done. Unpack, Multiply and Reduce give reduced groups.
/// Multiply takes one factor reduced and one that came from at most two additions or subtractions of reduced groups.
/// Subtract needs a reduced right side.</para>
/// <para>Packed form: 4 words an element, least significant first, below 2q, of whatever scale.</para>
/// </remarks>
internal unsafe interface ILaneKernel
{
    /// <summary>How many elements a group holds.</summary>
    static abstract int Lanes { get; }

    /// <summary>How many words a group takes.</summary>
    static abstract int Words { get; }

    /// <summary>Reads packed elements, one from each address plus the offset in words.</summary>
    static abstract void Unpack(ulong* target, ulong** rows, int offset = 0);

    /// <summary>Reads stored elements, one from each address, and changes their scale from 2^256 to R.</summary>
    static abstract void UnpackScaled(ulong* target, ulong** rows, int offset = 0);

    /// <summary>Reads one packed element into every lane.</summary>
    static abstract void UnpackBroadcast(ulong* target, ulong* row);

    /// <summary>Writes a reduced group as packed elements.</summary>
    static abstract void Pack(ulong* source, ulong** rows, int offset = 0);

    /// <summary>Writes a reduced group as packed elements below q.</summary>
    static abstract void PackCanonical(ulong* source, ulong** rows, int offset = 0);

    /// <summary>a · b / R, reduced.</summary>
    static abstract void Multiply(ulong* target, ulong* a, ulong* b);

    /// <summary>a + b without carries.</summary>
    static abstract void Add(ulong* target, ulong* a, ulong* b);

    /// <summary>a − b plus a multiple of q, without carries.</summary>
    static abstract void Subtract(ulong* target, ulong* a, ulong* b);

    /// <summary>Makes any sum of a few groups reduced.</summary>
    static abstract void Reduce(ulong* target);

    /// <summary>Replaces a reduced group by its negative in the lanes whose mask is all ones; other masks are zero.</summary>
    static abstract void NegateWhere(ulong* target, ulong* masks);

    /// <summary>The stored element with a packed element of scale R, in place: a·R to a·2^256, below q.</summary>
    static abstract void Descale(ulong* packed);

    /// <summary>The inverse of <see cref="Descale"/>.</summary>
    static abstract void Scale(ulong* stored);
}
