using System.Runtime.CompilerServices;
using Marketplace.Algebra.Fields;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Memory;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>Independent multiplications in Fp by the kernel of this process's path, on factors that stay in the cache.</summary>
internal static unsafe class FieldMultiplication
{
    private const int Elements = 64;
    private const int Rounds = 1 << 14;

    /// <summary>The time of one product of two elements.</summary>
    public static Timing Measure(int repeats) => SimdPaths.Current switch
    {
        SimdPath.Avx512 => Measure<Limb29Kernel<LaneVector512, FpModulus>>(repeats),
        SimdPath.Avx2 => Measure<Limb29Kernel<LaneVector256, FpModulus>>(repeats),
        _ => Measure<MontgomeryKernel<FpModulus>>(repeats),
    };

    private static Timing Measure<TKernel>(int repeats)
        where TKernel : struct, ILaneKernel
    {
        int groups = Elements / TKernel.Lanes;
        using var memory = new NativeBuffer<ulong>(3L * groups * TKernel.Words);
        ulong* a = memory.Start;
        ulong* b = a + (groups * TKernel.Words);
        ulong* product = b + (groups * TKernel.Words);
        var random = new Random(1);
        var elements = new Fp[2 * TKernel.Lanes];
        ulong** rows = stackalloc ulong*[2 * TKernel.Lanes];
        for (int g = 0; g < groups; g++)
        {
            for (int k = 0; k < elements.Length; k++) elements[k] = ProofWorkload.RandomElement<FpModulus>(random);
            fixed (Fp* start = elements)
            {
                for (int k = 0; k < elements.Length; k++) rows[k] = (ulong*)(start + k);
                TKernel.UnpackScaled(a + (g * TKernel.Words), rows);
                TKernel.Unpack(b + (g * TKernel.Words), rows + TKernel.Lanes);
            }
        }

        Timing.WarmUp(() => Multiply<TKernel>(product, a, b, groups));
        return Timing.Median(repeats, () => Multiply<TKernel>(product, a, b, groups)).Per((double)Rounds * Elements);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TKernel>(ulong* product, ulong* a, ulong* b, int groups)
        where TKernel : struct, ILaneKernel
    {
        for (int round = 0; round < Rounds; round++)
        {
            for (int at = 0; at < groups * TKernel.Words; at += TKernel.Words)
                TKernel.Multiply(product + at, a + at, b + at);
        }
    }
}
