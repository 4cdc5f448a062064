using System.Numerics;
using System.Text;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Testing.Markets.Synthetic;

/// <summary>
/// The market contract's bookkeeping without its cryptography: who may do what is the caller's care, the money is right to the
/// smallest unit, and events come in the contract's order.
/// </summary>
public sealed class SyntheticMarket
{
    /// <summary>Lengths of a real settlement's matrix and proof for some fifteen updates.</summary>
    private const int GramBytes = 1_224, ProofBytes = 960;

    private static readonly G1[] Points = [G1.Generator, G1.Generator + G1.Generator, -G1.Generator, G1.Infinity];

    private readonly SyntheticChain _chain;
    private readonly Dictionary<(Address Account, Address Token), BigInteger> _balances = [];

    public SyntheticMarket(SyntheticChain chain, Random random)
    {
        _chain = chain;
        Random = random;
        Claims = new SyntheticClaims(chain, this);
    }

    public List<SyntheticProject> Projects { get; } = [];

    public SyntheticClaims Claims { get; }

    /// <summary>What accounts can withdraw.</summary>
    public IReadOnlyDictionary<(Address Account, Address Token), BigInteger> Balances => _balances;

    /// <summary>Where chance comes from; another one after a fork.</summary>
    public Random Random { get; set; }

    public static Address AccountOf(string name) => new(Bytes32.Keccak(name).ToArray().AsSpan(12));

    public static Cid ContentOf(string name) => Cid.Of(CidCodec.Raw, Encoding.UTF8.GetBytes(name));

    public SyntheticProject Create(Address owner, Terms terms)
    {
        SyntheticProject project = new(Projects.Count + 1, owner, terms);
        Projects.Add(project);
        _chain.BeginTransaction();
        _chain.Emit(MarketEvents.ProjectCreated.Abi, Id(project), owner, terms, Array.Empty<ushort>());
        return project;
    }

    public void PostBond(SyntheticProject project)
    {
        project.IsBonded = true;
        project.Bond = project.Terms.AggregatorBond;
        _chain.BeginTransaction();
        _chain.Emit(MarketEvents.BondPosted.Abi, Id(project), project.Terms.Aggregator, Number(), Number());
    }

    public void Join(SyntheticProject project, Address trainer)
    {
        _chain.BeginTransaction();
        _chain.Emit(MarketEvents.TrainerJoined.Abi, Id(project), trainer, new BigInteger(project.Trainers.Count));
        project.Trainers.Add(trainer);
        project.Stakes.Add(trainer, project.Terms.TrainerStake);
    }

    public void Leave(SyntheticProject project, Address trainer)
    {
        int index = project.Trainers.IndexOf(trainer);
        project.Trainers[index] = project.Trainers[^1];
        project.Trainers.RemoveAt(project.Trainers.Count - 1);
        project.Stakes.Remove(trainer);
        _chain.BeginTransaction();
        _chain.Emit(MarketEvents.TrainerLeft.Abi, Id(project), trainer, new BigInteger(index));
        Credit(project, trainer, project.Terms.TrainerStake, CreditReason.StakeReturn);
    }

    public void Start(SyntheticProject project)
    {
        project.Status = ProjectStatus.Running;
        _chain.BeginTransaction();
        _chain.Emit(
            MarketEvents.ProjectStarted.Abi, Id(project), new BigInteger(project.Trainers.Count), After(project.Terms.OpenDuration));
    }

    public void Cancel(SyntheticProject project)
    {
        _chain.BeginTransaction();
        End(project, ProjectStatus.Cancelled);
    }

    public void OpenRound(SyntheticProject project)
    {
        project.IsRoundOpen = true;
        project.Submissions.Clear();
        project.Refusals.Clear();
        _chain.BeginTransaction();
        _chain.Emit(
            MarketEvents.RoundOpened.Abi, Id(project), new BigInteger(project.Round), ContentOf($"model {project.Id} {project.Round}").ToAbi(),
            Point().ToAbi(), new HyperParameters(10_000, 1, 16), BigInteger.Zero,
            After(project.Terms.TrainingDuration), After(project.Terms.TrainingDuration + project.Terms.SettlingDuration));
    }

