using System.Numerics;
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
        // r = (4, 0); u = (4, 0), (0, 4), (8, 0), (-4, 0), (3, 4): the same, orthogonal, twice as long, opposite, cosine 3/5.
        ScoringOutcome outcome = TestGram.Of(0, [4, 0], [4, 0], [0, 4], [8, 0], [-4, 0], [3, 4]).Score();

        Assert.Equal([One, 0, One, 0, 39321], outcome.Cosines);
        Assert.Equal([One, 0, One / 2, 0, 31456], outcome.InitialWeights);
        Assert.Equal(0b10101u, outcome.Kept);
        Assert.Equal(2 * One + 39321, outcome.Divisor);
        Assert.Equal([One, 0, One / 2, 0, 31456], outcome.Weights);
        Assert.Equal([One * 16, 0, One * 16, 0, 31456 * 12], outcome.Contributions.Select(value => (int)value));

        // 1001 is split 1048576 : 1048576 : 377472.
        Assert.Equal([424, 0, 424, 0, 152], RoundScoring.Payouts(outcome, 1001).Select(value => (int)value));
    }

    [Fact]
    public void A_boosted_update_is_cut_to_the_reference_and_an_update_that_harms_is_dropped()
    {
        // r = (10, 0). u_3 is a hundred times as long as it should be; u_4 points slightly along r and far off it.
        ScoringOutcome outcome = TestGram.Of(0, [10, 0], [9, 4], [10, -3], [900, 100], [1, 60], [8, 5]).Score();

        Assert.Equal([59887, 60124, 719, 181, 55574], outcome.InitialWeights);
        Assert.Equal([0b01000u, 0u], outcome.Passes.Select(pass => pass.Dropped));
        Assert.Equal(
            [1331570197544, 1673278456792, 1689227947000, -4078157336, 1064675688348],
            outcome.Passes[0].Shapley.Select(value => (long)value!));
        Assert.Null(outcome.Passes[1].Shapley[3]);
        Assert.Equal(0b10111u, outcome.Kept);
        Assert.Equal([59887, 60124, 719, 0, 55574], outcome.Weights);
    }

    [Fact]
    public void Updates_that_all_harm_leave_nobody()
    {
        // Without the first three, which push the same way off r, the fourth still does more harm than good.
        ScoringOutcome outcome = TestGram.Of(0, [10, 0], [10, 90], [10, 80], [10, 70], [1, -60]).Score();

        Assert.Equal([0b0111u, 0b1000u], outcome.Passes.Select(pass => pass.Dropped));
        Assert.Equal(0u, outcome.Kept);
        Assert.All(RoundScoring.Payouts(outcome, 100), payout => Assert.True(payout.IsZero));
    }

    [Fact]
    public void Zero_vectors_have_no_weight_and_a_zero_reference_keeps_nobody()
    {
        Assert.Equal(0b10u, TestGram.Of(0, [5, 5], [0, 0], [5, 5]).Score().Kept);
        ScoringOutcome outcome = TestGram.Of(0, [0, 0], [1, 2], [3, 4], [5, 6]).Score();
        Assert.Equal(0u, outcome.Kept);
        Assert.Equal(0, outcome.Divisor);
        Assert.Empty(outcome.Passes);
        Assert.All(RoundScoring.Payouts(outcome, 100), payout => Assert.True(payout.IsZero));
    }

    [Fact]
    public void What_is_public_already_earns_nothing()
    {
        // u_1 = p_1 / 2, u_2 = p_1 − p_2 are in the span of the public rows; u_3 adds a coordinate that r has.
        ScoringOutcome outcome = TestGram.Of(2, [9, 5, 7], [4, 1, 0], [7, 0, 0], [7, 3, 6], [8, 2, 0], [1, 2, 0]).Score();

        Assert.Equal(0b111u, outcome.Kept);
        Assert.Equal([1, 2], outcome.Projection.Rows);
        Assert.Equal([true, true, false], outcome.Contributions.Select(value => value.IsZero));
        Assert.All(outcome.ContributionsBeforeProjection, value => Assert.True(value.Sign > 0));
        BigInteger[] payouts = RoundScoring.Payouts(outcome, 1000);
        Assert.Equal([0, 0, 1000], payouts.Select(value => (int)value));
    }

    [Fact]
    public void When_nothing_is_new_nobody_earns_anything()
    {
        ScoringOutcome outcome = TestGram.Of(1, [3, 4], [3, 4], [6, 8], [-3, -4], [300, 400]).Score();

        Assert.Equal(0b011u, outcome.Kept);
        Assert.All(RoundScoring.Payouts(outcome, 101), payout => Assert.True(payout.IsZero));
    }

    [Theory]
    [InlineData(new long[] { 0, 0 }, new long[] { 1, 2 }, new[] { 2 })]
    [InlineData(new long[] { 1, 2 }, new long[] { 0, 0 }, new[] { 1 })]
    [InlineData(new long[] { 1, 2 }, new long[] { 3, 6 }, new[] { 1 })]
    [InlineData(new long[] { 1, 2 }, new long[] { 3, 7 }, new[] { 1, 2 })]
    [InlineData(new long[] { 0, 0 }, new long[] { 0, 0 }, new int[0])]
    public void Public_rows_that_tell_nothing_are_left_out(long[] first, long[] second, int[] expected)
    {
        Assert.Equal(expected, TestGram.Of(2, [1, 1], [1, 1], first, second).Score().Projection.Rows);
    }

    [Theory]
    [InlineData(80, -1, 0)]
    [InlineData(80, 0, 1)]
    [InlineData(82, -1, 1)]
    [InlineData(82, 0, 2)]
    [InlineData(98, -1, 9)]
    public void Long_public_rows_are_shortened_to_80_bits(int bits, int offset, int shift)
    {
        TestGram gram = new(1, 1);
        gram[0, 0] = gram[1, 1] = gram[0, 1] = 1;
        gram[2, 2] = (BigInteger.One << bits) + offset;

        Assert.Equal([shift], gram.Score().Projection.Shifts);
    }

    [Fact]
    public void The_closed_form_is_the_Shapley_value_over_all_coalitions()
    {
        Random random = new(20250401);
        GramGenerator generator = new(20250401);
        int compared = 0;
        for (int round = 0; round < 400; round++)
        {
            TestGram gram = generator.Next(random.Next(1, 9), 0);
            ScoringOutcome outcome = gram.Score();
            foreach (OutlierPass pass in outcome.Passes)
            {
                int[] players = [.. Enumerable.Range(1, gram.Updates).Where(i => pass.Shapley[i - 1] is not null)];
                BigInteger[] expected = BruteForce.Shapley(players.Length, coalition => Value(coalition));
                for (int k = 0; k < players.Length; k++)
                {
                    // BruteForce returns the value times the number of orders.
                    Assert.Equal(expected[k], pass.Shapley[players[k] - 1] * BruteForce.Factorial(players.Length));
                    compared++;
                }

                // B²·v(S) = 2·B·Σ b_j·G_j0 − Σ Σ b_j·b_k·G_jk
                BigInteger Value(uint coalition)
                {
                    int[] members = [.. players.Where((_, k) => (coalition >> k & 1) != 0)];
                    BigInteger value = 0;
                    foreach (int j in members)
                    {
                        value += (BigInteger)2 * pass.Divisor * outcome.InitialWeights[j - 1] * gram[j, 0];
                        foreach (int k in members)
                            value -= (BigInteger)outcome.InitialWeights[j - 1] * outcome.InitialWeights[k - 1] * gram[j, k];
                    }

                    return value;
                }
            }
        }

        output.WriteLine($"{compared} values compared");
        Assert.True(compared > 500);
    }

    [Fact]
    public void Contributions_are_alignments_after_orthogonal_projection()
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
                    rows[i], rows[0], [.. outcome.Projection.Rows.Select(a => rows[gram.Updates + a])]);
                BigInteger expected = BigInteger.Max(0, outcome.Weights[i - 1] * numerator * outcome.Projection.Scale / denominator);
                Assert.Equal(expected, outcome.Contributions[i - 1]);
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
                Assert.InRange(outcome.Weights[i - 1], 0, outcome.Cosines[i - 1]);
                // b_i·|u_i| is at most the reference's length.
                Assert.True(outcome.Weights[i - 1] * outcome.Norms[i - 1] <= One * outcome.ReferenceNorm);
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
        Assert.True(largest.GetBitLength() <= 235);
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
