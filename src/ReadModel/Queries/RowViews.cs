using Marketplace.Contracts;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Tables;

namespace Marketplace.ReadModel.Queries;

/// <summary>Rows as pages are given them: copies that do not change any more.</summary>
internal static class RowViews
{
    public static ProjectSummary ToView(this ProjectRow row, ContentRow? document, double? accuracy) => new()
    {
        Id = row.Id,
        Owner = row.Owner,
        Aggregator = row.Aggregator,
        Token = row.Token,
        Status = row.Status,
        Created = row.Created,
        Document = row.Document,
        Title = document?.Title,
        DocumentProblem = document?.Problem,
        Bounty = row.Bounty,
        Remaining = row.Remaining,
        Paid = row.Paid,
        Rounds = row.Rounds,
        SettledRounds = row.SettledRounds,
        ExpiredRounds = row.ExpiredRounds,
        Trainers = row.Trainers,
        MinTrainers = row.MinTrainers,
        MaxTrainers = row.MaxTrainers,
        Accuracy = accuracy,
    };

    public static ProjectDetails ToView(
        this ProjectRow row,
        ProjectSummary summary,
        MarketEvents.ProjectCreated created,
        IEnumerable<RoundSummary> rounds,
        IEnumerable<Participation> trainers,
        IEnumerable<SubmissionSummary> submissions) => new()
        {
            Summary = summary,
            Terms = created.Terms,
            RewardWeights = created.RewardWeights,
            Bonded = row.Bonded,
            Started = row.Started,
            Ended = row.Ended,
            OpenBy = row.OpenBy,
            Bond = row.Bond,
            Rounds = [.. rounds],
            Trainers = [.. trainers.OrderBy(trainer => trainer.Index)],
            Submissions = [.. submissions.OrderBy(submission => (submission.Round, submission.Seat))],
        };

    public static RoundSummary ToView(this RoundRow row, RoundMetrics? metrics) => new()
    {
        Project = row.Project,
        Index = row.Index,
        Stage = row.Stage,
        Opened = row.Opened,
        TrainingEnds = row.TrainingEnds,
        SettleBy = row.SettleBy,
        Ended = row.Ended,
        Model = row.Model,
        Aggregate = row.Aggregate,
        Report = row.Report,
        Submissions = row.Submissions,
        Kept = row.Kept,
        Invalid = row.Invalid,
        Paid = row.Paid,
        Metrics = metrics,
    };

    public static Credit ToView(this CreditRow row) => new(
        row.Project, row.Account, row.Token, row.Amount, row.Reason, new ChainMoment(row.Block, row.Time, row.Transaction));

    public static Withdrawal ToView(this WithdrawalRow row) => new(
        row.Account, row.Token, row.Amount, new ChainMoment(row.Block, row.Time, row.Transaction));

    /// <summary>What an account has left, by token.</summary>
    public static IReadOnlyDictionary<Chain.Address, System.Numerics.BigInteger> Balances(
        IEnumerable<Credit> credits, IEnumerable<Withdrawal> withdrawals) => credits
            .Select(credit => (credit.Token, credit.Amount))
            .Concat(withdrawals.Select(withdrawal => (withdrawal.Token, Amount: -withdrawal.Amount)))
            .GroupBy(movement => movement.Token, movement => movement.Amount)
            .ToDictionary(token => token.Key, token => token.Aggregate((sum, amount) => sum + amount));
}
