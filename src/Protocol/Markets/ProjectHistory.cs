using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Markets;

/// <summary>A project as its events tell it. Apply them in the order of the chain.</summary>
public sealed class ProjectHistory(BigInteger id)
{
    private readonly List<RoundHistory> _rounds = [];
    private readonly List<Address> _trainers = [];
    private readonly List<Address> _departures = [];
    private readonly List<MarketEvents.Credited> _credits = [];
    private readonly List<MarketEvents.RoundRefused> _modelRefusals = [];

    public BigInteger Id { get; } = id;

    /// <summary>The creation; null until its event has been applied.</summary>
    public MarketEvents.ProjectCreated? Created { get; private set; }

    public MarketEvents.BondPosted? Bond { get; private set; }

    public ProjectStatus Status { get; private set; }

    /// <summary>Trainers in the order of joining; a trainer's index is its place here.</summary>
    public IReadOnlyList<Address> Trainers => _trainers;

    /// <summary>How often an account has joined and left again before the start.</summary>
    public int DeparturesOf(Address account) => _departures.Count(left => left == account);

    /// <summary>Rounds in order, the expired ones included.</summary>
    public IReadOnlyList<RoundHistory> Rounds => _rounds;

    /// <summary>The rounds that are settled or expired, in order.</summary>
    public IEnumerable<RoundHistory> EndedRounds => _rounds.TakeWhile(round => round.Settled is not null || round.Expired is not null);

    /// <summary>Who of the last cohort has refused the model that the completed project has led to, in the order of the chain.</summary>
    public IReadOnlyList<MarketEvents.RoundRefused> ModelRefusals => _modelRefusals;

    /// <summary>Everything that was credited because of this project.</summary>
    public IReadOnlyList<MarketEvents.Credited> Credits => _credits;

    public Terms Terms => Created?.Terms ?? throw new InvalidOperationException($"project {Id} has no creation event");

    /// <summary>The settled rounds that have an aggregate, in order.</summary>
    public IEnumerable<RoundHistory> AggregatedRounds => _rounds.Where(round => round.Settled is { Kept.IsZero: false });

    /// <summary>The rounds whose aggregates are public rows of a later round: the last two before it, most recent first.</summary>
    public IEnumerable<RoundHistory> PublicRows(int round) => AggregatedRounds
        .TakeWhile(earlier => earlier.Index < round)
        .Where(earlier => earlier.Settled!.Settlement.AggregateCommitment != G1.Infinity)
        .Reverse()
        .Take(MarketLimits.PublicRows);

    /// <summary>The commitments to a round's public rows, in the same order.</summary>
    public IEnumerable<G1> PublicRowCommitments(int round) =>
        PublicRows(round).Select(earlier => earlier.Settled!.Settlement.AggregateCommitment);

    /// <summary>Whether the owner has made the open round the last one.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The key to which trainers seal their updates, which came with the bond.</summary>
    /// <exception cref="SealingException">It is no point of the curve, which the contract would have refused.</exception>
    public SealingPublicKey SealingKey => SealingPublicKey.FromCoordinates(
        Bytes32.FromBigInteger(Bond!.SealingKeyX).ToArray(), Bytes32.FromBigInteger(Bond.SealingKeyY).ToArray());

    /// <summary>A round's reward before what earlier rounds left joins it.</summary>
    public BigInteger RewardOf(int round) => new ProjectOffer(Terms, Created!.RewardWeights).RewardOf(round);

    /// <summary>What a round costs the bond when it expires: its reward, or if that ends the project, the largest of those that are left.</summary>
    public BigInteger DueFor(int round)
    {
        int earlierExpiries = _rounds.Take(round).Count(earlier => earlier.Expired is not null);
        int last = earlierExpiries < Terms.ToleratedExpiries ? round : Math.Max(round, Terms.Rounds - 1);
        return Enumerable.Range(round, last - round + 1).Select(RewardOf).Max();
    }

