namespace Marketplace.Learning.Numerics;

/// <summary>How an update's entry becomes an integer.</summary>
public enum Rounding
{
    /// <summary>To the nearest integer, halves to the even one.</summary>
    Nearest,

    /// <summary>Down or up with the probability that keeps the expectation; drawn from seed and index alone.</summary>
    Stochastic,
}

/// <summary>
/// Between float weights, fixed-point weights (int32 in units of 2^−f) and updates (int16 in the same units). Exact and deterministic.
/// </summary>
public static class Quantization
{
    /// <summary>Largest number of fraction bits f.</summary>
    public const int MaxFractionBits = 30;

    /// <summary>Largest magnitude of an update's entry.</summary>
    public const int MaxUpdateEntry = 32767;

    private const ulong StochasticStream = 0x726F756E64;

    /// <summary>round(2^f·w), halves to even, saturating in int32.</summary>
    /// <exception cref="InvalidDataException">A weight is not a finite number; the message names its index.</exception>
    public static int[] ToFixed(ReadOnlySpan<float> weights, int fractionBits)
    {
        double scale = Scale(fractionBits);
        var result = new int[weights.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = (int)Math.Clamp(Math.Round(Finite(weights[i], i) * scale, MidpointRounding.ToEven), int.MinValue, int.MaxValue);
        return result;
    }

    /// <summary>w·2^−f, rounded once to float; exact while |w| ≤ 2^24.</summary>
    public static float[] ToFloat(ReadOnlySpan<int> weights, int fractionBits)
    {
        var result = new float[weights.Length];
        ToFloat(weights, fractionBits, result);
        return result;
    }

    /// <summary>As <see cref="ToFloat(ReadOnlySpan{int}, int)"/>, into <paramref name="target"/>.</summary>
    public static void ToFloat(ReadOnlySpan<int> weights, int fractionBits, Span<float> target)
    {
        double unit = 1 / Scale(fractionBits);
        SameLength(weights.Length, target.Length, "target");
        for (int i = 0; i < weights.Length; i++)
            target[i] = (float)(weights[i] * unit);
    }

    /// <summary>The update u = clamp(round(2^f·(w_local − w_global)), ±32767).</summary>
    /// <param name="local">Weights after local training.</param>
    /// <param name="global">Weights before it, in units of 2^−f.</param>
    /// <param name="fractionBits">f.</param>
    /// <param name="rounding">How to round.</param>
    /// <param name="seed">For stochastic rounding; ignored otherwise.</param>
    /// <exception cref="InvalidDataException">A local weight is not a finite number; the message names its index.</exception>
    public static short[] QuantizeUpdate(
        ReadOnlySpan<float> local, ReadOnlySpan<int> global, int fractionBits, Rounding rounding = Rounding.Nearest, ulong seed = 0)
    {
        double scale = Scale(fractionBits);
        SameLength(local.Length, global.Length, "global weights");
        if (!Enum.IsDefined(rounding))
            throw new ArgumentOutOfRangeException(nameof(rounding), rounding, "expected Nearest or Stochastic");
        var result = new short[local.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double difference = Finite(local[i], i) * scale - global[i];
            double rounded = rounding == Rounding.Nearest
                ? Math.Round(difference, MidpointRounding.ToEven)
                : Math.Floor(difference + RandomStream.UniformAt(seed, StochasticStream, (ulong)i));
            result[i] = (short)Math.Clamp(rounded, -MaxUpdateEntry, MaxUpdateEntry);
        }

        return result;
    }

    /// <summary>The next weights: w + floor((2U + B) / (2B)) + floor(β·(w − w′) / 2^16), saturating in int32, exactly.</summary>
    /// <param name="weights">w, in units of 2^−f.</param>
    /// <param name="previous">w′, the weights before the last step; w itself before the first.</param>
    /// <param name="aggregate">U = Σ b_i·u_i.</param>
    /// <param name="divisor">B, above 0.</param>
    /// <param name="momentum">β, in units of 2^−16: how much of its last step the model goes on by.</param>
    public static int[] ApplyAggregate(
        ReadOnlySpan<int> weights, ReadOnlySpan<int> previous, ReadOnlySpan<long> aggregate, long divisor, int momentum)
    {
        SameLength(weights.Length, aggregate.Length, "aggregate");
        SameLength(weights.Length, previous.Length, "previous weights");
        if (divisor <= 0)
            throw new ArgumentOutOfRangeException(nameof(divisor), divisor, "the divisor of an aggregate is above 0");
        const long Fast = 1L << 61;
        var result = new int[weights.Length];
        for (int i = 0; i < result.Length; i++)
        {
            long u = aggregate[i];
            // An arithmetic shift rounds down; the difference of two weights times β stays below 2^49.
            long kept = weights[i] + ((momentum * ((long)weights[i] - previous[i])) >> 16);
            if (u is > -Fast and < Fast && divisor < Fast)
            {
                // (2u + B) / (2B) in 64 bits: everything stays below 2^63.
                (long quotient, long rest) = Math.DivRem(2 * u + divisor, 2 * divisor);
                result[i] = (int)Math.Clamp(kept + quotient - (rest < 0 ? 1 : 0), int.MinValue, int.MaxValue);
            }
            else
            {
                (Int128 quotient, Int128 rest) = Int128.DivRem(2 * (Int128)u + divisor, 2 * (Int128)divisor);
                result[i] = (int)Int128.Clamp(kept + quotient - (rest < 0 ? 1 : 0), int.MinValue, int.MaxValue);
            }
        }

        return result;
    }

    private static double Scale(int fractionBits)
    {
        if (fractionBits is < 0 or > MaxFractionBits)
            throw new ArgumentOutOfRangeException(nameof(fractionBits), fractionBits, $"expected 0 to {MaxFractionBits} fraction bits");
        return 1L << fractionBits;
    }

    private static double Finite(float value, int index) => float.IsFinite(value)
        ? value
        : throw new InvalidDataException(
            $"Weight {index} is {value}, which has no fixed-point value: training has diverged; lower the learning rate.");

    private static void SameLength(int expected, int actual, string what)
    {
        if (expected != actual)
            throw new ArgumentException($"There are {expected} weights, but {what}: {actual} entries.");
    }
}
