using Bunit;
using Marketplace.Protocol.Rounds;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>Why updates were kept or not, in the words that their trainers read.</summary>
public sealed class DecisionTableTests(SyntheticEnd end) : ComponentTest(end)
{
    [Fact]
    public void Every_update_has_its_decision_and_the_advice_on_it()
    {
        RoundView view = RoundView.Read(
            Market.Chain, SettledRound.Project, [.. SettledRound.Open, .. SettledRound.Submitted, SettledRound.Settlement], 0)!;
        IRenderedComponent<DecisionTable> table = Show<DecisionTable>(parameters => parameters.Add(shown => shown.View, view));
        string[] said = [.. table.FindAll("[data-test=decision] .why").Select(cell => cell.TextContent.Trim())];
        RoundOutcome outcome = view.Recomputation!.Outcome;
        Assert.Equal(
            [$"Kept. {RoundAdvice.Of(outcome, 1, hasCourt: false)}", $"No weight. {RoundAdvice.Of(outcome, 2, hasCourt: false)}"], said);
        Assert.Contains("points away from the reference", said[1], StringComparison.Ordinal);
    }
}