    /// <summary>What is left of the bond after all rounds, before an event: less what expired rounds cost and claims have won by then.</summary>
    public BigInteger BondBefore(Log log)
    {
        ArgumentNullException.ThrowIfNull(log);
        BigInteger expiries = _rounds.Where(round => round.Expired is not null).Aggregate(BigInteger.Zero, (sum, round) => sum
            + (RoundPhase)round.Expired!.Phase switch
            {
                RoundPhase.Idle => round.Expired.Compensation * _trainers.Count,
                RoundPhase.Failed => DueFor(round.Index),
                _ => round.Expired.Compensation * round.Expired.Trainers.Count,
            });
        BigInteger claims = _credits
            .Where(credit => (credit.Log.BlockNumber, credit.Log.LogIndex).CompareTo((log.BlockNumber, log.LogIndex)) < 0)
            .Sum(CreditReason.ClaimCompensation);
        return Terms.AggregatorBond - expiries - claims;
    }

    /// <summary>What the rounds before one have left to be earned later: the rewards of those whose valid updates earned nothing.</summary>
    public BigInteger RolloverBefore(int round)
    {
        BigInteger left = 0;
        foreach (RoundHistory earlier in _rounds.TakeWhile(earlier => earlier.Index < round).Where(earlier => earlier.HasValidUpdates))
        {
            BigInteger pot = left + RewardOf(earlier.Index);
            left = earlier.Earned.Count > 0 ? 0 : pot - RoundOutcome.ForfeitOf(pot, earlier.Results.Count, earlier.InvalidUpdates);
        }

        return left;
    }

    /// <summary>What each update that a settled round declared invalid took out of it; 0 where there was none.</summary>
    public BigInteger PartOfInvalid(RoundHistory round)
    {
        BigInteger pot = RewardOf(round.Index) + (round.HasValidUpdates ? RolloverBefore(round.Index) : 0);
        return round.InvalidUpdates == 0 ? 0 : RoundOutcome.ForfeitOf(pot, round.Results.Count, 1);
    }

    /// <summary>What a trainer has earned in settled rounds; it is credited later.</summary>
    public BigInteger EarnedBy(Address trainer) =>
        _rounds.Aggregate(BigInteger.Zero, (sum, round) => sum + round.Earned.GetValueOrDefault(trainer));

    /// <summary>What an account was credited for one reason, over the whole project.</summary>
    public BigInteger Credited(Address account, CreditReason reason) => _credits.Where(credit => credit.Account == account).Sum(reason);

    /// <summary>What one transaction credited for one reason.</summary>
    public BigInteger CreditedBy(Bytes32 transaction, CreditReason reason) =>
        _credits.Where(credit => credit.Log.TransactionHash == transaction).Sum(reason);

    /// <summary>Takes in the next event; those of other projects are passed over.</summary>
    public void Apply(IContractEvent @event)
    {
        switch (@event)
        {
            case MarketEvents.ProjectCreated e when e.ProjectId == Id:
                Created = e;
                Status = ProjectStatus.Open;
                break;
            case MarketEvents.BondPosted e when e.ProjectId == Id:
                Bond = e;
                break;
            case MarketEvents.TrainerJoined e when e.ProjectId == Id:
                _trainers.Add(e.Trainer);
                break;
            case MarketEvents.TrainerLeft e when e.ProjectId == Id && e.Index < _trainers.Count:
                _trainers[(int)e.Index] = _trainers[^1];
                _trainers.RemoveAt(_trainers.Count - 1);
                _departures.Add(e.Trainer);
                break;
            case MarketEvents.ProjectStarted e when e.ProjectId == Id:
                Status = ProjectStatus.Running;
                break;
            case MarketEvents.RoundOpened e when e.ProjectId == Id:
                Round(e.Round).Opened = e;
                break;
            case MarketEvents.UpdateSubmitted e when e.ProjectId == Id:
                Round(e.Round).Submit(e);
                break;
            case MarketEvents.RoundRefused e when e.ProjectId == Id && Status == ProjectStatus.Completed:
                _modelRefusals.Add(e);
                break;
            case MarketEvents.RoundRefused e when e.ProjectId == Id:
                Round(e.Round).Refuse(e);
                break;
            case MarketEvents.ProjectStopping e when e.ProjectId == Id:
                IsStopping = true;
                break;
            case MarketEvents.TrainingEnded e when e.ProjectId == Id:
                Round(e.Round).SettleBy = (ulong)e.SettleBy;
                break;
            case MarketEvents.RoundSettled e when e.ProjectId == Id:
                Round(e.Round).Settled = e;
                break;
            case MarketEvents.RoundExpired e when e.ProjectId == Id:
                Round(e.Round).Expired = e;
                break;
            case MarketEvents.StakeForfeited e when e.ProjectId == Id:
                // A settlement tells of absences before it tells of itself; later only a claim takes a stake.
                RoundHistory punished = Round(e.Round);
                (punished.Settled is null ? punished.Forfeited : punished.ForfeitedByClaims).Add(e);
                break;
            case MarketEvents.Credited e when e.ProjectId == Id:
                _credits.Add(e);
                break;
            case MarketEvents.ProjectCancelled e when e.ProjectId == Id:
                Status = ProjectStatus.Cancelled;
                break;
            case MarketEvents.ProjectAborted e when e.ProjectId == Id:
                Status = ProjectStatus.Aborted;
                break;
            case MarketEvents.ProjectCompleted e when e.ProjectId == Id:
                Status = ProjectStatus.Completed;
                break;
        }
    }

