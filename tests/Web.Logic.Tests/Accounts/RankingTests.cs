using System.Numerics;
using Bunit;
using Marketplace.Chain;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Accounts;
using Marketplace.Web.Logic.Tests.Support;

namespace Marketplace.Web.Logic.Tests.Accounts;

/// <summary>How trainers and aggregators have done: rankings, and the record on an account's page.</summary>
public sealed class RankingTests(SyntheticEnd end) : ComponentTest(end)
{
    private static readonly Address Ada = SyntheticMarket.AccountOf("ada");
    private static readonly Address Token = SyntheticMarket.AccountOf("token");

    private static readonly AggregatorStanding Aggregator =
        new(Ada, 2, 7, 1, 3, 4, 5, new Dictionary<Address, BigInteger> { [Address.Zero] = BigInteger.Pow(10, 18) });

    [Fact]
    public void Trainers_are_ranked_by_what_was_kept_and_by_what_readers_ask_for()
    {
        Model.Trainers = new TrainerRanking(
            40, [new TrainerStanding(Ada, 3, 12, 9, 2, 1, new Dictionary<Address, BigInteger> { [Address.Zero] = BigInteger.Pow(10, 18) })]);
        IRenderedComponent<TrainerListPage> page = Show<TrainerListPage>();
        page.WaitForAssertion(() => Assert.Equal(["9", "2", "12", "1", "3"], Cells(page).Skip(2)));
        Assert.Equal("1.0 ETH", page.Find(".amount").TextContent);
        Assert.Equal((TrainerOrder.Kept, true), (Model.AskedTrainers!.Order, Model.AskedTrainers.Descending));
        page.FindAll("button.col-title").Single(title => title.TextContent.Trim() == "Absent").Click();
        page.WaitForAssertion(() => Assert.Equal((TrainerOrder.Absent, true), (Model.AskedTrainers!.Order, Model.AskedTrainers.Descending)));
        page.Find(".go-next").Click();
        page.WaitForAssertion(() => Assert.Equal(20, Model.AskedTrainers!.Skip));
    }

    [Fact]
    public void Before_anybody_has_joined_the_way_to_open_projects_is_shown()
    {
        IRenderedComponent<TrainerListPage> page = Show<TrainerListPage>();
        page.WaitForAssertion(() => Assert.Contains("Nobody has joined", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Aggregators_show_what_they_have_settled_and_missed()
    {
        Model.Aggregators = new AggregatorRanking(1, [Aggregator]);
        IRenderedComponent<AggregatorListPage> page = Show<AggregatorListPage>();
        page.WaitForAssertion(() => Assert.Equal(["7", "3", "1", "4", "5", "2"], Cells(page).Skip(2)));
        Assert.Equal("3", page.Find("tbody .bad").TextContent);
    }

    [Fact]
    public void An_account_has_its_record_over_all_projects()
    {
        ProjectSummary first = MadeUpProject.Summary(1, "Digits"), second = MadeUpProject.Summary(2, "Clothes") with { Token = Token };
        IRenderedComponent<RecordCard> card = Show<RecordCard>(
            parameters => parameters.Add(card => card.Account, Account(Aggregator, first, second)));
        Assert.Equal(["8", "6", "2", "4"], card.FindAll("[data-test=as-trainer] dd").Take(4).Select(number => number.TextContent));
        Assert.Equal(["7", "1", "3", "4", "5"], card.FindAll("[data-test=as-aggregator] dd").Take(5).Select(number => number.TextContent));
        Assert.Equal(2, card.FindAll("[data-test=as-trainer] .amount").Count);
    }

    [Fact]
    public void Who_neither_trains_nor_aggregates_has_no_record() =>
        Assert.Empty(Show<RecordCard>(parameters => parameters.Add(card => card.Account, Account(null))).FindAll("section"));

    private static IEnumerable<string> Cells<T>(IRenderedComponent<T> page)
        where T : Microsoft.AspNetCore.Components.IComponent => page.FindAll("tbody tr:first-child td > div").Select(cell => cell.TextContent.Trim());

    private static AccountDetails Account(AggregatorStanding? standing, params ProjectSummary[] training) => new()
    {
        Account = Ada,
        Training = [.. training.Select(project => (project, new Participation
        {
            Project = project.Id,
            Trainer = Ada,
            Index = 0,
            Joined = project.Created,
            Submitted = 4,
            Kept = 3,
            Dropped = 1,
            Absent = 2,
            Earned = 5,
        }))],
        Owned = [],
        Aggregated = [],
        AsAggregator = standing,
        Claims = [],
        Earnings = [],
        Credits = [],
        Withdrawals = [],
        Balances = new Dictionary<Address, BigInteger>(),
    };
}
