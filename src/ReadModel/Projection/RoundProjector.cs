using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.ReadModel.Projection;

/// <summary>What the events of a round do; a part of <see cref="Projector"/>.</summary>
internal static class RoundProjector
{
    public static string? Open(ProjectRows rows, ProjectSummary project, MarketEvents.RoundOpened e, ChainMoment at, RowChanges changes)
    {
        if (RefuseNext(rows, project, e.Round) is { } refusal)
            return refusal;
        RoundSummary round = Begin(rows, project, changes);
        round.Stage = RoundStage.Open;
        round.Opened = at;
        round.TrainingEnds = UnixTime.FromSeconds(e.TrainingEnds);
        round.SettleBy = UnixTime.FromSeconds(e.SettleBy);
        round.Model = e.Model.OrNull();
        round.CohortSeed = Bytes32.FromBigInteger(e.CohortSeed);
        project.OpenBy = null;
        return null;
    }

    public static string? Submit(ProjectRows rows, MarketEvents.UpdateSubmitted e, ChainMoment at, RowChanges changes)
    {
        if (OpenRound(rows, e.Round) is not { } round)
            return $"round {e.Round} is not open";
        if (!rows.Trainers.TryGetValue(e.Trainer, out Participation? trainer))
            return $"{e.Trainer} has not joined";
        if (e.Seat < 0 || e.Seat >= MarketLimits.Seats || e.Payload.OrNull() is not { } payload)
            return $"a submission on seat {e.Seat}, or without a payload";
        int seat = (int)e.Seat;
        if (rows.Seats.TryGetValue(seat, out SubmissionSummary? submission))
        {
            if (submission.Trainer != e.Trainer)
                return $"seat {seat} is {submission.Trainer}'s";
            submission.Payload = payload;
            submission.Submitted = at;
        }
        else
        {
            submission = new SubmissionSummary
            {
                Project = round.Project,
                Round = round.Index,
                Seat = seat,
                Trainer = e.Trainer,
                Payload = payload,
                Submitted = at,
            };
            rows.Seats.Add(seat, submission);
            round.Submissions++;
            round.RefusedSeats &= ~(1u << seat);
            trainer.Submitted++;
            changes.Rounds.Add(round);
            changes.Participations.Add(trainer);
            changes.Accounts.Add(e.Trainer);
        }
        changes.Submissions.Add(submission);
        return null;
    }

    public static string? Refuse(ProjectRows rows, MarketEvents.RoundRefused e, RowChanges changes)
    {
        if (OpenRound(rows, e.Round) is not { } round || !rows.Trainers.ContainsKey(e.Trainer))
            return $"round {e.Round} is not open, or {e.Trainer} has not joined";
        if (e.Seat < 0 || e.Seat >= MarketLimits.Seats)
            return $"a refusal on seat {e.Seat}";
        round.RefusedSeats |= 1u << (int)e.Seat;
        changes.Rounds.Add(round);
        changes.Accounts.Add(e.Trainer);
        return null;
    }

    public static string? EndTraining(ProjectRows rows, MarketEvents.TrainingEnded e, ChainMoment at, RowChanges changes)
    {
        if (OpenRound(rows, e.Round) is not { } round)
            return $"round {e.Round} is not open";
        round.TrainingEnds = at.Time;
        round.SettleBy = UnixTime.FromSeconds(e.SettleBy);
        changes.Rounds.Add(round);
        return null;
    }

    public static string? Settle(ProjectRows rows, ProjectSummary project, MarketEvents.RoundSettled e, ChainMoment at, RowChanges changes)
    {
        if (OpenRound(rows, e.Round) is not { } round)
            return $"round {e.Round} is not open";
        if (e.Payouts.Count != rows.Seats.Count)
            return $"{e.Payouts.Count} payouts, and {rows.Seats.Count} submissions were made";
        if (e.Payouts.Aggregate(BigInteger.Zero, BigInteger.Add) > project.Remaining)
            return $"more is paid than the project holds, {project.Remaining}";
        IReadOnlyList<SubmissionResult> results = SubmissionResult.Of(rows.Seats.Values.Select(submission => submission.Trainer), e, null);
        foreach ((SubmissionSummary submission, SubmissionResult result) in rows.Seats.Values.Zip(results))
        {
            (submission.Outcome, submission.Payout) = (result.Outcome, result.Payout);
            round.Paid += submission.Payout;
            round.Invalid += result.Outcome == SubmissionOutcome.Invalid ? 1 : 0;
            changes.Submissions.Add(submission);
            bool isKept = result.Outcome == SubmissionOutcome.Kept;
            round.Kept += isKept ? 1 : 0;
            Participation trainer = rows.Trainers[submission.Trainer];
            trainer.Kept += isKept ? 1 : 0;
            trainer.Dropped += isKept ? 0 : 1;
            trainer.Earned += submission.Payout;
            trainer.Uncredited += submission.Payout;
            changes.Participations.Add(trainer);
            changes.Accounts.Add(submission.Trainer);
        }
        CountAbsences(rows, round, changes);
        project.Remaining -= round.Paid;
        project.Paid += round.Paid;
        round.Stage = RoundStage.Settled;
        round.Aggregate = e.Settlement.Aggregate.OrNull();
        round.Report = e.Settlement.Report.OrNull();
        project.SettledRounds++;
        Close(project, round, at, changes);
        return null;
    }

