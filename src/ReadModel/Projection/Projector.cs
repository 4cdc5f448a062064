using System.Numerics;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol;
using Marketplace.Protocol.Markets;

namespace Marketplace.ReadModel.Projection;

/// <summary>
/// What an event does to the rows: the one place that says so, for every store. It follows the contract's bookkeeping, so that the
/// rows hold the contract's own amounts to the smallest unit.
/// </summary>
public static class Projector
{
    /// <summary>Applies a project's next event.</summary>
    /// <returns>Null, or why the contract cannot have emitted the event after those before it; then nothing was changed.</returns>
    public static string? Apply(ProjectRows rows, MarketEvent @event, RowChanges changes)
    {
        ChainMoment at = @event.At;
        if (@event.Event is MarketEvents.ProjectCreated created)
            return Create(rows, created, at, changes);
        if (rows.Project is not { } project)
            return $"there is no project {@event.Project}";
        string? refusal = @event.Event switch
        {
            MarketEvents.BondPosted => PostBond(project, at),
            MarketEvents.TrainerJoined e => Join(rows, project, e, at, changes),
            MarketEvents.TrainerLeft e => Leave(rows, project, e, changes),
            MarketEvents.ProjectStarted e => Start(project, e, at),
            MarketEvents.RoundOpened e => RoundProjector.Open(rows, project, e, at, changes),
            MarketEvents.UpdateSubmitted e => RoundProjector.Submit(rows, e, at, changes),
            MarketEvents.RoundRefused e when project.Status == ProjectStatus.Completed => RefuseModel(rows, project, e, changes),
            MarketEvents.RoundRefused e => RoundProjector.Refuse(rows, e, changes),
            MarketEvents.TrainingEnded e => RoundProjector.EndTraining(rows, e, at, changes),
            MarketEvents.RoundSettled e => RoundProjector.Settle(rows, project, e, at, changes),
            MarketEvents.RoundExpired e => RoundProjector.Expire(rows, project, e, at, changes),
            MarketEvents.StakeForfeited e => Forfeit(rows, e, changes),
            MarketEvents.ProjectStopping => RequestStop(project),
            MarketEvents.Credited e => Credit(rows, project, e, at, changes),
            MarketEvents.ProjectCancelled => End(project, ProjectStatus.Cancelled, at),
            MarketEvents.ProjectAborted => End(project, ProjectStatus.Aborted, at),
            MarketEvents.ProjectCompleted => End(project, ProjectStatus.Completed, at),
            IContractEvent e => ClaimProjector.Apply(rows, project, e, at, changes),
        };
        if (refusal is null)
        {
            changes.Projects.Add(project);
            AccountEventProjector.Note(rows, project, @event.Event, at, changes);
        }
        return refusal;
    }

    /// <summary>Notes a withdrawal, which concerns no project.</summary>
    public static void Apply(MarketEvents.Withdrawn e, ChainMoment at, RowChanges changes)
    {
        changes.Withdrawals.Add(new WithdrawalRow
        {
            Block = at.Block,
            LogIndex = (long)e.Log.LogIndex,
            Account = e.Account,
            Token = e.Token,
            Receiver = e.Receiver,
            Amount = e.Amount,
            Time = at.Time,
            Transaction = at.Transaction,
        });
        AccountEventProjector.Note(e, at, changes);
    }

