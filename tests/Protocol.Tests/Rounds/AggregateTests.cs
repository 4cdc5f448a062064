using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Tests.Rounds;

/// <summary>What a round comes to: the aggregate, the outcome, the report.</summary>
public class AggregateTests
{
    private static readonly ModelSpecification Model =
        ModelSpecification.Parse("""{"input":[1],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""");

    [Fact]
    public void Weights_of_zero_do_not_count()
    {
        Aggregate aggregate = Aggregate.Combine(
            4, [[1, 2, 3, 4], [9, 9, 9, 9], [-32767, 0, 1, 0]], [Fr.FromUInt64(2), Fr.FromUInt64(100), Fr.FromUInt64(5)], [65536, 0, 3], 70000);
        Assert.Equal([65536L - 3 * 32767, 131072, 196608 + 3, 262144], aggregate.Entries);
        Assert.Equal(Fr.FromUInt64(2 * 65536 + 15), aggregate.Blinder);
        Assert.Equal(70000, aggregate.Divisor);
    }

    [Fact]
    public void What_is_published_is_read_back()
    {
        var aggregate = new Aggregate([1, -2, GramMatrix.MaxPublicEntry, -GramMatrix.MaxPublicEntry], Fr.FromUInt64(77), 65536);
        Aggregate read = Aggregate.Parse(aggregate.ToBytes(Model), Model);
        Assert.Equal(aggregate.Entries, read.Entries);
        Assert.Equal((aggregate.Blinder, aggregate.Divisor), (read.Blinder, read.Divisor));
        Assert.Equal(-1, read.FirstLongEntry());
        Assert.InRange(aggregate.ToBytes(Model).Length, 1, Aggregate.MaxBytes(Model));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_entry_that_no_round_can_make_is_found(int at)
    {
        var entries = new long[4];
        entries[at] = GramMatrix.MaxPublicEntry + 1;
        Assert.Equal(at, new Aggregate(entries, Fr.Zero, 1).FirstLongEntry());
        entries[at] = long.MinValue;
        Assert.Equal(at, new Aggregate(entries, Fr.Zero, 1).FirstLongEntry());
    }

    [Theory]
    [InlineData("30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001", 5, "canonical")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 32 * 65536 + 1, "divisor")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", long.MaxValue, "divisor")]
    public void Metadata_that_no_round_can_have_are_refused(string blinder, long divisor, string word)
    {
        byte[] bytes = new AggregateFile(new long[4], blinder, divisor).Write(Model);
        Assert.Contains(word, Assert.Throws<InvalidDataException>(() => Aggregate.Parse(bytes, Model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncations_are_refused()
    {
        byte[] bytes = new Aggregate(new long[4], Fr.Zero, 1).ToBytes(Model);
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => Aggregate.Parse(bytes[..length], Model));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 100)]
    [InlineData(3, 99)]
    public void Without_a_valid_submission_the_reward_is_forfeited(int submissions, int forfeited)
    {
        RoundOutcome outcome = RoundOutcome.Decide(
            [.. Enumerable.Repeat(G1.Generator, submissions)], new RoundMask((1u << submissions) - 1), null, 100, 0);
        Assert.Equal(Enumerable.Repeat(BigInteger.Zero, submissions), outcome.Payouts);
        Assert.Equal(forfeited, outcome.Forfeited);
        Assert.Equal((0U, 0, G1.Infinity), (outcome.Kept.Bits, outcome.Divisor, outcome.AggregateCommitment));
        Assert.Null(outcome.Scoring);
    }

    [Fact]
    public void The_invalid_take_their_part_along_and_the_kept_are_weighted()
    {
        short[] reference = [100, 0], same = [100, 0];
        GramMatrix gram = GramMatrix.Compute(reference, [same, same], []);
        G1[] commitments = [G1.Generator, G1.Generator * Fr.FromUInt64(5), G1.Generator * Fr.FromUInt64(9)];
        RoundOutcome outcome = RoundOutcome.Decide(commitments, new RoundMask(0b010), gram, 1000, 0);
        Assert.Equal(0b101U, outcome.Kept.Bits);
        Assert.Equal(333, outcome.Forfeited);
        Assert.Equal([333, 0, 333], outcome.Payouts);

        // Both are one update, and share one weight.
        Assert.Equal(65536, outcome.Divisor);
        Assert.Equal(G1.Generator * Fr.FromUInt64(10 * 32768), outcome.AggregateCommitment);
    }

    [Fact]
    public void What_earlier_rounds_have_left_is_earned_with_the_round()
    {
        GramMatrix gram = GramMatrix.Compute([10000, 0], [[10000, 0], [10000, 0]], []);
        RoundOutcome outcome = RoundOutcome.Decide([G1.Generator, G1.Generator], default, gram, 1_000, 501);
        Assert.Equal([750, 750], outcome.Payouts);
        // Without a valid update there is nothing to score, and what was left stays where it is.
        Assert.Equal(1_000, RoundOutcome.Decide([G1.Generator, G1.Generator], new RoundMask(0b11), null, 1_000, 501).Forfeited);
    }

    [Fact]
    public void When_nobody_is_kept_nobody_is_paid_and_nothing_is_learned()
    {
        GramMatrix gram = GramMatrix.Compute([100, 0], [[-100, 0], [0, 50]], []);
        RoundOutcome outcome = RoundOutcome.Decide([G1.Generator, G1.Generator, G1.Generator], new RoundMask(0b001), gram, 101, 7);
        Assert.Equal((0U, 0, G1.Infinity), (outcome.Kept.Bits, outcome.Divisor, outcome.AggregateCommitment));
        Assert.Equal([0, 0, 0], outcome.Payouts);
    }

    [Fact]
    public void Reports_are_read_back()
    {
        var report = new RoundReport
        {
            Before = new(2.5, null),
            After = new(1.25, 0.5),
            Test = new(1.5, 0.25),
            Invalid = [new("0x70997970C51812dc3A010C7d01b50e0d17dc79C8", SubmissionFault.Mismatch, "another")],
        };
        RoundReport read = RoundReport.Parse(report.ToBytes());
        Assert.Equal((report.Before, report.After, report.Test), (read.Before, read.After, read.Test));
        Assert.Equal(report.Invalid, read.Invalid);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_model_that_diverged_can_be_reported(double loss)
    {
        RoundReport read = RoundReport.Parse(new RoundReport { Before = new(loss, 0.1), After = new(loss) }.ToBytes());
        Assert.Equal(loss, read.After.Loss);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"before":null,"after":{"loss":1}}""")]
    [InlineData("""{"before":{},"after":{"loss":1}}""")]
    [InlineData("""{"before":{"loss":1},"after":{"loss":"small"}}""")]
    [InlineData("""{"before":{"loss":1},"after":{"loss":1},"invalid":[{"trainer":"x","fault":"Boredom","detail":""}]}""")]
    public void A_report_that_is_none_is_refused(string json) =>
        Assert.Throws<DocumentException>(() => RoundReport.Parse(System.Text.Encoding.UTF8.GetBytes(json)));
}