    /// <summary>Submits for a trainer, who may have submitted before.</summary>
    public void Submit(SyntheticProject project, int seat)
    {
        Address trainer = project.Trainers[seat];
        bool isNew = !project.Submissions.ContainsKey(seat);
        Submission submission = new(trainer, Point(), ContentOf($"update {Random.NextInt64()}"));
        project.Submissions[seat] = submission;
        _chain.BeginTransaction();
        _chain.Emit(
            MarketEvents.UpdateSubmitted.Abi, Id(project), new BigInteger(project.Round), trainer, new BigInteger(seat),
            submission.Commitment.ToAbi(), submission.Payload.ToAbi());
        project.Refusals.Remove(seat);
        if (isNew)
            EndTrainingIfAllAnswered(project);
    }

    /// <summary>Refuses for a trainer, unless it has submitted or refused before.</summary>
    public void Refuse(SyntheticProject project, int seat)
    {
        if (project.Submissions.ContainsKey(seat) || !project.Refusals.Add(seat))
            return;
        _chain.BeginTransaction();
        _chain.Emit(
            MarketEvents.RoundRefused.Abi, Id(project), new BigInteger(project.Round), project.Trainers[seat], new BigInteger(seat));
        EndTrainingIfAllAnswered(project);
    }

    /// <summary>Makes the open round the last one.</summary>
    public void Stop(SyntheticProject project)
    {
        if (project.IsStopping)
            return;
        project.IsStopping = true;
        _chain.BeginTransaction();
        _chain.Emit(MarketEvents.ProjectStopping.Abi, Id(project), new BigInteger(project.Round));
    }

    /// <summary>Settles the open round: some submissions are invalid, some outliers, absent trainers may forfeit a part of their stake.</summary>
    public void Settle(SyntheticProject project)
    {
        _chain.BeginTransaction();
        Submission[] submissions = [.. project.Submissions.Values];
        ForfeitOfAbsent(project);
        uint invalid = 0, kept = 0;
        for (int k = 0; k < submissions.Length; k++)
        {
            int fate = Random.Next(10);
            invalid |= fate == 0 ? 1u << k : 0;
            kept |= fate > 1 ? 1u << k : 0;
        }
        int paid = BitOperations.PopCount(kept), excluded = BitOperations.PopCount(invalid);
        BigInteger pot = project.Terms.Bounty / project.Terms.Rounds + (excluded < submissions.Length ? project.Rollover : 0);
        BigInteger forfeited = RoundOutcome.ForfeitOf(pot, submissions.Length, excluded);
        BigInteger[] payouts = [.. submissions.Select((_, k) => (kept >> k & 1) != 0 ? (pot - forfeited) / paid : BigInteger.Zero)];
        for (int k = 0; k < submissions.Length; k++)
        {
            if (payouts[k].IsZero)
                continue;
            project.Escrow -= payouts[k];
            project.Earned[submissions[k].Trainer] = project.Earned.GetValueOrDefault(submissions[k].Trainer) + payouts[k];
            project.Uncredited[submissions[k].Trainer] = project.UncreditedOf(submissions[k].Trainer) + payouts[k];
        }
        if (project.Terms.Arbitrator.IsZero)
        {
            project.Escrow -= forfeited;
            Credit(project, Address.Zero, forfeited, CreditReason.ForfeitedReward);
        }
        else if (excluded > 0)
        {
            Claims.Open(
                project, submissions.Where((_, k) => (invalid >> k & 1) != 0).Select(submission => submission.Trainer), forfeited / excluded);
        }
        if (paid > 0)
            project.Rollover = 0;
        else if (project.Earned.Count > 0 && excluded < submissions.Length)
            project.Rollover = pot - forfeited;
        BigInteger fee = paid == 0 ? 0 : project.Terms.AggregatorFee / project.Terms.Rounds;
        project.Escrow -= fee;
        Credit(project, project.Terms.Aggregator, fee, CreditReason.AggregatorFee);
        Cid aggregate = paid > 0 ? ContentOf($"aggregate {project.Id} {project.Round}") : default;
        Settlement settlement = new(
            invalid,
            new byte[GramBytes],
            new byte[ProofBytes],
            Point(),
            aggregate,
            ContentOf($"report {project.Id} {project.Round}"));
        _chain.Emit(
            MarketEvents.RoundSettled.Abi, Id(project), new BigInteger(project.Round), settlement, new BigInteger(kept),
            new BigInteger(paid << 16), payouts);
        CloseRound(project);
    }

