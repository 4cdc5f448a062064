using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Memory;

// Signed digits without carries: with β = Σ_w 2^(c−1)·2^(c·w) over all windows but the top one, the c-bit digits e_w of k + β
// give d_w = e_w − 2^(c−1), since Σ (e_w − 2^(c−1))·2^(c·w) = (k + β) − β. The top window keeps its digit as it is.

namespace Marketplace.Algebra.MultiScalar;

/// <summary>The signed digits of many scalars, window by window; every digit's magnitude is at most 2^(WindowBits − 1).</summary>
internal sealed unsafe class SignedDigits : IDisposable
{
    private const int ScalarBits = 254;
    private const int SignedBits = 41;
    private const int Chunk = 8192;

    private readonly NativeBuffer<short> _memory;

    private SignedDigits(int windowBits, int windows, int count)
    {
        WindowBits = windowBits;
        Windows = windows;
        Count = count;
        _memory = new NativeBuffer<short>((long)windows * count);
    }

    /// <summary>c, at most 16.</summary>
    internal int WindowBits { get; }

    /// <summary>How many scalars there are.</summary>
    internal int Count { get; }

    /// <summary>How many digits a scalar has.</summary>
    internal int Windows { get; }

    /// <summary>The digits of weight 2^(c·window), one a scalar; valid until disposal.</summary>
    internal short* Window(int window) => _memory.Start + ((long)window * Count);

    /// <summary>Windows of a residue in [0, r).</summary>
    /// <remarks>The top one has 254 − c·(W−1) &lt; c bits, so that even with a carry from below its digit is at most 2^(c−1).</remarks>
    internal static int FullWindows(int windowBits) => (ScalarBits / windowBits) + 1;

    /// <summary>Windows of an integer of magnitude below 2^40.</summary>
    internal static int LongWindows(int windowBits) => (SignedBits + windowBits - 1) / windowBits;

    /// <summary>Digits of residues in [0, r).</summary>
    internal static SignedDigits Split(ReadOnlySpan<Fr> scalars, int windowBits, CancellationToken cancellationToken)
    {
        int windows = FullWindows(windowBits);
        SignedDigits result = new(windowBits, windows, scalars.Length);
        UInt256 bias = default;
        for (int w = 0; w < windows - 1; w++)
        {
            bias.SetBit((w * windowBits) + windowBits - 1);
        }

        fixed (Fr* start = scalars)
        {
            Fr* scalar = start;
            int count = scalars.Length;
            Parallel.For(
                0,
                (count + Chunk - 1) / Chunk,
                new ParallelOptions { CancellationToken = cancellationToken },
                chunk => result.SplitChunk(scalar, chunk * Chunk, Math.Min((chunk + 1) * Chunk, count), bias));
        }

        return result;
    }

    /// <summary>Digits of 16-bit integers: one window of 16 bits for many, two of 8 bits for fewer.</summary>
    internal static SignedDigits Split(ReadOnlySpan<short> scalars)
    {
        const int ManyScalars = 1 << 17;
        if (scalars.Length >= ManyScalars)
        {
            return SplitWide(scalars);
        }

        SignedDigits two = new(8, 2, scalars.Length);
        short* low = two.Window(0);
        short* high = two.Window(1);
        for (int i = 0; i < scalars.Length; i++)
        {
            int biased = scalars[i] + 0x80;
            low[i] = (short)((biased & 0xff) - 0x80);
            high[i] = (short)(biased >> 8);
        }

        return two;
    }

    /// <summary>One window of 16 bits: the integers are their own digits.</summary>
    internal static SignedDigits SplitWide(ReadOnlySpan<short> scalars)
    {
        SignedDigits result = new(16, 1, scalars.Length);
        scalars.CopyTo(new Span<short>(result.Window(0), scalars.Length));
        return result;
    }