    private static string? Create(ProjectRows rows, MarketEvents.ProjectCreated e, ChainMoment at, RowChanges changes)
    {
        if (rows.Project is not null)
            return "the project exists";
        if (e.Terms.Document.OrNull() is not { } document)
            return "it has no document";
        ProjectSummary project = rows.Project = new ProjectSummary
        {
            Id = (long)e.ProjectId,
            Owner = e.Owner,
            Aggregator = e.Terms.Aggregator,
            Arbitrator = e.Terms.Arbitrator,
            Token = e.Terms.Token,
            Document = document,
            Bounty = e.Terms.Bounty,
            AggregatorBond = e.Terms.AggregatorBond,
            TrainerStake = e.Terms.TrainerStake,
            RoundReward = e.Terms.Bounty / Math.Max((int)e.Terms.Rounds, 1),
            JoinBy = UnixTime.FromSeconds(e.Terms.JoinDeadline),
            Rounds = e.Terms.Rounds,
            MinTrainers = e.Terms.MinTrainers,
            MaxTrainers = e.Terms.MaxTrainers,
            OpenDuration = e.Terms.OpenDuration,
            Created = at,
            Status = ProjectStatus.Open,
            Remaining = e.Terms.Bounty + e.Terms.AggregatorFee,
        };
        changes.Projects.Add(project);
        AccountEventProjector.Note(rows, project, e, at, changes);
        return null;
    }

    private static string? PostBond(ProjectSummary project, ChainMoment at)
    {
        if (project.Bonded is not null || project.Status != ProjectStatus.Open)
            return "a bond is posted once, while the project is open";
        project.Bonded = at;
        project.Bond = project.AggregatorBond;
        return null;
    }

    private static string? Join(ProjectRows rows, ProjectSummary project, MarketEvents.TrainerJoined e, ChainMoment at, RowChanges changes)
    {
        if (project.Status != ProjectStatus.Open || rows.Trainers.ContainsKey(e.Trainer) || e.Index != project.Trainers)
            return $"{e.Trainer} cannot join as number {e.Index}, {project.Trainers} have joined";
        Participation joined = new()
        {
            Project = project.Id,
            Trainer = e.Trainer,
            Index = (int)e.Index,
            Joined = at,
            Stake = project.TrainerStake,
        };
        rows.Trainers.Add(e.Trainer, joined);
        if (rows.Departed.Remove(e.Trainer, out Participation? departed))
            changes.Participations.Remove(departed);
        project.Trainers++;
        changes.Participations.Add(joined);
        changes.Accounts.Add(e.Trainer);
        return null;
    }

    private static string? Leave(ProjectRows rows, ProjectSummary project, MarketEvents.TrainerLeft e, RowChanges changes)
    {
        if (project.Status != ProjectStatus.Open || !rows.Trainers.TryGetValue(e.Trainer, out Participation? leaving) || e.Index != leaving.Index)
            return $"{e.Trainer} cannot leave as number {e.Index}";
        // Who joined last takes the place.
        Participation last = rows.Trainers.Values.Single(trainer => trainer.Index == project.Trainers - 1);
        last.Index = leaving.Index;
        changes.Participations.Add(last);
        leaving.HasLeft = true;
        leaving.Stake = 0;
        rows.Trainers.Remove(e.Trainer);
        rows.Departed[e.Trainer] = leaving;
        project.Trainers--;
        changes.Participations.Add(leaving);
        changes.Accounts.Add(e.Trainer);
        return null;
    }

    private static string? RequestStop(ProjectSummary project)
    {
        if (project.Status != ProjectStatus.Running || project.IsStopping)
            return "a running project is stopped once";
        project.IsStopping = true;
        return null;
    }

    private static string? Start(ProjectSummary project, MarketEvents.ProjectStarted e, ChainMoment at)
    {
        if (project.Status != ProjectStatus.Open)
            return $"a project starts once, this one is {project.Status}";
        project.Status = ProjectStatus.Running;
        project.Started = at;
        project.OpenBy = UnixTime.FromSeconds(e.OpenBy);
        return null;
    }

    private static string? RefuseModel(ProjectRows rows, ProjectSummary project, MarketEvents.RoundRefused e, RowChanges changes)
    {
        bool isNext = e.Round == project.SettledRounds + project.ExpiredRounds;
        if (!isNext || !rows.Trainers.ContainsKey(e.Trainer) || e.Seat < 0 || e.Seat >= MarketLimits.Seats)
            return $"{e.Trainer} cannot refuse the last model, on seat {e.Seat} after round {e.Round}";
        project.ModelRefusedSeats |= 1u << (int)e.Seat;
        changes.Accounts.Add(e.Trainer);
        return null;
    }

