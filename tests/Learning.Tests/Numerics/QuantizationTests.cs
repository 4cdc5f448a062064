using FsCheck;
using FsCheck.Fluent;
using Marketplace.Learning.Numerics;

namespace Marketplace.Learning.Tests.Numerics;

/// <summary>Fixed-point weights, updates and the exact step to the next model.</summary>
public sealed class QuantizationTests
{
    [Fact]
    public void Nearest_rounds_halves_to_even_and_clamps()
    {
        const float Unit = 1f / 16384;
        float[] local = [0, 0.5f * Unit, 1.5f * Unit, -0.5f * Unit, -1.5f * Unit, 0.75f * Unit, 100, -100, 32767 * Unit, -32768 * Unit];
        Assert.Equal([0, 0, 2, 0, -2, 1, 32767, -32767, 32767, -32767], Quantization.QuantizeUpdate(local, new int[local.Length], 14));
    }

    [Fact]
    public void Updates_undo_themselves_exactly()
    {
        // local = (global + u)·2^-f in float is exact for these sizes, so the update must be u.
        Prop.ForAll(ArbMap.Default.ArbFor<(short, int)[]>(), pairs =>
        {
            int[] global = [.. pairs.Select(p => p.Item2 % (1 << 20))];
            short[] update = [.. pairs.Select(p => Math.Max(p.Item1, (short)-32767))];
            float[] local = Quantization.ToFloat([.. global.Zip(update, (w, u) => w + u)], 14);
            return update.SequenceEqual(Quantization.QuantizeUpdate(local, global, 14))
                && update.SequenceEqual(Quantization.QuantizeUpdate(local, global, 14, Rounding.Stochastic, 9))
                && Quantization.ToFixed(local, 14).SequenceEqual(global.Zip(update, (w, u) => w + u));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Rounding_errs_by_at_most_its_bound()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<(short, short, byte)[]>(), triples =>
        {
            float[] local = [.. triples.Select(t => t.Item1 / 100000f)];
            int[] global = [.. triples.Select(t => (int)t.Item2 / 8)];
            short[] nearest = Quantization.QuantizeUpdate(local, global, 14);
            short[] stochastic = Quantization.QuantizeUpdate(local, global, 14, Rounding.Stochastic, (ulong)triples.Length);
            return Enumerable.Range(0, local.Length).All(i =>
            {
                double exact = local[i] * 16384.0 - global[i];
                return Math.Abs(nearest[i] - exact) <= 0.5 && Math.Abs(stochastic[i] - exact) < 1;
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Stochastic_rounding_keeps_the_mean_and_depends_on_seed_and_index_only()
    {
        const int Count = 100_000;
        float[] local = [.. Enumerable.Repeat(0.3f / 16384, Count)];
        short[] update = Quantization.QuantizeUpdate(local, new int[Count], 14, Rounding.Stochastic, 5);
        Assert.Equal(0.3, update.Average(u => (double)u), 0.006);
        Assert.Equal(update[..10], Quantization.QuantizeUpdate(local.AsSpan(0, 10), new int[10], 14, Rounding.Stochastic, 5));
        Assert.NotEqual(update, Quantization.QuantizeUpdate(local, new int[Count], 14, Rounding.Stochastic, 6));
    }

    [Fact]
    public void Numbers_without_a_value_are_refused_by_index()
    {
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            Assert.StartsWith("Weight 1 is ", Assert.Throws<InvalidDataException>(() => Quantization.ToFixed([0, bad], 14)).Message);
            Assert.StartsWith("Weight 1 is ", Assert.Throws<InvalidDataException>(() => Quantization.QuantizeUpdate([0, bad], [0, 0], 14)).Message);
        }

        Assert.Contains(
            "There are 2 weights, but global weights: 1",
            Assert.Throws<ArgumentException>(() => Quantization.QuantizeUpdate([0, 0], [0], 14)).Message);
        Assert.Contains("0 to 30 fraction bits", Assert.Throws<ArgumentOutOfRangeException>(() => Quantization.ToFixed([0], 31)).Message);
        Assert.Contains("0 to 30 fraction bits", Assert.Throws<ArgumentOutOfRangeException>(() => Quantization.ToFloat([0], -1)).Message);
    }

    [Fact]
    public void Fixed_point_saturates() =>
        Assert.Equal([int.MaxValue, int.MinValue, 16384], Quantization.ToFixed([1e9f, -1e9f, 1], 14));

    [Theory]
    [InlineData(0, 0, 1, 0)]
    [InlineData(5, 3, 2, 7)] // 1.5 up
    [InlineData(5, -3, 2, 4)] // -1.5 up
    [InlineData(5, -1, 2, 5)] // -0.5 up
    [InlineData(0, -2, 3, -1)]
    [InlineData(0, 1, 3, 0)]
    [InlineData(int.MaxValue, 1, 1, int.MaxValue)]
    [InlineData(int.MinValue, -1, 1, int.MinValue)]
    [InlineData(0, long.MaxValue, long.MaxValue, 1)]
    [InlineData(0, long.MinValue, long.MaxValue, -1)]
    [InlineData(7, long.MinValue, 1, int.MinValue)]
    [InlineData(-7, long.MaxValue, 1, int.MaxValue)]
    public void The_next_weight_rounds_halves_up_and_saturates(int w, long u, long b, int expected) =>
        Assert.Equal([expected], Quantization.ApplyAggregate([w], [w], [u], b, 0));

    [Theory]
    [InlineData(10, 4, 32768, 13)] // half of a step of 6
    [InlineData(4, 9, 32768, 1)] // half of a step of -5: -2.5 down
    [InlineData(int.MaxValue, int.MinValue, 65535, int.MaxValue)]
    [InlineData(int.MinValue, int.MaxValue, 65535, int.MinValue)]
    public void Momentum_goes_on_by_a_part_of_the_last_step(int w, int before, int momentum, int expected) =>
        Assert.Equal([expected], Quantization.ApplyAggregate([w], [before], [0], 1, momentum));

    [Fact]
    public void The_next_weight_is_the_exact_formula()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<(int, int, long, long, int, ushort)>(), input =>
        {
            (int w, int before, long u, long b, int shift, ushort momentum) = input;
            u = shift % 2 == 0 ? u << (shift & 31) : u;
            b = Math.Max(1, Math.Abs(b % (1L << 62)) << (shift & 7) & long.MaxValue);
            var numerator = 2 * (System.Numerics.BigInteger)u + b;
            var floor = System.Numerics.BigInteger.DivRem(numerator, 2 * (System.Numerics.BigInteger)b, out System.Numerics.BigInteger rest);
            System.Numerics.BigInteger step = momentum * ((System.Numerics.BigInteger)w - before);
            var carried = System.Numerics.BigInteger.DivRem(step, 1 << 16, out System.Numerics.BigInteger cut);
            System.Numerics.BigInteger exact = w + floor - (rest.Sign < 0 ? 1 : 0) + carried - (cut.Sign < 0 ? 1 : 0);
            int expected = exact > int.MaxValue ? int.MaxValue : exact < int.MinValue ? int.MinValue : (int)exact;
            return Quantization.ApplyAggregate([w], [before], [u], b, momentum)[0] == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Aggregates_without_a_divisor_or_of_another_length_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantization.ApplyAggregate([1], [1], [1], 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantization.ApplyAggregate([1], [1], [1], -1, 0));
        Assert.Throws<ArgumentException>(() => Quantization.ApplyAggregate([1], [1], [1, 2], 1, 0));
        Assert.Throws<ArgumentException>(() => Quantization.ApplyAggregate([1], [1, 2], [1], 1, 0));
    }
}
