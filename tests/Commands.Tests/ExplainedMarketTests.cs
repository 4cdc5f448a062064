using System.Text.RegularExpressions;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Learning.Numerics;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.Commands.Tests;

/// <summary>What <c>trainer explain</c> says of a long random project is what the contract has paid, round by round.</summary>
public sealed partial class ExplainedMarketTests
{
    private const int Rounds = 200, Trainers = 5, Dimension = 12, Seed = 22;

    private readonly RandomStream _random = new(Seed, 0);

    [Fact]
    public async Task Every_pay_of_a_random_market_is_explained_to_the_last_unit()
    {
        Srs srs = Srs.CreateDevelopment(Dimension + Srs.ReservedCoordinates);
        await using TestMarket market = await TestMarket.DeployAsync(srs);
        TestProject project = await BeginAsync(market);
        for (int round = 0; round < Rounds; round++)
            await PlayAsync(project);

        ProjectHistory history = await project.ReadHistoryAsync();
        Assert.Equal(Rounds, history.Rounds.Count(round => round.Settled is not null));
        var said = new Dictionary<string, int>();
        foreach (Address trainer in project.Trainers)
        {
            string[] screens = Screen().Split(await ExplainAsync(market, project, trainer))[1..];
            Assert.Equal(Rounds, screens.Length);
            foreach ((RoundHistory round, string screen) in history.Rounds.Zip(screens))
            {
                (string kind, string words) = round.ResultOf(trainer) is { } result
                    ? ($"{result.Outcome}, {(result.Payout.IsZero ? "unpaid" : "paid")}",
                        $"{result.Outcome.ToString().ToLowerInvariant()}, paid {Units.FormatEther(result.Payout)} ETH")
                    : ("absent", $"{trainer} has not submitted");
                string expected = $"round {round.Index + 1} of {Rounds}: {words}", actual = screen.Split('\n')[0];
                Assert.True(actual == expected, $"seed {Seed}: expected '{expected}', got '{actual}'");
                bool isScored = round.ResultOf(trainer)?.Update is not null;
                Assert.Equal(isScored, screen.Contains("the same to the last unit", StringComparison.Ordinal));
                said[kind] = said.GetValueOrDefault(kind) + 1;
            }
        }

        // The market was random enough to show something.
        Assert.All(["absent", "Invalid, unpaid", "Outlier, unpaid", "Kept, unpaid", "Kept, paid"],
            kind => Assert.True(said.GetValueOrDefault(kind) > 0, $"seed {Seed}: no update was '{kind}', got {string.Join("; ", said)}"));
    }

    private static async Task<TestProject> BeginAsync(TestMarket market)
    {
        TermsFile terms = ProjectFiles.TermsOf(market.Aggregator, Trainers) with
        {
            Payment = new("1", AggregatorFee: "0.1", TrainerStake: "0.1"),
            Rounds = Rounds,
            Tolerance = new(Absences: Rounds),
        };
        TestProject project = await market.CreateAsync(terms, Cid.Of(CidCodec.Raw, "document"u8), Dimension);
        await project.BeginAsync(market.Trainers.Take(Trainers));
        return project;
    }

    /// <summary>A round of honest trainers, attackers and copies, sometimes without one of them, sometimes with one declared invalid.</summary>
    private async Task PlayAsync(TestProject project)
    {
        TestRound round = await project.OpenRoundAsync();
        int absent = OneIn(8) ? _random.NextInt32(Trainers) : Trainers;
        bool isOpposed = OneIn(20);
        short[] last = project.NextUpdate(round.Reference);
        for (int seat = 0; seat < Trainers; seat++)
        {
            if (seat != absent)
                await round.SubmitAsync(project.Trainers[seat], last = isOpposed ? Opposed(round) : NextUpdate(project, round, last));
        }

        await round.SettleAsync(OneIn(8) ? 1u << _random.NextInt32(Trainers - 1) : 0);
    }

    private short[] NextUpdate(TestProject project, TestRound round, short[] last) => _random.NextInt32(10) switch
    {
        0 => Opposed(round),
        1 => last,
        2 => new short[Dimension],
        3 => [.. round.Reference.Select(entry => (short)(entry * 5))],
        4 => [.. round.Reference.Select(_ => (short)(_random.NextInt32(6001) - 3000))],
        5 when project.Aggregates is [.., { } aggregate] && aggregate.Entries.Max(Math.Abs) is var longest and > 0 =>
            [.. aggregate.Entries.Select(entry => (short)(3000 * entry / longest))],
        _ => project.NextUpdate(round.Reference),
    };

    private static short[] Opposed(TestRound round) => [.. round.Reference.Select(entry => (short)-entry)];

    private bool OneIn(int n) => _random.NextInt32(n) == 0;

    private static async Task<string> ExplainAsync(TestMarket market, TestProject project, Address trainer)
    {
        using TemporaryFolder folder = new();
        return (await Programs.RunAsync(Programs.Trainer, $"explain --project {project.Id} --trainer {trainer}", new Dictionary<string, string>
        {
            ["MARKETPLACE_RPC"] = market.Node.Url.ToString(),
            ["MARKETPLACE_MARKET"] = $"{market.Chain.Address}",
            ["MARKETPLACE_STORE"] = folder["blocks"],
        })).Succeeded();
    }

    /// <summary>Where what is said of a round begins.</summary>
    [GeneratedRegex("^(?=round )", RegexOptions.Multiline)]
    private static partial Regex Screen();
}
