using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.ReadModel.Projection;

/// <summary>
/// Whom an event concerns, once it has been applied. What strangers can do at no cost, such as showing evidence, concerns nobody: they
/// could fill others' lists with it. A trainer hears of rounds in which it has a seat, of which there are 32.
/// </summary>
internal static class AccountEventProjector
{
    /// <summary>Notes whom an event of a project concerns.</summary>
    public static void Note(ProjectRows rows, ProjectSummary project, IContractEvent @event, ChainMoment at, RowChanges changes)
    {
        IEnumerable<AccountEventRow> concerned = @event switch
        {
            MarketEvents.ProjectCreated => [Of(project.Owner, AccountEventKind.Posted), Of(project.Aggregator, AccountEventKind.Named)],
            MarketEvents.BondPosted => OfHosts(AccountEventKind.Bonded),
            MarketEvents.TrainerJoined e => [Of(e.Trainer, AccountEventKind.Joined)],
            MarketEvents.TrainerLeft e => [Of(e.Trainer, AccountEventKind.Left)],
            MarketEvents.ProjectStarted => OfHosts(AccountEventKind.Started, until: project.OpenBy),
            MarketEvents.RoundOpened => RoundProjector.Cohort(rows, rows.Round!).Select(trainer => Of(
                trainer.Trainer, AccountEventKind.RoundAwaits, rows.Round!.Index, rows.Round.TrainingEnds)),
            MarketEvents.RoundSettled => OfSettled(rows.Round!),
            MarketEvents.RoundExpired => OfHosts(
                rows.Round!.Stage == RoundStage.Failed ? AccountEventKind.RoundFailed : AccountEventKind.RoundExpired, rows.Round.Index),
            // The one by which they have become most.
            MarketEvents.RoundRefused when project.ModelRefusals == ContractTypes.MajorityOf(project.Trainers) =>
                OfHosts(AccountEventKind.ModelRefused),
            MarketEvents.StakeForfeited e => [Of(e.Trainer, AccountEventKind.StakeForfeited, amount: e.Amount, token: project.Token)],
            MarketEvents.ProjectStopping => OfHosts(AccountEventKind.Stopping),
            MarketEvents.ProjectCancelled => OfAll(AccountEventKind.Cancelled),
            MarketEvents.ProjectAborted => OfAll(AccountEventKind.Aborted),
            MarketEvents.ProjectCompleted => OfAll(AccountEventKind.Completed),
            MarketEvents.Credited e => [OfCredit(e)],
            ClaimsEvents.UpdateExcluded e => OfClaim((long)e.ClaimId, AccountEventKind.UpdateExcluded),
            ClaimsEvents.ClaimMade e => OfClaim((long)e.ClaimId, AccountEventKind.ClaimMade),
            ClaimsEvents.ClaimDenied e => OfClaim((long)e.ClaimId, AccountEventKind.ClaimDenied),
            ClaimsEvents.Ruling e => OfClaim(ClaimProjector.FindRuled(rows, e)!.Id, AccountEventKind.ClaimRuled),
            ClaimsEvents.ClaimConcluded e => OfClaim((long)e.ClaimId, AccountEventKind.ClaimConcluded),
            _ => [],
        };
        // Who is two of them hears of it once.
        Add(concerned.DistinctBy(row => (row.Account, row.Kind)), changes);

        AccountEventRow Of(
            Address account, AccountEventKind kind, int? round = null, DateTimeOffset? until = null, BigInteger? amount = null,
            Address? token = null) => new()
            {
                Account = account,
                Block = at.Block,
                LogIndex = (long)@event.Log.LogIndex,
                Kind = kind,
                Time = at.Time,
                Transaction = at.Transaction,
                Project = project.Id,
                Round = round,
                Until = until,
                Amount = amount,
                Token = token,
            };

        IEnumerable<AccountEventRow> OfHosts(AccountEventKind kind, int? round = null, DateTimeOffset? until = null) =>
            [Of(project.Owner, kind, round, until), Of(project.Aggregator, kind, round, until)];

        IEnumerable<AccountEventRow> OfAll(AccountEventKind kind) =>
            OfHosts(kind).Concat(rows.Trainers.Keys.Select(trainer => Of(trainer, kind)));

        IEnumerable<AccountEventRow> OfSettled(RoundSummary round) =>
            OfHosts(round.Kept == 0 ? AccountEventKind.RoundEmpty : AccountEventKind.RoundSettled, round.Index)
                .Concat(RoundProjector.Absent(rows, round).Select(absent => Of(absent.Trainer, AccountEventKind.RoundMissed, round.Index)))
                .Concat(rows.Seats.Values
                    .Where(submission => !submission.Payout.IsZero)
                    .Select(submission => Of(
                        submission.Trainer, AccountEventKind.Earned, round.Index, amount: submission.Payout, token: project.Token)))
                .Concat(rows.Seats.Values.SelectMany(submission => KindOf(submission, project.HasCourt) is { } kind
                    ? new[] { Of(submission.Trainer, kind, round.Index) }
                    : []));

        AccountEventRow OfCredit(MarketEvents.Credited e) => new()
        {
            Account = e.Account,
            Block = at.Block,
            LogIndex = (long)e.Log.LogIndex,
            Kind = AccountEventKind.Credited,
            Time = at.Time,
            Transaction = at.Transaction,
            Project = project.Id,
            // Who had submitted to a round that is not settled is compensated before it is closed.
            Round = (CreditReason)e.Reason is CreditReason.Compensation && rows.Round is { Stage: RoundStage.Open } round ? round.Index : null,
            Reason = (CreditReason)e.Reason,
            Amount = e.Amount,
            Token = e.Token,
        };

        IEnumerable<AccountEventRow> OfClaim(long id, AccountEventKind kind)
        {
            ClaimSummary claim = rows.Claims[id];
            Address[] parties = [claim.Trainer, .. claim.Defender is { } defender ? [defender] : Array.Empty<Address>(), project.Aggregator];
            return parties.Select(party => new AccountEventRow
            {
                Account = party,
                Block = at.Block,
                LogIndex = (long)@event.Log.LogIndex,
                Kind = kind,
                Time = at.Time,
                Transaction = at.Transaction,
                Project = project.Id,
                Round = claim.Round,
                Claim = id,
                IsClaimant = party == claim.Trainer,
                Verdict = claim.Verdict,
                // A ruling leaves the deadline as it is, and is not waited for any more.
                Until = kind == AccountEventKind.ClaimRuled ? null : claim.Until,
            });
        }
    }