    /// <summary>Closes a round that was not opened or not settled in time.</summary>
    public void Expire(SyntheticProject project)
    {
        _chain.BeginTransaction();
        // All rounds have the same reward.
        BigInteger reward = project.Terms.Bounty / project.Terms.Rounds;
        RoundPhase phase = !project.IsRoundOpen ? RoundPhase.Idle : project.HasFailed ? RoundPhase.Failed : RoundPhase.Settling;
        Address[] submitters = phase == RoundPhase.Settling ? [.. project.Submissions.Values.Select(submission => submission.Trainer)] : [];
        BigInteger compensation = phase switch
        {
            RoundPhase.Idle => reward / project.Trainers.Count,
            RoundPhase.Failed => 0,
            _ => reward / submitters.Length,
        };
        project.Bond -= phase switch
        {
            RoundPhase.Idle => compensation * project.Trainers.Count,
            RoundPhase.Failed => reward,
            _ => compensation * submitters.Length,
        };
        foreach (Address trainer in submitters)
            Credit(project, trainer, compensation, CreditReason.Compensation);
        if (phase == RoundPhase.Idle)
            project.Promised += compensation;
        if (phase == RoundPhase.Failed)
            Credit(project, Address.Zero, reward, CreditReason.ForfeitedBond);
        project.Expiries++;
        _chain.Emit(
            MarketEvents.RoundExpired.Abi, Id(project), new BigInteger(project.Round), new BigInteger((byte)phase), submitters, compensation);
        CloseRound(project);
    }

    /// <summary>Credits what a trainer has earned and was not credited yet.</summary>
    public void CreditPay(SyntheticProject project, Address trainer)
    {
        _chain.BeginTransaction();
        Credit(project, trainer, TakePay(project, trainer), CreditReason.Reward);
    }

    public void ReturnStake(SyntheticProject project, Address trainer)
    {
        BigInteger stake = project.Stakes[trainer]!.Value;
        project.Stakes[trainer] = null;
        BigInteger earned = project.Earned.Values.Aggregate(BigInteger.Zero, BigInteger.Add);
        BigInteger rollover = earned.IsZero ? 0 : project.Rollover * project.Earned.GetValueOrDefault(trainer) / earned;
        project.Escrow -= rollover;
        _chain.BeginTransaction();
        Credit(project, trainer, stake, CreditReason.StakeReturn);
        Credit(project, trainer, project.Promised, CreditReason.Compensation);
        Credit(project, trainer, TakePay(project, trainer) + rollover, CreditReason.Reward);
        if (project.Stakes.Values.Any(left => left is not null))
            return;
        Credit(project, project.Owner, project.Escrow, CreditReason.OwnerRefund);
        project.Escrow = 0;
    }

    /// <summary>Refuses the last model for a trainer, unless it has before.</summary>
    public void RefuseModel(SyntheticProject project, int seat)
    {
        if (!project.ModelRefusals.Add(seat))
            return;
        _chain.BeginTransaction();
        _chain.Emit(
            MarketEvents.RoundRefused.Abi, Id(project), new BigInteger(project.Round), project.Trainers[seat], new BigInteger(seat));
        if (project.ModelRefusals.Count != project.Trainers.Count / 2 + 1)
            return;
        BigInteger burned = BigInteger.Min(project.Bond, project.Terms.Bounty / project.Terms.Rounds);
        project.Bond -= burned;
        Credit(project, Address.Zero, burned, CreditReason.ForfeitedBond);
    }

    public void ReturnBond(SyntheticProject project)
    {
        BigInteger bond = project.Bond;
        project.Bond = 0;
        project.IsBondReturned = true;
        _chain.BeginTransaction();
        Credit(project, project.Terms.Aggregator, bond, CreditReason.BondReturn);
    }

    public void Withdraw(Address account, Address token)
    {
        BigInteger amount = _balances[(account, token)];
        _balances[(account, token)] = 0;
        _chain.BeginTransaction();
        _chain.Emit(MarketEvents.Withdrawn.Abi, account, token, account, amount);
    }

