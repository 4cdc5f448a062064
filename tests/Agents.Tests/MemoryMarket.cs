using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Markets;
using EventLog = Marketplace.Chain.Rpc.Log;

namespace Marketplace.Agents.Tests;

/// <summary>
/// A market with one project, in memory. It refuses what comes out of order, and settles as the contract does: the proof is verified,
/// and everything else follows from the matrix.
/// </summary>
internal sealed class MemoryMarket(Terms terms, Srs srs) : IProjectFollower
{
    public const ulong ChainId = 31337;

    public static readonly Address Address = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");

    public static readonly BigInteger Project = 1;

    private static readonly EventLog Anywhere = new(Address, [], ReadOnlyMemory<byte>.Empty, 1, default, default, 0, 0);

    private readonly List<IContractEvent> _events = [Create(terms)];
    private readonly List<Address> _trainers = [];
    private ProjectStatus _status = ProjectStatus.Open;
    private RoundPhase _phase = RoundPhase.Idle;
    private bool _isBonded;
    private int _round;
    private uint _submitted, _refused;
    private ulong _openBy, _trainingEnds, _settleBy, _endedAt;

    /// <summary>The chain's time, Unix seconds.</summary>
    public ulong Now { get; set; } = 1_000_000;

    /// <summary>Who has taken back a stake or a bond, or withdrawn, in order.</summary>
    public List<string> Payments { get; } = [];

    /// <summary>What the court is; null while it is no panel.</summary>
    public PanelSeats? Panel { get; set; }

    /// <summary>What can be claimed, or has been, in the order of numbers.</summary>
    public List<ProjectClaim> Claims { get; } = [];

    /// <summary>What an aggregator publishes in place of an aggregate, which the contract cannot see.</summary>
    public Func<Cid, Cid> Publish { get; set; } = aggregate => aggregate;

    /// <summary>What was shown with claims and denials, in order.</summary>
    public List<string> Evidence { get; } = [];

    public ProjectHistory History => MarketHistories.Replay(Project, _events);

    public ProjectState State => new(
        Address.Zero, (byte)_status, (byte)_phase, _isBonded, false, (ushort)_round, (ushort)_trainers.Count, 0, 0, _submitted, _refused, _openBy,
        _trainingEnds, _settleBy, _endedAt, 0, G1.Infinity, [], 0, 0, 0, 0, 0, Claims.Count(claim => claim.Stage != ClaimStage.Concluded), 0,
        _isBonded ? terms.AggregatorBond : 0);

    public Task<bool> RefreshAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public bool HasJoined(Address account) => _trainers.Contains(account);

    public int? SeatOf(Address account) => _trainers.IndexOf(account) is var seat and >= 0 ? seat : null;

    public void PostBond(Address account, SealingPublicKey key)
    {
        Require(_status == ProjectStatus.Open && !_isBonded && account == terms.Aggregator);
        _isBonded = true;
        _events.Add(new MarketEvents.BondPosted(Project, account, ToInteger(key.X), ToInteger(key.Y), Anywhere));
    }

    public void Join(Address account)
    {
        Require(_status == ProjectStatus.Open && !HasJoined(account) && _trainers.Count < terms.MaxTrainers);
        _events.Add(new MarketEvents.TrainerJoined(Project, account, _trainers.Count, Anywhere));
        _trainers.Add(account);
    }

    public void Start()
    {
        Require(_status == ProjectStatus.Open && _isBonded && _trainers.Count >= terms.MinTrainers);
        (_status, _openBy) = (ProjectStatus.Running, Now + terms.OpenDuration);
        _events.Add(new MarketEvents.ProjectStarted(Project, _trainers.Count, _openBy, Anywhere));
    }

    public void OpenRound(int index, Cid model, G1 reference, HyperParameters hyperParameters)
    {
        Require(_status == ProjectStatus.Running && _phase == RoundPhase.Idle && index == _round && Now <= _openBy);
        (_phase, _submitted, _refused, _trainingEnds) = (RoundPhase.Training, 0, 0, Now + terms.TrainingDuration);
        _settleBy = _trainingEnds + terms.SettlingDuration;
        _events.Add(new MarketEvents.RoundOpened(
            Project, _round, model, reference, hyperParameters, 0, _trainingEnds, _settleBy, Anywhere));
    }

    public void Submit(Address account, int index, G1 commitment, Cid payload)
    {
        int seat = SeatOf(account) ?? -1;
        Require(State.GetPhase(Now) == RoundPhase.Training && index == _round && seat >= 0 && !new RoundMask(_submitted).Contains(seat));
        _submitted |= 1u << seat;
        _events.Add(new MarketEvents.UpdateSubmitted(Project, _round, account, seat, commitment, payload, Anywhere));
        EndTrainingIfAllAnswered();
    }

    public void Refuse(Address account, int index)
    {
        int seat = SeatOf(account) ?? -1;
        bool isOver = _status == ProjectStatus.Completed;
        Require(isOver ? Now <= _endedAt + terms.ContestDuration : State.GetPhase(Now) == RoundPhase.Training);
        Require(index == _round && seat >= 0 && !new RoundMask(_submitted | _refused).Contains(seat));
        _refused |= 1u << seat;
        _events.Add(new MarketEvents.RoundRefused(Project, _round, account, seat, Anywhere));
        if (!isOver)
            EndTrainingIfAllAnswered();
    }

