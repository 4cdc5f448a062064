using System.Globalization;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Testing.Markets;

namespace Marketplace.Web.Tests.Support;

/// <summary>Projects whose aggregator is nobody's account, so that they stay as they are.</summary>
internal static class IdleProject
{
    /// <summary>An account that nobody holds.</summary>
    public static readonly Address Nobody = Address.Parse("0x00000000000000000000000000000000000000a1");

    /// <summary>Posts one as its owner does.</summary>
    /// <returns>Its id.</returns>
    public static async Task<BigInteger> PostAsync(LiveMarket market, string title, string description)
    {
        ProjectFiles files = new(title, ProjectFiles.TermsOf(Nobody)) { Description = description };
        string printed = await market.Market.RunOwnerAsync(["create", files.WriteTo(market.CreateFolder())], CancellationToken.None);
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
        await market.Chain.Client.SendFromAsync(owner, market.Chain.Contract.Create(terms, [], terms.Bounty + terms.AggregatorFee));
        return await market.Chain.Contract.ProjectCountAsync();
    }
}
