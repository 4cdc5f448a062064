using Marketplace.LocalMarket;
using Marketplace.Protocol.Templates;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Market;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>Whoever posts to a local market learns first whether its parties have such data.</summary>
public sealed class LocalServiceTests
{
    private static readonly PartyNames Local = new(Scenario.Create(new LocalMarketOptions()).Parties);

    public static TheoryData<string> Others => [.. ProjectTemplate.All.Skip(1).Select(template => template.Key)];

    [Fact]
    public void Drawn_digits_are_served() => Assert.Null(LocalService.ProblemOf(Local, ProjectTemplate.Digits.Draft));

    [Theory]
    [MemberData(nameof(Others))]
    public void What_the_parties_have_no_data_for_is_said_with_what_to_do(string key)
    {
        string? problem = LocalService.ProblemOf(Local, ProjectTemplate.All.Single(template => template.Key == key).Draft);
        Assert.Contains(Reason(key), problem, StringComparison.Ordinal);
        Assert.Contains("run an aggregator", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_of_a_market_whose_parties_nobody_knows()
    {
        ProjectTemplate table = ProjectTemplate.All.Single(template => template.Key == "table");
        Assert.Null(LocalService.ProblemOf(new PartyNames([]), table.Draft));
        var unknown = new NamedParty("ada", "aggregator", SyntheticMarket.AccountOf("ada"), "");
        Assert.Null(LocalService.ProblemOf(new PartyNames([unknown]), table.Draft));
    }

    [Fact]
    public void A_model_that_is_none_is_its_fields_problem() => Assert.Null(
        LocalService.ProblemOf(Local, ProjectTemplate.Digits.Draft with { Model = null }));

    private static string Reason(string key) => key == "external" ? "only the owner's program" : "images of 16×16 pixels";
}