    public static string? Expire(ProjectRows rows, ProjectSummary project, MarketEvents.RoundExpired e, ChainMoment at, RowChanges changes)
    {
        RoundSummary? open = OpenRound(rows, e.Round);
        if (open is null && RefuseNext(rows, project, e.Round) is { } refusal)
            return refusal;
        var phase = (RoundPhase)e.Phase;
        BigInteger promised = phase == RoundPhase.Idle ? e.Compensation * project.Trainers : 0;
        if (promised > project.Bond)
            return $"{promised} is more than the bond";
        RoundSummary round = open ?? Begin(rows, project, changes);
        IReadOnlyList<SubmissionResult> results = SubmissionResult.Of(rows.Seats.Values.Select(submission => submission.Trainer), null, e);
        foreach ((SubmissionSummary submission, SubmissionResult result) in rows.Seats.Values.Zip(results))
        {
            (submission.Outcome, submission.Payout) = (result.Outcome, result.Payout);
            round.Paid += submission.Payout;
            changes.Submissions.Add(submission);
        }
        project.Bond -= promised;
        project.Promised += promised;
        round.Paid += promised;
        round.Stage = phase == RoundPhase.Failed ? RoundStage.Failed : RoundStage.Expired;
        project.ExpiredRounds++;
        Close(project, round, at, changes);
        return null;
    }

    /// <summary>The trainers who have a seat in a round.</summary>
    public static IEnumerable<Participation> Cohort(ProjectRows rows, RoundSummary round)
    {
        HashSet<int> members = [.. Members(rows, round)];
        return rows.Trainers.Values.Where(trainer => members.Contains(trainer.Index));
    }

    /// <summary>The trainers who have a seat in a round, and neither submitted to it nor refused it.</summary>
    public static IEnumerable<Participation> Absent(ProjectRows rows, RoundSummary round)
    {
        RoundMask refused = new(round.RefusedSeats);
        HashSet<int> absent = [.. Members(rows, round).Where((_, seat) => !rows.Seats.ContainsKey(seat) && !refused.Contains(seat))];
        return absent.Count == 0 ? [] : rows.Trainers.Values.Where(trainer => absent.Contains(trainer.Index));
    }

    /// <summary>By seat: who sits there, as its place in the order of joining.</summary>
    private static int[] Members(ProjectRows rows, RoundSummary round) =>
        Protocol.Cohorts.Cohort.Members(round.CohortSeed!.Value.ToArray(), rows.Trainers.Count);

    private static void CountAbsences(ProjectRows rows, RoundSummary round, RowChanges changes)
    {
        foreach (Participation trainer in Absent(rows, round))
        {
            trainer.Absent++;
            changes.Participations.Add(trainer);
            changes.Accounts.Add(trainer.Trainer);
        }
    }

    private static RoundSummary? OpenRound(ProjectRows rows, BigInteger index) =>
        rows.Round is { Stage: RoundStage.Open } round && round.Index == index ? round : null;

    private static string? RefuseNext(ProjectRows rows, ProjectSummary project, BigInteger index)
    {
        int next = project.SettledRounds + project.ExpiredRounds;
        return project.Status == ProjectStatus.Running && rows.Round is not { Stage: RoundStage.Open } && index == next && next < project.Rounds
            ? null
            : $"round {index} is not the next one";
    }

    private static RoundSummary Begin(ProjectRows rows, ProjectSummary project, RowChanges changes)
    {
        RoundSummary round = rows.Round = new RoundSummary { Project = project.Id, Index = project.SettledRounds + project.ExpiredRounds };
        rows.Seats.Clear();
        changes.Rounds.Add(round);
        return round;
    }

    private static void Close(ProjectSummary project, RoundSummary round, ChainMoment at, RowChanges changes)
    {
        round.Ended = at;
        changes.Rounds.Add(round);
        // The contract gives the next round this time; when the project ends instead, the event of its end follows.
        project.OpenBy = UnixTime.Add(at.Time, project.OpenDuration);
    }
}
