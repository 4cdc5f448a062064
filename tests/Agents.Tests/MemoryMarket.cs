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

    private readonly List<IContractEvent> events = [new MarketEvents.ProjectCreated(Project, Address.Zero, terms, [], Anywhere)];
    private readonly List<Address> trainers = [];
    private readonly HashSet<G1> commitments = [];
    private ProjectStatus status = ProjectStatus.Open;
    private RoundPhase phase = RoundPhase.Idle;
    private bool isBonded;
    private int round;
    private uint submitted;
    private ulong openBy, trainingEnds, settleBy, endedAt;

    /// <summary>The chain's time, Unix seconds.</summary>
    public ulong Now { get; set; } = 1_000_000;

    /// <summary>Who has taken back a stake or a bond, or withdrawn, in order.</summary>
    public List<string> Payments { get; } = [];

    public ProjectHistory History => MarketHistories.Replay(Project, events);

    public ProjectState State => new(
        Address.Zero, (byte)status, (byte)phase, isBonded, (ushort)round, (ushort)trainers.Count, 0, 0, submitted, openBy, trainingEnds,
        settleBy, endedAt, 0, G1.Infinity, [], 0, isBonded ? terms.AggregatorBond : 0);

    public Task<bool> RefreshAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public bool HasJoined(Address account) => trainers.Contains(account);

    public int? SeatOf(Address account) => trainers.IndexOf(account) is var seat and >= 0 ? seat : null;

    public void PostBond(Address account, SealingPublicKey key)
    {
        Require(status == ProjectStatus.Open && !isBonded && account == terms.Aggregator);
        isBonded = true;
        events.Add(new MarketEvents.BondPosted(Project, account, ToInteger(key.X), ToInteger(key.Y), Anywhere));
    }

    public void Join(Address account)
    {
        Require(status == ProjectStatus.Open && !HasJoined(account) && trainers.Count < terms.MaxTrainers);
        events.Add(new MarketEvents.TrainerJoined(Project, account, trainers.Count, Anywhere));
        trainers.Add(account);
    }

    public void Start()
    {
        Require(status == ProjectStatus.Open && isBonded && trainers.Count >= terms.MinTrainers);
        (status, openBy) = (ProjectStatus.Running, Now + terms.OpenDuration);
        events.Add(new MarketEvents.ProjectStarted(Project, trainers.Count, openBy, Anywhere));
    }

    public void OpenRound(int index, Cid model, G1 reference, HyperParameters hyperParameters)
    {
        Require(status == ProjectStatus.Running && phase == RoundPhase.Idle && index == round && Now <= openBy && commitments.Add(reference));
        (phase, submitted, trainingEnds) = (RoundPhase.Training, 0, Now + terms.TrainingDuration);
        settleBy = trainingEnds + terms.SettlingDuration;
        events.Add(new MarketEvents.RoundOpened(
            Project, round, model, reference, hyperParameters, 0, trainingEnds, settleBy, Anywhere));
    }

    /// <returns>False when the commitment was posted before.</returns>
    public bool Submit(Address account, int index, G1 commitment, Cid payload)
    {
        int seat = SeatOf(account) ?? -1;
        Require(State.GetPhase(Now) == RoundPhase.Training && index == round && seat >= 0 && !new RoundMask(submitted).Contains(seat));
        if (!commitments.Add(commitment))
            return false;
        submitted |= 1u << seat;
        events.Add(new MarketEvents.UpdateSubmitted(Project, round, account, seat, commitment, payload, Anywhere));
        if (BitOperations.PopCount(submitted) == trainers.Count)
        {
            (phase, settleBy) = (RoundPhase.Settling, Now + terms.SettlingDuration);
            events.Add(new MarketEvents.TrainingEnded(Project, round, settleBy, Anywhere));
        }
        return true;
    }

    public void Settle(int index, Settlement settlement)
    {
        Require(State.GetPhase(Now) == RoundPhase.Settling && index == round && Now <= settleBy);
        ProjectHistory history = History;
        RoundHistory current = history.Rounds[round];
        Require(current.Submissions.Select(e => new Submission(e.Trainer, e.Commitment, e.Payload)).SequenceEqual(settlement.Submissions));
        var settled = new MarketEvents.RoundSettled(Project, round, settlement, 0, 0, G1.Infinity, [], Anywhere);
        var recomputed = new RoundRecomputation(new RoundId(ChainId, Address, Project, round), history, current, settled);
        if (recomputed.Statement is { } statement)
            Require(GramVerifier.Verify(srs.Parameters, statement, settlement.Proof).Accepted);
        RoundOutcome outcome = recomputed.Outcome;
        events.Add(settled with
        {
            Kept = outcome.Kept.Bits,
            Divisor = outcome.Divisor,
            AggregateCommitment = outcome.AggregateCommitment,
            Payouts = outcome.Payouts,
        });
        Next();
    }

    public void Expire(int index)
    {
        Require(index == round && (phase == RoundPhase.Idle ? Now > openBy : Now > settleBy));
        List<Address> submitters = [.. trainers.Where((_, seat) => new RoundMask(submitted).Contains(seat))];
        events.Add(new MarketEvents.RoundExpired(Project, round, submitters, 5, Anywhere));
        Next();
    }

    public void ReturnBond()
    {
        Require(status > ProjectStatus.Running && isBonded);
        isBonded = false;
        Payments.Add("bond");
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new InvalidOperationException("the contract would have reverted");
    }

    private static BigInteger ToInteger(ReadOnlyMemory<byte> word) => new(word.Span, isUnsigned: true, isBigEndian: true);

    private void Next()
    {
        (round, phase, openBy) = (round + 1, RoundPhase.Idle, Now + terms.OpenDuration);
        if (round < terms.Rounds)
            return;
        (status, endedAt) = (ProjectStatus.Completed, Now);
        events.Add(new MarketEvents.ProjectCompleted(Project, Anywhere));
    }
}
