using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.Commands.Tests;

/// <summary>
/// What <c>trainer explain</c> says of a project of two rounds, with an update that was declared invalid and a trainer that stayed away.
/// </summary>
public sealed class ExplainTests(ExplainTests.PlayedOnce market) : IClassFixture<ExplainTests.PlayedOnce>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_pay_is_traced_to_the_matrix()
    {
        ProjectHistory history = market.HistoryOf(market.Events);
        foreach (RoundHistory round in history.Rounds)
        {
            foreach (Address trainer in history.Trainers)
            {
                string said = (await ExplainAsync(round.Index + 1, trainer)).Succeeded();
                string[] words = round.ResultOf(trainer) switch
                {
                    null => ["has not submitted"],
                    { Outcome: SubmissionOutcome.Invalid } => ["invalid, paid 0.0 ETH", "could not be fetched, opened or matched"],
                    { } result => [$"paid {Units.FormatEther(result.Payout)} ETH", "cosine", "of its own", "the same to the last unit"],
                };
                Assert.All(words, word => Assert.Contains(word, said, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("explain --project 1 --round 3 --trainer 0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "1 to 2")]
    [InlineData("explain --project 1 --round 0 --trainer 0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "1 to 2")]
    [InlineData("explain --project 1 --round 1 --trainer me", "expects an address")]
    [InlineData("explain --project 1 --round 1", "no account")]
    public async Task What_cannot_be_explained_is_refused(string command, string word) => (await RunAsync(command)).IsWrongUsage(word);

    private Task<Outcome> ExplainAsync(int round, Address trainer) =>
        RunAsync($"explain --project {market.Project} --round {round} --trainer {trainer}");

    private Task<Outcome> RunAsync(string command) => Programs.RunAsync(Programs.Trainer, command, new Dictionary<string, string>
    {
        ["MARKETPLACE_RPC"] = market.Market.Node.Url.ToString(),
        ["MARKETPLACE_MARKET"] = $"{market.Chain.Address}",
        ["MARKETPLACE_STORE"] = _folder["blocks"],
    });

    /// <summary>Played once for all cases.</summary>
    public sealed class PlayedOnce : PlayedMarket, IAsyncLifetime;
}
