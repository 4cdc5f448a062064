using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Tests.Markets;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Audit;

/// <summary>Rounds that the contract has settled pass; change anything that a node could lie about, and the check of that name fails.</summary>
public class RoundRecomputationTests(PlayedFixture played)
{
    private const string Seats = "Every submission came from a member", Proof = "Gram proof",
        Kept = "Who was kept", Divisor = "The divisor", Forfeits = "Forfeited stakes follow", Payouts = "Payouts follow",
        Commitments = "The aggregate's commitment", Fee = "The aggregator was paid",
        Burned = "Forfeited stakes were burned", TakenAlong = "What invalid submissions took out of the round";

    private static readonly Dictionary<string, Func<IContractEvent, IContractEvent?>> Lies = new()
    {
        ["kept"] = In<MarketEvents.RoundSettled>(e => e with { Kept = e.Kept ^ 1 }),
        ["divisor"] = In<MarketEvents.RoundSettled>(e => e with { Divisor = e.Divisor + 1 }),
        ["a payout"] = In<MarketEvents.RoundSettled>(e => e with { Payouts = [e.Payouts[0] + 1, .. e.Payouts.Skip(1)] }),
        ["payouts in another order"] = In<MarketEvents.RoundSettled>(e => e with { Payouts = [.. e.Payouts.Reverse()] }),
        ["a payout left out"] = In<MarketEvents.RoundSettled>(e => e with { Payouts = [.. e.Payouts.SkipLast(1)] }),
        ["the aggregate's commitment"] = Settled(s => s with { AggregateCommitment = G1.Generator }),
        ["a commitment off the curve"] = Settled(s => s with
        {
            AggregateCommitment = new G1(
                Algebra.Fields.Montgomery<Algebra.Fields.FpModulus>.One, Algebra.Fields.Montgomery<Algebra.Fields.FpModulus>.One)
        }),
        ["the matrix"] = Settled(s => s with { Gram = Flip(s.Gram, 15) }),
        ["the proof's first byte"] = Settled(s => s with { Proof = Flip(s.Proof, 0) }),
        ["the proof's last byte"] = Settled(s => s with { Proof = Flip(s.Proof, s.Proof.Length - 1) }),
        ["no proof"] = Settled(s => s with { Proof = [] }),
        ["a negative squared norm"] = Settled(s => s with { Gram = Flip(s.Gram, 0, 0x80) }),
        ["an opening that was hidden"] = In<MarketEvents.RoundOpened>(e => null),
        ["a commitment"] = In<MarketEvents.UpdateSubmitted>(e => e.Seat.IsZero ? e with { Commitment = G1.Generator } : e),
        ["a payload"] = In<MarketEvents.UpdateSubmitted>(
            e => e.Seat.IsZero ? e with { Payload = new Cid(CidCodec.Raw, Bytes32.Keccak("x").ToArray()) } : e),
        ["a trainer"] = In<MarketEvents.UpdateSubmitted>(e => e.Seat.IsZero ? e with { Trainer = PlayedMarket.TrainerAddress(4) } : e),
        ["the reference"] = In<MarketEvents.RoundOpened>(e => e with { ReferenceCommitment = G1.Generator }),
        ["a seat"] = In<MarketEvents.UpdateSubmitted>(e => e.Seat.IsZero ? e with { Seat = 2 } : e),
        ["a seat beyond the cohort"] = In<MarketEvents.UpdateSubmitted>(e => e.Seat.IsZero ? e with { Seat = 31 } : e),
        ["a submission that was hidden"] = In<MarketEvents.UpdateSubmitted>(e => e.Seat.IsZero ? null : e),
        ["credits that were hidden"] = In<MarketEvents.Credited>(e => null),
        ["a forfeit's amount"] = In<MarketEvents.StakeForfeited>(e => e with { Amount = e.Amount + 1 }),
        ["a forfeit's trainer"] = In<MarketEvents.StakeForfeited>(e => e with { Trainer = PlayedMarket.TrainerAddress(0) }),
        ["a forfeit that was hidden"] = In<MarketEvents.StakeForfeited>(e => null),
        ["a fee's amount"] = In<MarketEvents.Credited>(
            e => (CreditReason)e.Reason == CreditReason.AggregatorFee ? e with { Amount = e.Amount + 1 } : e),
        ["a forfeit that was not burned"] = In<MarketEvents.Credited>(
            e => (CreditReason)e.Reason == CreditReason.ForfeitedStake ? e with { Reason = (byte)CreditReason.Reward } : e),
        ["what an invalid submission took along"] = In<MarketEvents.Credited>(
            e => (CreditReason)e.Reason == CreditReason.ForfeitedReward ? e with { Amount = e.Amount - 1 } : e),
        ["the bounty"] = In<MarketEvents.ProjectCreated>(e => e with { Terms = e.Terms with { Bounty = e.Terms.Bounty * 2 } }),
        ["the reward weights"] = In<MarketEvents.ProjectCreated>(e => e with { RewardWeights = [1, 1] }),
        ["the dimension"] = In<MarketEvents.ProjectCreated>(e => e with { Terms = e.Terms with { Dimension = 15 } }),
        ["the reference string"] = In<MarketEvents.ProjectCreated>(e => e with { Terms = e.Terms with { SrsId = Bytes32.Keccak("x") } }),
        ["the stake"] = In<MarketEvents.ProjectCreated>(e => e with { Terms = e.Terms with { TrainerStake = e.Terms.TrainerStake * 2 } }),
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_settled_round_passes_every_check(int round)
    {
        IReadOnlyList<AuditCheck> checks = ChecksOf(played.Events, round);
        Assert.All(checks, check => Assert.True(check.Result == AuditResult.Passed, $"{check.Name}: {check.Evidence}"));
        Assert.Contains(checks, check => check.Name.StartsWith(Proof, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kept", 0, Kept)]
    [InlineData("divisor", 0, Divisor)]
    [InlineData("a payout", 0, Payouts)]
    [InlineData("payouts in another order", 0, Payouts)]
    [InlineData("a payout left out", 1, Payouts)]
    [InlineData("the aggregate's commitment", 1, Commitments)]
    [InlineData("a commitment off the curve", 0, Commitments)]
    [InlineData("the matrix", 0, Proof)]
    [InlineData("the proof's first byte", 0, Proof)]
    [InlineData("the proof's last byte", 1, Proof)]
    [InlineData("no proof", 1, Proof)]
    [InlineData("a commitment", 0, Proof, Commitments)]
    [InlineData("a payload", 0, Proof)]
    [InlineData("a trainer", 1, Seats, Proof)]
    [InlineData("the reference", 0, Proof)]
    [InlineData("a seat", 1, Seats)]
    [InlineData("a seat beyond the cohort", 1, Seats)]
    [InlineData("credits that were hidden", 1, Fee)]
    [InlineData("a forfeit's amount", 1, Forfeits)]
    [InlineData("a forfeit's trainer", 1, Forfeits)]
    [InlineData("a forfeit that was hidden", 1, Forfeits)]
    [InlineData("a fee's amount", 0, Fee)]
    [InlineData("a forfeit that was not burned", 1, Burned)]
    [InlineData("what an invalid submission took along", 0, TakenAlong)]
    [InlineData("the bounty", 0, Payouts, TakenAlong)]
    [InlineData("the bounty", 1, Payouts)]
    [InlineData("the reward weights", 0, Payouts)]
    [InlineData("the dimension", 0, Proof)]
    [InlineData("the reference string", 1, Proof)]
    [InlineData("the stake", 1, Forfeits, Burned)]
    public void A_lie_is_found_by_the_check_of_that_name(string lie, int round, params string[] failing)
    {
        IReadOnlyList<AuditCheck> checks = ChecksOf(Lie(lie), round);
        string[] failed = [.. checks.Where(check => check.Result == AuditResult.Failed).Select(check => check.Name)];
        Assert.All(failing, name => Assert.Contains(failed, check => check.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_proof_is_of_its_chain_market_project_and_round()
    {
        ProjectHistory history = played.HistoryOf(played.Events);
        RoundId right = played.Chain.Round(played.Project, 0);
        RoundId[] wrong =
        [
            right with { ChainId = 1 }, right with { Market = PlayedMarket.TrainerAddress(0) }, right with { Project = 2 }, right with { Round = 1 }
        ];
        Assert.All(wrong, id => Assert.Contains(ChecksOf(history, id, 0), IsFailedProof));
        Assert.DoesNotContain(ChecksOf(history, right, 0), IsFailedProof);
        static bool IsFailedProof(AuditCheck check) => check.Result == AuditResult.Failed && check.Name.StartsWith(Proof, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_matrix_of_another_size_than_the_submissions_is_malformed(int round)
    {
        IEnumerable<IContractEvent> events = played.Events.Select(Settled(s => s with { Invalid = s.Invalid ^ 1 })).OfType<IContractEvent>();
        Assert.Throws<FormatException>(() => ChecksOf(events, round));
    }

    [Theory]
    [InlineData("a negative squared norm")]
    [InlineData("an opening that was hidden")]
    [InlineData("a submission that was hidden")]
    public void What_no_contract_would_have_settled_is_malformed(string lie) =>
        Assert.Throws<FormatException>(() => ChecksOf(Lie(lie), 0));

    [Fact]
    public void Points_are_written_as_people_write_them()
    {
        AuditCheck check = ChecksOf(played.Events, 0).Single(check => check.Name.StartsWith(Commitments, StringComparison.Ordinal));
        Assert.Matches(@"^recomputed (\(0x[0-9a-f]{60,64}, 0x[0-9a-f]{60,64}\)), on chain \1$", check.Evidence);
    }

    private IEnumerable<IContractEvent> Lie(string name) => played.Events.Select(Lies[name]).OfType<IContractEvent>();

    private IReadOnlyList<AuditCheck> ChecksOf(IEnumerable<IContractEvent> events, int round) =>
        ChecksOf(played.HistoryOf(events), played.Chain.Round(played.Project, round), round);

    private IReadOnlyList<AuditCheck> ChecksOf(ProjectHistory history, RoundId id, int round) =>
        [.. new RoundRecomputation(id, history, history.Rounds[round], history.Rounds[round].Settled!).Checks(played.Srs.Parameters)];

    private static Func<IContractEvent, IContractEvent?> In<T>(Func<T, T?> change) where T : class, IContractEvent =>
        @event => @event is T found ? change(found) : @event;

    private static Func<IContractEvent, IContractEvent?> Settled(Func<Settlement, Settlement> change) =>
        In<MarketEvents.RoundSettled>(e => e with { Settlement = change(e.Settlement) });

    private static byte[] Flip(byte[] bytes, int at, byte bits = 1)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= bits;
        return changed;
    }
}