    private RoundHistory Round(BigInteger index)
    {
        while (_rounds.Count <= index)
            _rounds.Add(new RoundHistory(_rounds.Count));
        return _rounds[(int)index];
    }
}

/// <summary>One round as its events tell it.</summary>
public sealed class RoundHistory(int index)
{
    private readonly SortedDictionary<int, MarketEvents.UpdateSubmitted> _submissions = [];
    private readonly SortedDictionary<int, Address> _refusals = [];
    private MarketEvents.RoundOpened? _opened;

    public int Index { get; } = index;

    /// <summary>Null when the round expired without having been opened.</summary>
    public MarketEvents.RoundOpened? Opened
    {
        get => _opened;
        internal set
        {
            _opened = value;
            SettleBy = (ulong?)value?.SettleBy;
        }
    }

    /// <summary>Until when the aggregator can settle, Unix seconds; earlier than announced once everybody has submitted.</summary>
    public ulong? SettleBy { get; internal set; }

    /// <summary>The last submission on each seat, in ascending order of seat.</summary>
    public IReadOnlyCollection<MarketEvents.UpdateSubmitted> Submissions => _submissions.Values;

    /// <summary>Who has refused the round and not submitted, in ascending order of seat.</summary>
    public IReadOnlyCollection<Address> Refusals => _refusals.Values;

    public MarketEvents.RoundSettled? Settled { get; internal set; }

    public MarketEvents.RoundExpired? Expired { get; internal set; }

    /// <summary>What absences from this round cost.</summary>
    public List<MarketEvents.StakeForfeited> Forfeited { get; } = [];

    /// <summary>What updates of this round cost that were declared invalid, and whose trainers did not claim or lost.</summary>
    public List<MarketEvents.StakeForfeited> ForfeitedByClaims { get; } = [];

    /// <summary>What became of each of <see cref="Submissions"/>, in their order.</summary>
    public IReadOnlyList<SubmissionResult> Results =>
        SubmissionResult.Of(_submissions.Values.Select(submission => submission.Trainer), Settled, Expired);

    /// <summary>What became of a trainer's submission; null when it has made none.</summary>
    public SubmissionResult? ResultOf(Address trainer) =>
        Results.Cast<SubmissionResult?>().FirstOrDefault(result => result!.Value.Trainer == trainer);

    /// <summary>Whether the round was settled with a submission that was not declared invalid.</summary>
    public bool HasValidUpdates => Settled is not null && InvalidUpdates < Results.Count;

    /// <summary>How many of the settled round's submissions were declared invalid.</summary>
    public int InvalidUpdates => Results.Count(result => result.Outcome == SubmissionOutcome.Invalid);

    /// <summary>What each trainer earned in the settled round.</summary>
    public IReadOnlyDictionary<Address, BigInteger> Earned => Settled is null
        ? new Dictionary<Address, BigInteger>()
        : Results.Where(result => !result.Payout.IsZero)
            .GroupBy(result => result.Trainer, result => result.Payout)
            .ToDictionary(payouts => payouts.Key, payouts => payouts.Aggregate(BigInteger.Add));

    internal void Submit(MarketEvents.UpdateSubmitted submission)
    {
        _submissions[(int)submission.Seat] = submission;
        _refusals.Remove((int)submission.Seat);
    }

    internal void Refuse(MarketEvents.RoundRefused refusal) => _refusals[(int)refusal.Seat] = refusal.Trainer;
}
