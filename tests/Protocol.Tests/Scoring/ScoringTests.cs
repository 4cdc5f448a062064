using System.Numerics;
using Marketplace.Algebra.Integers;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>The scoring rule against what its equations promise, without a chain.</summary>
public class ScoringTests(ITestOutputHelper output)
{
    private const int One = RoundScoring.One;

    [Fact]
    public void A_worked_example()
    {
        // r = (5, 0). The second is the first, twice as long; the third is no longer and no less aligned; the others point away or across.
        ScoringOutcome outcome = TestGram.Of(0, [5, 0], [4, 3], [8, 6], [4, -3], [-1, 0], [0, 7]).Score();

        Assert.Equal([52428, 52428, 52428, 0, 0], outcome.Cosines);
        Assert.Equal(One, outcome.Reliability);
        Assert.Equal([2 * One, 2 * One, One, 0, 0], outcome.Copies);
        Assert.Equal([One / 2, One / 2, One, 0, 0], outcome.Trusts);
        Assert.Equal([One / 2, One / 4, One, 0, 0], outcome.Weights);
        Assert.Equal(0b00111u, outcome.Kept);
        Assert.Equal(2 * One, outcome.Divisor);
        Assert.Equal([One, One, One, 0, 0], outcome.Novelties);

        // Both copies together are paid like the third: 1001 is split 10 : 10 : 20.
        Assert.Equal([250, 250, 500, 0, 0], RoundScoring.Payouts(outcome, 1001).Select(value => (int)value));
    }

    [Fact]
    public void A_boosted_update_is_cut_to_the_median_or_the_reference()
    {
        ScoringOutcome outcome = TestGram.Of(0, [10, 0], [9, 4], [10, -3], [900, 100], [8, 5]).Score();
        Assert.Equal(IntegerRoot.Square((BigInteger)(9 * 9 + 4 * 4) << 64), outcome.Norms[0]);
        Assert.Equal(outcome.ReferenceNorm, outcome.NormCap);
        Assert.InRange(outcome.Weights[2], 1, One / 90);

        // A reference that is short, of a small root set, does not cut what all agree on.
        outcome = TestGram.Of(0, [1, 0], [9, 4], [10, -3], [900, 100], [8, 5]).Score();
        Assert.Equal(outcome.Norms[0], outcome.NormCap);
        Assert.Equal(outcome.Trusts[3], outcome.Weights[3]);
    }

    [Fact]
    public void Trust_is_full_from_half_of_the_mean_cosine_on_and_falls_with_the_cosine_below()
    {
        // The last three have cosines 0.6, 0.28 and 0; all are far from one another.
        ScoringOutcome outcome = TestGram.Of(
            0, [25, 0, 0, 0, 0], [24, 7, 0, 0, 0], [24, 0, 7, 0, 0], [15, 0, 0, 20, 0], [7, 0, 0, 0, 24], [0, 0, 0, 0, 25]).Score();

        Assert.All(outcome.Copies.Take(4), copies => Assert.Equal(One, copies));
        Assert.Equal([One, One, One], outcome.Trusts.Take(3));
        long[] cosines = [.. outcome.Cosines.Take(4).Select(cosine => (long)cosine)];
        Assert.Equal(2.0 * cosines[3] * cosines.Sum() / cosines.Sum(cosine => cosine * cosine), (double)outcome.Trusts[3] / One, 1e-4);
        Assert.Equal(0b01111u, outcome.Kept);
    }

    [Fact]
    public void Likeness_beyond_the_common_direction_counts_as_copies_and_what_honest_updates_share_does_not()
    {
        // Three honest updates with noise of their own, and one copy of the first, with noise added.
        ScoringOutcome outcome = TestGram.Of(
            0, [10, 0, 0, 0, 0, 6], [10, 9, 0, 0, 0, 0], [10, 0, 9, 0, 0, 0], [10, 0, 0, 9, 0, 0], [10, 9, 0, 0, 2, 0]).Score();
        Assert.Equal([One, One], outcome.Copies.Skip(1).Take(2));
        Assert.InRange(outcome.Copies[0], 18 * One / 10, 2 * One);
        Assert.Equal(outcome.Copies[0], outcome.Copies[3]);
    }

