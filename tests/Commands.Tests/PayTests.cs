using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;

namespace Marketplace.Commands.Tests;

/// <summary>What a trainer of running projects is told of its pay, and how it gets it before their end.</summary>
public sealed class PayTests
{
    private const int Dimension = 12;

    [Fact]
    public async Task Pay_of_running_projects_is_credited_and_withdrawn_by_one_command()
    {
        await using TestMarket market = await TestMarket.DeployAsync(Srs.CreateDevelopment(Dimension + Srs.ReservedCoordinates));
        Address trainer = market.Trainers[0];
        BigInteger[] earned = [await PlayAsync(market, trainer), await PlayAsync(market, trainer)];
        using TemporaryFolder folder = new();
        Dictionary<string, string> settings = new()
        {
            ["MARKETPLACE_RPC"] = market.Node.Url.ToString(),
            ["MARKETPLACE_MARKET"] = $"{market.Chain.Address}",
            ["MARKETPLACE_STORE"] = folder["blocks"],
            ["MARKETPLACE_STATE"] = folder["state"],
            ["MARKETPLACE_KEY"] = EthereumNode.Keys[2],
        };

        string status = (await Programs.RunAsync(Programs.Trainer, "status --project 1", settings)).Succeeded();
        Assert.Contains($"earned {Units.FormatEther(earned[0])} ETH in rewards", status, StringComparison.Ordinal);
        Assert.Contains($"can withdraw {Units.FormatEther(earned[0])} ETH", status, StringComparison.Ordinal);
        Assert.Equal(0, await market.Chain.Contract.BalanceOfAsync(trainer, Address.Zero));

        string withdrawn = (await Programs.RunAsync(Programs.Trainer, "withdraw", settings)).Succeeded();
        Assert.Contains($"withdrew {Units.FormatEther(earned[0] + earned[1])} ETH", withdrawn, StringComparison.Ordinal);
        Assert.Equal(0, await market.Chain.Contract.BalanceOfAsync(trainer, Address.Zero));

        string again = (await Programs.RunAsync(Programs.Trainer, "withdraw", settings)).Succeeded();
        Assert.Contains("nothing to withdraw", again, StringComparison.Ordinal);
    }

    /// <summary>A project of two rounds after the first one; what the trainer has earned.</summary>
    private static async Task<BigInteger> PlayAsync(TestMarket market, Address trainer)
    {
        TermsFile terms = ProjectFiles.TermsOf(market.Aggregator, 2) with
        {
            Rounds = 2,
            Trainers = ProjectFiles.Invite(market.Trainers[0], market.Trainers[1]),
        };
        TestProject project = await market.CreateAsync(terms, Cid.Of(CidCodec.Raw, "document"u8), Dimension);
        await project.BeginAsync(market.Trainers.Take(2));
        TestRound round = await project.OpenRoundAsync();
        await round.SubmitAsync();
        await round.SettleAsync();
        BigInteger earned = (await project.ReadHistoryAsync()).EarnedBy(trainer);
        Assert.True(earned > 0, "the first trainer has earned nothing");
        return earned;
    }
}
