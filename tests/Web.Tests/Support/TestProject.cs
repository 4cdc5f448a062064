using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Contracts;

namespace Marketplace.Web.Tests.Support;

/// <summary>A project as the owner's program posts it. Its aggregator is nobody's account, so that it stays as it is.</summary>
internal sealed record TestProject(LiveMarket Market, string Title, string Description, Address Aggregator)
{
    /// <summary>An account that nobody holds.</summary>
    public static readonly Address Nobody = Address.Parse("0x00000000000000000000000000000000000000a1");

    public static TestProject Of(LiveMarket market) => new(market, "A project of a test", "", Nobody);

    /// <returns>Its id.</returns>
    public async Task<BigInteger> PostAsync()
    {
        string folder = Market.CreateFolder();
        string terms = Path.Combine(folder, "terms.json");
        await File.WriteAllTextAsync(
            terms,
            $$"""
            {
              "aggregator": "{{Aggregator}}",
              "payment": { "bounty": "1", "aggregatorFee": "0.1", "trainerStake": "0.01" },
              "rounds": 2,
              "trainers": { "minimum": 1, "maximum": 3, "joinWithin": "1h" },
              "deadlines": { "open": "10m", "training": "30m", "settling": "30m" },
              "document": "project.json"
            }
            """);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "project.json"),
            $$"""
            {
              "title": {{JsonSerializer.Serialize(Title)}},
              "description": {{JsonSerializer.Serialize(Description)}},
              "model": { "input": [1, 16, 16], "layers": [ { "type": "flatten" }, { "type": "linear", "name": "output", "out": 10 } ],
                "loss": "crossEntropy" },
              "data": { "kind": "idx", "conditions": "Images of digits." }
            }
            """);
        string printed = await Market.Market.RunOwnerAsync(["create", terms], CancellationToken.None);
        return BigInteger.Parse(printed, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Posts a project with the terms of the finished one, from an account of the node's. Nobody keeps a journal of its transactions, so a
    /// reorganization that takes them back does so for good.
    /// </summary>
    /// <returns>Its id.</returns>
    public static async Task<BigInteger> CreateFromAsync(LiveMarket market, Address owner)
    {
        Terms terms = await market.Chain.Contract.TermsAsync(market.Project);
        terms = terms with { JoinDeadline = await market.Chain.NowAsync(CancellationToken.None) + 3600, Aggregator = Nobody };
        await market.SendAsync(owner, MarketContract.Calldata.Create(terms, []), terms.Bounty + terms.AggregatorFee);
        return await market.Chain.Contract.ProjectCountAsync();
    }
}