    private static string? Forfeit(ProjectRows rows, MarketEvents.StakeForfeited e, RowChanges changes)
    {
        if (!rows.Trainers.TryGetValue(e.Trainer, out Participation? trainer) || trainer.Stake < e.Amount)
            return $"{e.Trainer} has no stake of {e.Amount}";
        trainer.Stake -= e.Amount;
        trainer.Forfeited += e.Amount;
        changes.Participations.Add(trainer);
        changes.Accounts.Add(e.Trainer);
        return null;
    }

    private static string? Credit(ProjectRows rows, ProjectSummary project, MarketEvents.Credited e, ChainMoment at, RowChanges changes)
    {
        var reason = (CreditReason)e.Reason;
        // Who leaves an open project has its stake back, and is no trainer any more.
        bool isTrainers = reason is (CreditReason.Reward or CreditReason.Compensation or CreditReason.ClaimedReward or CreditReason.ClaimCompensation)
            || (reason is CreditReason.StakeReturn && project.Status != ProjectStatus.Open);
        Participation? trainer = null;
        if (!Enum.IsDefined(reason) || isTrainers && !rows.Trainers.TryGetValue(e.Account, out trainer))
            return $"{e.Account} cannot be credited for reason {e.Reason}";
        // With its stake a trainer gets, beside what it had earned, a part of what nobody had.
        BigInteger pay = reason is CreditReason.Reward ? BigInteger.Min(e.Amount, trainer!.Uncredited) : 0;
        BigInteger rest = e.Amount - pay;
        bool isClaims = reason is CreditReason.ClaimedReward or CreditReason.ClaimCompensation;
        bool isEscrows = reason is CreditReason.Reward or CreditReason.AggregatorFee or CreditReason.OwnerRefund or CreditReason.ForfeitedReward
            or CreditReason.ClaimedReward;
        // What was promised for rounds that were not opened is paid with the stakes, after the end.
        bool isPromised = reason is CreditReason.Compensation && project.Ended is not null;
        bool isBonds = !isPromised && reason is
            (CreditReason.Compensation or CreditReason.BondReturn or CreditReason.ForfeitedBond or CreditReason.ClaimCompensation);
        if (isEscrows && project.Remaining < rest || isBonds && project.Bond < rest || isPromised && project.Promised < rest)
            return $"{e.Amount} is more than the project holds";
        if (reason is CreditReason.Reward && project.Ended is null && !rest.IsZero)
            return $"{e.Account} has not earned {e.Amount}";
        if (isEscrows)
            project.Remaining -= rest;
        if (isBonds)
            project.Bond -= rest;
        if (isPromised)
            project.Promised -= rest;
        if (reason is CreditReason.Reward or CreditReason.ClaimedReward)
            project.Paid += rest;
        if (trainer is not null)
        {
            trainer.Uncredited -= pay;
            // Of a stake that is all forfeited, no return is heard.
            trainer.StakeReturned |= project.Ended is not null && !isClaims && !rest.IsZero;
            if (reason != CreditReason.StakeReturn)
                trainer.Earned += rest;
            changes.Participations.Add(trainer);
        }
        changes.Credits.Add(new CreditRow
        {
            Block = at.Block,
            LogIndex = (long)e.Log.LogIndex,
            Project = project.Id,
            Account = e.Account,
            Token = e.Token,
            Amount = e.Amount,
            Earned = isTrainers && reason is not CreditReason.StakeReturn || reason is CreditReason.AggregatorFee ? rest : 0,
            Reason = reason,
            Time = at.Time,
            Transaction = at.Transaction,
        });
        changes.Accounts.Add(e.Account);
        return null;
    }

    private static string? End(ProjectSummary project, ProjectStatus status, ChainMoment at)
    {
        if (project.Ended is not null)
            return $"the project is {project.Status} already";
        project.Status = status;
        project.Ended = at;
        project.OpenBy = null;
        return null;
    }
}