    /// <summary>Notes a withdrawal, which concerns no project.</summary>
    public static void Note(MarketEvents.Withdrawn e, ChainMoment at, RowChanges changes) => Add(
        [
            new AccountEventRow
            {
                Account = e.Account,
                Block = at.Block,
                LogIndex = (long)e.Log.LogIndex,
                Kind = AccountEventKind.Withdrawn,
                Time = at.Time,
                Transaction = at.Transaction,
                Amount = e.Amount,
                Token = e.Token,
                Receiver = e.Receiver,
            },
        ],
        changes);

    /// <summary>Null for what another event tells: what was earned, and what a court may still decide.</summary>
    private static AccountEventKind? KindOf(SubmissionSummary submission, bool hasCourt) => submission.Outcome switch
    {
        SubmissionOutcome.Kept when submission.Payout.IsZero => AccountEventKind.UpdateUnpaid,
        SubmissionOutcome.Kept => null,
        SubmissionOutcome.Invalid => hasCourt ? null : AccountEventKind.UpdateInvalid,
        _ => AccountEventKind.UpdateDropped,
    };

    private static void Add(IEnumerable<AccountEventRow> rows, RowChanges changes)
    {
        foreach (AccountEventRow row in rows)
        {
            changes.AccountEvents.Add(row);
            changes.Accounts.Add(row.Account);
        }
    }
}