    public void Settle(int index, IReadOnlyList<Submission> submissions, Settlement settlement)
    {
        Require(State.GetPhase(Now) == RoundPhase.Settling && index == _round && Now <= _settleBy);
        ProjectHistory history = History;
        RoundHistory current = history.Rounds[_round];
        Require(current.Submissions.Select(e => e.ToSubmission()).SequenceEqual(submissions));
        var settled = new MarketEvents.RoundSettled(Project, _round, settlement, 0, 0, [], Anywhere);
        var recomputed = new RoundRecomputation(new RoundId(ChainId, Address, Project, _round), history, current, settled);
        if (recomputed.Statement is { } statement)
            Require(GramVerifier.Verify(srs.Parameters, statement, settlement.Proof).Accepted);
        RoundOutcome outcome = recomputed.Outcome;
        Require(settlement.AggregateCommitment == outcome.AggregateCommitment);
        _events.Add(settled with
        {
            Settlement = settlement with { Aggregate = Publish(settlement.Aggregate) },
            Kept = outcome.Kept.Bits,
            Divisor = outcome.Divisor,
            Payouts = outcome.Payouts,
        });
        for (int k = 0; k < submissions.Count && !terms.Arbitrator.IsZero; k++)
        {
            if (new RoundMask(settlement.Invalid).Contains(k))
                Exclude(submissions[k].Trainer, index);
        }

        Next();
    }

    /// <summary>Lets a trainer claim for a round's update, as if that had been declared invalid.</summary>
    public void Exclude(Address trainer, int round) => Claims.Add(new ProjectClaim(
        Claims.Count + 1,
        new ClaimState(trainer, (ushort)round, (byte)ClaimStage.Excluded, Now + terms.ContestDuration, Project, 1, 0, Address.Zero, 0)));

    public void Claim(BigInteger id, Address account, string evidence)
    {
        Require(Claims[(int)id - 1].Trainer == account);
        Advance(id, ClaimStage.Excluded, ClaimStage.Claimed, evidence);
    }

    public void Deny(BigInteger id, string evidence) => Advance(id, ClaimStage.Claimed, ClaimStage.Disputed, evidence);

    public void Conclude(BigInteger id)
    {
        ProjectClaim claim = Claims[(int)id - 1];
        Require(claim.IsOverdue(Now));
        Claims[(int)id - 1] = claim with { State = claim.State with { Stage = (byte)ClaimStage.Concluded } };
    }

    private void Advance(BigInteger id, ClaimStage from, ClaimStage to, string evidence)
    {
        ProjectClaim claim = Claims[(int)id - 1];
        Require(claim.Stage == from && Now <= claim.State.Until);
        Claims[(int)id - 1] = claim with { State = claim.State with { Stage = (byte)to, Until = Now + terms.ContestDuration } };
        Evidence.Add(evidence);
    }

    public void Expire(int index)
    {
        RoundPhase phase = State.GetPhase(Now);
        Require(index == _round && (phase == RoundPhase.Failed || (phase == RoundPhase.Idle ? Now > _openBy : Now > _settleBy)));
        List<Address> submitters = phase == RoundPhase.Settling
            ? [.. _trainers.Where((_, seat) => new RoundMask(_submitted).Contains(seat))]
            : [];
        _events.Add(new MarketEvents.RoundExpired(Project, _round, (byte)phase, submitters, 5, Anywhere));
        Next();
    }

    public void ReturnBond()
    {
        Require(_status > ProjectStatus.Running && _isBonded);
        _isBonded = false;
        Payments.Add("bond");
    }

    private static MarketEvents.ProjectCreated Create(Terms terms)
    {
        Require(!terms.Arbitrator.IsZero || !terms.AllowlistRoot.IsZero);
        return new(Project, Address.Zero, terms, [], Anywhere);
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new InvalidOperationException("the contract would have reverted");
    }

    private static BigInteger ToInteger(ReadOnlyMemory<byte> word) => new(word.Span, isUnsigned: true, isBigEndian: true);

    private void EndTrainingIfAllAnswered()
    {
        _phase = ContractTypes.PhaseOf(
            BitOperations.PopCount(_submitted), BitOperations.PopCount(_refused), _trainers.Count, isInTime: true);
        if (_phase != RoundPhase.Settling)
            return;
        _settleBy = Now + terms.SettlingDuration;
        _events.Add(new MarketEvents.TrainingEnded(Project, _round, _settleBy, Anywhere));
    }

    private void Next()
    {
        (_round, _phase, _openBy, _submitted, _refused) = (_round + 1, RoundPhase.Idle, Now + terms.OpenDuration, 0, 0);
        if (_round < terms.Rounds)
            return;
        (_status, _endedAt) = (ProjectStatus.Completed, Now);
        _events.Add(new MarketEvents.ProjectCompleted(Project, Anywhere));
    }
}