    /// <summary>Pays for a verdict, within the transaction that brings it.</summary>
    internal void CloseClaim(SyntheticClaim claim, ClaimVerdict verdict)
    {
        SyntheticProject project = claim.Project;
        project.Contested -= claim.Part;
        bool isRunning = project.Status == ProjectStatus.Running;
        if (verdict == ClaimVerdict.Valid)
        {
            BigInteger reward = project.Terms.Bounty / project.Terms.Rounds;
            BigInteger cover = !isRunning || project.Round == project.Terms.Rounds
                ? 0
                : (project.Terms.ToleratedExpiries + 1 - project.Expiries) * reward;
            BigInteger compensation = BigInteger.Min(claim.Part, BigInteger.Max(project.Bond - cover, 0));
            project.Bond -= compensation;
            project.Escrow -= claim.Part;
            Credit(project, claim.Trainer, claim.Part, CreditReason.ClaimedReward);
            Credit(project, claim.Trainer, compensation, CreditReason.ClaimCompensation);
            return;
        }
        if (!isRunning)
        {
            project.Escrow -= claim.Part;
            Credit(project, project.Owner, claim.Part, CreditReason.OwnerRefund);
        }
        BigInteger stake = project.Stakes[claim.Trainer]!.Value;
        if (verdict != ClaimVerdict.Invalid || stake.IsZero)
            return;
        project.Stakes[claim.Trainer] = 0;
        _chain.Emit(MarketEvents.StakeForfeited.Abi, Id(project), new BigInteger(claim.Round), claim.Trainer, stake);
        Credit(project, Address.Zero, stake, CreditReason.ForfeitedStake);
    }

    private static BigInteger TakePay(SyntheticProject project, Address trainer)
    {
        BigInteger pay = project.UncreditedOf(trainer);
        project.Uncredited.Remove(trainer);
        return pay;
    }

    private void ForfeitOfAbsent(SyntheticProject project)
    {
        BigInteger forfeited = 0;
        BigInteger penalty = project.Terms.TrainerStake * project.Terms.AbsencePenaltyBps / 10_000;
        for (int seat = 0; seat < project.Trainers.Count; seat++)
        {
            Address trainer = project.Trainers[seat];
            BigInteger amount = BigInteger.Min(penalty, project.Stakes[trainer]!.Value);
            if (project.Submissions.ContainsKey(seat) || project.Refusals.Contains(seat) || amount.IsZero)
                continue;
            project.Stakes[trainer] -= amount;
            forfeited += amount;
            _chain.Emit(MarketEvents.StakeForfeited.Abi, Id(project), new BigInteger(project.Round), trainer, amount);
        }
        Credit(project, Address.Zero, forfeited, CreditReason.ForfeitedStake);
    }

    private void EndTrainingIfAllAnswered(SyntheticProject project)
    {
        if (!project.HasFailed && project.Submissions.Count + project.Refusals.Count == project.Trainers.Count)
            _chain.Emit(MarketEvents.TrainingEnded.Abi, Id(project), new BigInteger(project.Round), After(project.Terms.SettlingDuration));
    }

    private void CloseRound(SyntheticProject project)
    {
        project.IsRoundOpen = false;
        project.Submissions.Clear();
        project.Round++;
        bool isAborted = project.Expiries > project.Terms.ToleratedExpiries;
        if (isAborted || project.IsStopping || project.Round == project.Terms.Rounds)
            End(project, isAborted ? ProjectStatus.Aborted : ProjectStatus.Completed);
    }

    private void End(SyntheticProject project, ProjectStatus status)
    {
        BigInteger rest = project.Escrow - project.Rollover - project.Contested;
        project.Escrow -= rest;
        project.Status = status;
        Credit(project, project.Owner, rest, CreditReason.OwnerRefund);
        _chain.Emit(
            status switch
            {
                ProjectStatus.Completed => MarketEvents.ProjectCompleted.Abi,
                ProjectStatus.Aborted => MarketEvents.ProjectAborted.Abi,
                _ => MarketEvents.ProjectCancelled.Abi,
            },
            Id(project));
    }

    private void Credit(SyntheticProject project, Address account, BigInteger amount, CreditReason reason)
    {
        if (amount.IsZero)
            return;
        (Address, Address) key = (account, project.Terms.Token);
        _balances[key] = _balances.GetValueOrDefault(key) + amount;
        _chain.Emit(MarketEvents.Credited.Abi, Id(project), account, project.Terms.Token, amount, new BigInteger((byte)reason));
    }

    private BigInteger After(long seconds) => _chain.Now + (ulong)seconds;

    private BigInteger Number() => Random.NextInt64();

    /// <summary>A few points of the curve: multiplying for each event would take longer than reading it.</summary>
    private G1 Point() => Points[Random.Next(Points.Length)];

    private static BigInteger Id(SyntheticProject project) => project.Id;
}
