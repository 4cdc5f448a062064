// c = Σ z_i·u_i without a field multiplication in the inner loop.
//
// Every row is one or more int16 planes (Digits), a plane's factor an integer below 2^160: z_i shifted left by 0, 15 or 30.
// The factor is cut into five limbs of 32 bits; five int64 accumulators take limb·entry, each below 2^47 in magnitude, and
// at most 33 + 6 planes are added, so that they stay below 2^53. One reduction a coordinate makes an element of Fr.

using System.Buffers.Binary;

namespace Marketplace.Proofs.Gram;

/// <summary>Linear combinations of short and wide rows with 128-bit coefficients.</summary>
internal static class LinearCombination
{
    private const int Block = 2048;
    private const int Limbs = 5;

    /// <summary>Writes Σ z_i·u_i to the first d elements of <paramref name="target"/>, on all cores.</summary>
    /// <param name="rows">The short rows, d entries each.</param>
    /// <param name="wideRows">The wide rows, d entries each of magnitude below 2^44.</param>
    /// <param name="coefficients">z in row order, short rows first.</param>
    /// <param name="target">At least d elements.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public static void Compute(
        IReadOnlyList<short[]> rows,
        IReadOnlyList<long[]> wideRows,
        IReadOnlyList<UInt128> coefficients,
        Memory<Fr> target,
        CancellationToken cancellationToken)
    {
        int dimension = rows[0].Length;
        int blocks = (dimension + Block - 1) / Block;
        Parallel.For(
            0,
            blocks,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => (Sums: new long[Limbs * Block], Digits: new short[Digits.Count * Block]),
            (block, _, local) =>
            {
                int start = block * Block;
                int length = Math.Min(Block, dimension - start);
                Array.Clear(local.Sums);
                for (int i = 0; i < rows.Count; i++)
                    AddPlane(rows[i].AsSpan(start, length), coefficients[i], 0, local.Sums);
                for (int p = 0; p < wideRows.Count; p++)
                {
                    Span<short> d0 = local.Digits.AsSpan(0, length);
                    Span<short> d1 = local.Digits.AsSpan(Block, length), d2 = local.Digits.AsSpan(2 * Block, length);
                    Digits.Split(wideRows[p].AsSpan(start, length), d0, d1, d2);
                    UInt128 coefficient = coefficients[rows.Count + p];
                    AddPlane(d0, coefficient, 0, local.Sums);
                    AddPlane(d1, coefficient, Digits.Bits, local.Sums);
                    AddPlane(d2, coefficient, 2 * Digits.Bits, local.Sums);
                }

                Span<Fr> results = target.Span.Slice(start, length);
                for (int k = 0; k < length; k++) results[k] = Reduce(local.Sums, k);
                return local;
            },
            _ => { });
    }

    private static void AddPlane(ReadOnlySpan<short> plane, UInt128 coefficient, int shift, long[] sums)
    {
        UInt128 low = coefficient << shift;
        long z0 = (uint)low, z1 = (uint)(low >> 32), z2 = (uint)(low >> 64), z3 = (uint)(low >> 96);
        long z4 = shift == 0 ? 0 : (uint)(coefficient >> (128 - shift));
        Span<long> s0 = sums.AsSpan(0, plane.Length), s1 = sums.AsSpan(Block, plane.Length);
        Span<long> s2 = sums.AsSpan(2 * Block, plane.Length), s3 = sums.AsSpan(3 * Block, plane.Length);
        Span<long> s4 = sums.AsSpan(4 * Block, plane.Length);
        for (int k = 0; k < plane.Length; k++)
        {
            long entry = plane[k];
            s0[k] += z0 * entry;
            s1[k] += z1 * entry;
            s2[k] += z2 * entry;
            s3[k] += z3 * entry;
            s4[k] += z4 * entry;
        }
    }

    private static Fr Reduce(long[] sums, int k)
    {
        // Carry the signed accumulators into limbs of 32 bits; the sign ends up in the carry, which fits 54 bits.
        long carry = sums[k];
        ulong l0 = (uint)carry;
        carry = (carry >> 32) + sums[Block + k];
        l0 |= (ulong)(uint)carry << 32;
        carry = (carry >> 32) + sums[(2 * Block) + k];
        ulong l1 = (uint)carry;
        carry = (carry >> 32) + sums[(3 * Block) + k];
        l1 |= (ulong)(uint)carry << 32;
        carry = (carry >> 32) + sums[(4 * Block) + k];
        ulong l2 = (ulong)carry;

        bool negative = carry < 0;
        if (negative)
        {
            // Two's complement of the 192-bit number.
            l0 = ~l0 + 1;
            l1 = ~l1 + (l0 == 0 ? 1UL : 0UL);
            l2 = ~l2 + (l0 == 0 && l1 == 0 ? 1UL : 0UL);
        }

        Span<byte> bytes = stackalloc byte[32];
        bytes[..8].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], l2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], l1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], l0);
        Fr value = Fr.FromBytes(bytes);
        return negative ? -value : value;
    }
}
