using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Cohorts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.ReadModel.Stores;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>How accounts have done, against what the projects' events say.</summary>
public abstract partial class StoreTests
{
    [Theory]
    [InlineData(TrainerOrder.Kept)]
    [InlineData(TrainerOrder.Submitted)]
    [InlineData(TrainerOrder.Dropped)]
    [InlineData(TrainerOrder.Absent)]
    [InlineData(TrainerOrder.Projects)]
    public async Task Trainers_are_ranked_in_pages(TrainerOrder order)
    {
        await using MarketStore store = await OpenAsync(Market);
        await FilledAsync(store);
        TrainerRanking all = await store.FindTrainersAsync(new TrainerQuery(order, Take: 1000), Cancellation);
        Assert.Equal(all.Total, all.Trainers.Count);
        Assert.Equal(
            all.Trainers.OrderByDescending(Key).ThenBy(trainer => trainer.Trainer).Select(trainer => trainer.Trainer),
            all.Trainers.Select(trainer => trainer.Trainer));
        TrainerRanking page = await store.FindTrainersAsync(new TrainerQuery(order, Descending: false, Skip: 1, Take: 2), Cancellation);
        Assert.Equal(
            all.Trainers.OrderBy(Key).ThenBy(trainer => trainer.Trainer).Skip(1).Take(2).Select(trainer => trainer.Trainer),
            page.Trainers.Select(trainer => trainer.Trainer));

        int Key(TrainerStanding trainer) => order switch
        {
            TrainerOrder.Submitted => trainer.Submitted,
            TrainerOrder.Dropped => trainer.Dropped,
            TrainerOrder.Absent => trainer.Absent,
            TrainerOrder.Projects => trainer.Projects,
            _ => trainer.Kept,
        };
    }

    [Fact]
    public async Task A_list_of_projects_comes_with_accuracies_and_what_its_aggregators_have_done()
    {
        await using MarketStore store = await OpenAsync(Market);
        await FilledAsync(store);
        ProjectPage page = await store.FindProjectsAsync(new ProjectQuery(Skip: 1, Take: 1000), Cancellation);
        Assert.NotEmpty(page.Accuracies);
        foreach (ProjectSummary project in page.Projects)
        {
            ProjectDetails details = (await store.FindProjectAsync(project.Id, Cancellation))!;
            double[] expected = [.. details.Rounds.Select(round => round.Metrics?.RootAccuracy).OfType<double>()];
            Assert.Equal(expected, page.Accuracies.GetValueOrDefault(project.Id) ?? []);
            Assert.Equal(expected.Length == 0 ? null : expected[^1], project.Accuracy);
            AggregatorStanding standing = page.Aggregators[project.Aggregator];
            AggregatorStanding own = (await store.ReadAccountAsync(project.Aggregator, Cancellation)).AsAggregator!;
            Assert.Equal(own with { Bonds = standing.Bonds }, standing);
            Assert.Equal(own.Bonds, standing.Bonds);
        }
    }

    private static async Task AssertStandingsHoldAsync(MarketStore store, SyntheticHistory history)
    {
        List<ProjectDetails> projects = [];
        Dictionary<Address, int> absent = [];
        foreach (long id in history.Market.Projects.Select(project => project.Id))
        {
            projects.Add((await store.FindProjectAsync(id, Cancellation))!);
            var past = new ProjectHistory(id);
            foreach (Chain.Rpc.IContractEvent @event in await store.ReadEventsAsync(id, Cancellation))
                past.Apply(@event);
            foreach (RoundHistory round in past.Rounds.Where(round => round.Settled is not null))
            {
                HashSet<Address> present = [.. round.Submissions.Select(submission => submission.Trainer), .. round.Refusals];
                byte[] seed = Bytes32.FromBigInteger(round.Opened!.CohortSeed).ToArray();
                foreach (Address trainer in past.Trainers.Where((_, k) => Cohort.SeatOf(seed, past.Trainers.Count, k) < Cohort.Seats))
                    absent[trainer] = absent.GetValueOrDefault(trainer) + (present.Contains(trainer) ? 0 : 1);
            }
        }
        TrainerRanking ranking = await store.FindTrainersAsync(new TrainerQuery(Take: 1000), Cancellation);
        Assert.Equal(projects.SelectMany(project => project.Trainers).Select(trainer => trainer.Trainer).Distinct().Count(), ranking.Total);
        foreach (TrainerStanding standing in ranking.Trainers)
        {
            Participation[] parts = [.. projects.SelectMany(project => project.Trainers).Where(part => part.Trainer == standing.Trainer)];
            SubmissionSummary[] updates =
            [
                .. projects.SelectMany(project => project.Submissions).Where(submission => submission.Trainer == standing.Trainer),
            ];
            Assert.Equal(
                (parts.Length, updates.Length, Count(updates, SubmissionOutcome.Kept), absent.GetValueOrDefault(standing.Trainer)),
                (standing.Projects, standing.Submitted, standing.Kept, standing.Absent));
            Assert.Equal(Count(updates, SubmissionOutcome.Outlier) + Count(updates, SubmissionOutcome.Invalid), standing.Dropped);
            Assert.Equal(Total(parts.Select(part => part.Earned)), Total(standing.Earned.Values));
            AccountDetails account = await store.ReadAccountAsync(standing.Trainer, Cancellation);
            Assert.Equal(standing.Earned, TrainerStanding.Of(standing.Trainer, account.Training).Earned);
        }
        AggregatorRanking aggregators = await store.FindAggregatorsAsync(new AggregatorQuery(Take: 1000), Cancellation);
        Assert.Equal(
            projects.Select(project => project.Summary.Aggregator).Distinct().Order(),
            aggregators.Aggregators.Select(standing => standing.Aggregator).Order());
        foreach (AggregatorStanding standing in aggregators.Aggregators)
        {
            ProjectDetails[] own = [.. projects.Where(project => project.Summary.Aggregator == standing.Aggregator)];
            RoundSummary[] rounds = [.. own.SelectMany(project => project.Rounds)];
            Assert.Equal(
                (own.Length, Rounds(RoundStage.Settled), Rounds(RoundStage.Expired), Rounds(RoundStage.Failed)),
                (standing.Projects, standing.Settled, standing.Expired, standing.Failed));
            Assert.Equal(rounds.Count(round => round.Stage == RoundStage.Settled && round.Paid.IsZero), standing.Empty);
            Assert.Equal(own.Sum(project => project.Claims.Count(claim => claim.Claimed is not null)), standing.Contested);
            Assert.Equal(Total(own.Select(project => project.Summary.Bond)), Total(standing.Bonds.Values));

            int Rounds(RoundStage stage) => rounds.Count(round => round.Stage == stage);
        }

        static BigInteger Total(IEnumerable<BigInteger> amounts) => amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount);

        static int Count(SubmissionSummary[] updates, SubmissionOutcome outcome) => updates.Count(update => update.Outcome == outcome);
    }
}