    /// <summary>Digits of integers of magnitude below 2^40.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A magnitude is 2^40 or more.</exception>
    internal static SignedDigits Split(ReadOnlySpan<long> scalars, int windowBits)
    {
        int windows = LongWindows(windowBits);
        SignedDigits result = new(windowBits, windows, scalars.Length);
        long half = 1L << (windowBits - 1);
        long mask = (1L << windowBits) - 1;
        long bias = 0;
        for (int w = 0; w < windows - 1; w++)
        {
            bias |= half << (w * windowBits);
        }

        for (int i = 0; i < scalars.Length; i++)
        {
            long scalar = scalars[i];
            if (scalar is <= -Msm.MaxMagnitude or >= Msm.MaxMagnitude)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(scalars), $"Entries must have a magnitude below 2^40; entry {i} is {scalar}. Use field elements for wider ones.");
            }

            long biased = scalar + bias;
            for (int w = 0; w < windows - 1; w++)
            {
                result.Window(w)[i] = (short)((biased & mask) - half);
                biased >>= windowBits;
            }

            result.Window(windows - 1)[i] = (short)biased;
        }

        return result;
    }

    /// <summary>Makes the digits of points at infinity zero, so that nothing later meets such a point.</summary>
    internal void ClearWhereInfinite(ReadOnlySpan<G1> points)
    {
        for (int i = 0; i < points.Length; i++)
        {
            if (points[i].IsInfinity)
            {
                for (int w = 0; w < Windows; w++)
                {
                    Window(w)[i] = 0;
                }
            }
        }
    }

    public void Dispose() => _memory.Dispose();

    private void SplitChunk(Fr* scalars, int start, int end, UInt256 bias)
    {
        int half = 1 << (WindowBits - 1);
        ulong mask = (1UL << WindowBits) - 1;
        for (int i = start; i < end; i++)
        {
            UInt256 biased = UInt256.FromLimbs(scalars[i].ToLimbs());
            biased.Add(bias);
            for (int w = 0; w < Windows - 1; w++)
            {
                Window(w)[i] = (short)((int)(biased.Bits(w * WindowBits) & mask) - half);
            }

            Window(Windows - 1)[i] = (short)biased.Bits((Windows - 1) * WindowBits);
        }
    }

    /// <summary>A 256-bit unsigned integer with what digit extraction needs.</summary>
    private struct UInt256
    {
        private ulong _l0;
        private ulong _l1;
        private ulong _l2;
        private ulong _l3;

        internal static UInt256 FromLimbs((ulong L0, ulong L1, ulong L2, ulong L3) limbs) =>
            new() { _l0 = limbs.L0, _l1 = limbs.L1, _l2 = limbs.L2, _l3 = limbs.L3 };

        internal void SetBit(int bit)
        {
            ulong value = 1UL << (bit & 63);
            switch (bit >> 6)
            {
                case 0: _l0 |= value; break;
                case 1: _l1 |= value; break;
                case 2: _l2 |= value; break;
                default: _l3 |= value; break;
            }
        }

        internal void Add(in UInt256 other)
        {
            UInt128 low = new UInt128(_l1, _l0) + new UInt128(other._l1, other._l0);
            UInt128 high = new UInt128(_l3, _l2) + new UInt128(other._l3, other._l2);
            if (low < new UInt128(other._l1, other._l0))
            {
                high++;
            }

            (_l0, _l1, _l2, _l3) = ((ulong)low, (ulong)(low >> 64), (ulong)high, (ulong)(high >> 64));
        }

        /// <summary>64 bits from the given one on, zeros beyond the end.</summary>
        internal readonly ulong Bits(int from)
        {
            (ulong low, ulong high) = (from >> 6) switch
            {
                0 => (_l0, _l1),
                1 => (_l1, _l2),
                2 => (_l2, _l3),
                _ => (_l3, 0UL),
            };
            int shift = from & 63;
            return shift == 0 ? low : (low >> shift) | (high << (64 - shift));
        }
    }
}