    [Fact]
    public void Copies_together_never_weigh_more_than_one_update_can()
    {
        const int seed = 31;
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            long[][] honest = [.. Enumerable.Range(0, 4).Select(_ =>
                Enumerable.Range(0, 8).Select(k => random.NextInt64(-20, 21) + (k == 0 ? 40 : 0)).ToArray())];
            int copies = random.Next(2, 29);
            ScoringOutcome outcome = TestGram.Of(0, [.. honest, .. Enumerable.Repeat(honest[^1], copies)]).Score();
            Assert.InRange(outcome.Trusts.Skip(2).Sum(), 0, One);
            Assert.True(outcome.Copies[2] >= (copies + 1) * One || outcome.Cosines[2] == 0, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Zero_vectors_have_no_weight_and_a_zero_reference_keeps_nobody()
    {
        Assert.Equal(0b10u, TestGram.Of(0, [5, 5], [0, 0], [5, 5]).Score().Kept);
        ScoringOutcome outcome = TestGram.Of(0, [0, 0], [1, 2], [3, 4], [5, 6]).Score();
        Assert.Equal(0u, outcome.Kept);
        Assert.Equal(0, outcome.Divisor);
        Assert.All(RoundScoring.Payouts(outcome, 100), payout => Assert.True(payout.IsZero));
    }

    [Fact]
    public void What_is_public_already_earns_nothing()
    {
        // u_1 = p_1 / 2, u_2 = p_1 − p_2 are in the space of the public rows; u_3 adds a coordinate.
        ScoringOutcome outcome = TestGram.Of(2, [9, 5, 7], [4, 1, 0], [7, 0, 0], [7, 3, 6], [8, 2, 0], [1, 2, 0]).Score();

        Assert.Equal(0b111u, outcome.Kept);
        Assert.Equal([1, 2], outcome.PublicRows.Select(row => row.Number));
        Assert.Equal([0, 0, 25099], outcome.OwnParts);
        Assert.Equal([0, 0, One], outcome.Novelties);
        Assert.Equal([0, 0, 1000], RoundScoring.Payouts(outcome, 1000).Select(value => (int)value));
    }

    [Fact]
    public void When_nothing_is_new_nobody_earns_anything()
    {
        ScoringOutcome outcome = TestGram.Of(1, [3, 4], [3, 4], [6, 8], [-3, -4], [300, 400]).Score();

        Assert.Equal(0b011u, outcome.Kept);
        Assert.All(RoundScoring.Payouts(outcome, 101), payout => Assert.True(payout.IsZero));
    }

    [Fact]
    public void An_update_is_compared_with_what_the_others_bring_of_their_own()
    {
        // Along what is public, all have the same; the first has half of the others' length beside it.
        ScoringOutcome outcome = TestGram.Of(1, [10, 4, 4, 4], [10, 5, 0, 0], [10, 0, 10, 0], [10, 0, 0, 10], [7, 0, 0, 0]).Score();
        Assert.Equal([One / 5 + 1, One / 2, One / 2], outcome.OwnParts);
        Assert.Equal(0.4, (double)outcome.Novelties[0] / One, 1e-3);
        Assert.Equal([One, One], outcome.Novelties.Skip(1));

        // Alone it has only itself to be compared with.
        outcome = TestGram.Of(1, [10, 4, 4, 4], [10, 5, 0, 0], [7, 0, 0, 0]).Score();
        Assert.Equal(outcome.OwnParts, outcome.Novelties);
    }

    [Theory]
    [InlineData(new long[] { 0, 0 }, new long[] { 1, 2 }, new[] { 2 })]
    [InlineData(new long[] { 1, 2 }, new long[] { 0, 0 }, new[] { 1 })]
    [InlineData(new long[] { 1, 2 }, new long[] { 3, 6 }, new[] { 1 })]
    [InlineData(new long[] { 1, 2 }, new long[] { 3, 7 }, new[] { 1, 2 })]
    [InlineData(new long[] { 0, 0 }, new long[] { 0, 0 }, new int[0])]
    public void Public_rows_that_tell_nothing_are_left_out(long[] first, long[] second, int[] expected)
    {
        Assert.Equal(expected, TestGram.Of(2, [1, 1], [1, 1], first, second).Score().PublicRows.Select(row => row.Number));
    }

    [Theory]
    [InlineData(80, -1, 0)]
    [InlineData(80, 0, 1)]
    [InlineData(82, -1, 1)]
    [InlineData(82, 0, 2)]
    [InlineData(98, -1, 9)]
    [InlineData(99, -1, 10)]
    public void Long_public_rows_are_shortened_to_80_bits(int bits, int offset, int shift)
    {
        TestGram gram = new(1, 1);
        gram[0, 0] = gram[1, 1] = gram[0, 1] = 1;
        gram[2, 2] = (BigInteger.One << bits) + offset;

        Assert.Equal([shift], gram.Score().PublicRows.Select(row => row.Shift));
    }

    [Fact]
    public void Own_parts_are_what_orthogonal_projection_leaves()
    {
        Random random = new(77);
        for (int round = 0; round < 500; round++)
        {
            int publicRows = round % 3;
            long[][] rows = [.. Enumerable.Range(0, 5 + publicRows).Select(_ =>
                Enumerable.Range(0, 6).Select(_ => random.NextInt64(-20, 40)).ToArray())];
            TestGram gram = TestGram.Of(publicRows, rows);
            ScoringOutcome outcome = gram.Score();
            for (int i = 1; i <= gram.Updates; i++)
            {
                (BigInteger numerator, BigInteger denominator) = BruteForce.ProjectedInner(
                    rows[i], rows[i], [.. outcome.PublicRows.Select(row => rows[gram.Updates + row.Number])]);
                BigInteger whole = denominator * gram[i, i];

                // What lies in the space is rounded down, so what does not is rounded up.
                Assert.Equal((numerator * One + whole - 1) / whole, outcome.OwnParts[i - 1]);
                Assert.Equal(
                    outcome.Weights[i - 1] * BigInteger.Max(0, gram[i, 0]) * outcome.Novelties[i - 1] * outcome.Novelties[i - 1],
                    outcome.Contributions[i - 1]);
            }
        }
    }

    [Fact]
    public void Outcomes_do_not_depend_on_the_order_of_updates()
    {
        const int seed = 991;
        Random random = new(seed);
        GramGenerator generator = new(seed);
        for (int round = 0; round < 500; round++)
        {
            TestGram gram = generator.Next();
            int[] order = [.. Enumerable.Range(1, gram.Updates)];
            random.Shuffle(order);
            ScoringOutcome one = gram.Score();
            ScoringOutcome other = gram.Permute(order).Score();

            Assert.Equal(one.Divisor, other.Divisor);
            Assert.Equal(order.Select(i => one.Weights[i - 1]), other.Weights);
            Assert.Equal(order.Select(i => one.Contributions[i - 1]), other.Contributions);
            BigInteger[] payouts = RoundScoring.Payouts(one, 1_000_003);
            Assert.Equal(order.Select(i => payouts[i - 1]), RoundScoring.Payouts(other, 1_000_003));
        }
    }

    [Fact]
    public void Outcomes_stay_within_their_bounds()
    {
        const int seed = 4242;
        Random random = new(seed);
        GramGenerator generator = new(seed);
        BigInteger largest = 0;
        for (int round = 0; round < 3000; round++)
        {
            TestGram gram = generator.Next();
            ScoringOutcome outcome = gram.Score();
            BigInteger reward = random.NextInt64();
            BigInteger[] payouts = RoundScoring.Payouts(outcome, reward);

            Assert.InRange(outcome.Divisor, 0, gram.Updates * One);
            for (int i = 1; i <= gram.Updates; i++)
            {
                Assert.Equal(outcome.IsKept(i), outcome.Weights[i - 1] > 0);
                Assert.InRange(outcome.Weights[i - 1], 0, outcome.Trusts[i - 1]);
                Assert.InRange(outcome.Trusts[i - 1], 0, One);
                Assert.InRange(outcome.Novelties[i - 1], 0, One);
                Assert.True(outcome.Weights[i - 1] * outcome.Norms[i - 1] <= One * outcome.NormCap);
                Assert.True(outcome.IsKept(i) || payouts[i - 1].IsZero);
                largest = BigInteger.Max(largest, outcome.Contributions[i - 1]);
            }

            BigInteger paid = payouts.Aggregate(BigInteger.Zero, BigInteger.Add);
            // Each part is rounded down, and where nobody has contributed there is none.
            bool hasEarned = outcome.Contributions.Any(contribution => contribution.Sign > 0);
            Assert.True(
                hasEarned ? paid <= reward && paid > reward - gram.Updates : paid.IsZero, $"seed {seed}, round {round}: paid {paid} of {reward}");
        }

        output.WriteLine($"seed {seed}; the largest contribution has {largest.GetBitLength()} bits");
        Assert.True(largest.GetBitLength() <= 105, "Scoring.sol says that contributions are below 2^105");
    }

    [Fact]
    public void A_packed_matrix_scores_like_its_entries_and_the_generator_keeps_the_verifiers_bounds()
    {
        const int seed = 60_013;
        GramGenerator generator = new(seed);
        for (int round = 0; round < 1000; round++)
        {
            TestGram gram = generator.Next();
            GramMatrix matrix = GramMatrix.Parse(gram.Pack(), gram.Updates, gram.PublicRows);
            Assert.Null(matrix.CheckBounds(GramGenerator.MaxDimension));

            ScoringOutcome expected = gram.Score();
            ScoringOutcome outcome = RoundScoring.Score(matrix);
            Assert.Equal(expected.Weights, outcome.Weights);
            Assert.Equal(expected.Contributions, outcome.Contributions);
        }
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RoundScoring.Score(33, 0, (_, _) => 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RoundScoring.Score(-1, 0, (_, _) => 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RoundScoring.Score(1, 3, (_, _) => 0));
        Assert.Throws<ArgumentException>(() => RoundScoring.Score(1, 0, (_, _) => -1));
        ScoringOutcome outcome = TestGram.Of(0, [1], [1]).Score();
        Assert.Throws<ArgumentOutOfRangeException>(() => RoundScoring.Payouts(outcome, -1));
    }
}
