using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;
using Marketplace.Testing.Markets;

namespace Marketplace.Web.Tests.Support;

/// <summary>Projects of one update that was declared invalid, before a panel of one auditor.</summary>
internal sealed class ContestedProject
{
    private readonly LiveMarket _market;
    private readonly Address _claims;

    private ContestedProject(LiveMarket market, Address court, Address claims) => (_market, Court, _claims) = (market, court, claims);

    public static Address Owner => DevelopmentAccounts.AddressOf(4);

    public static Address Trainer => DevelopmentAccounts.AddressOf(8);

    public static Address Auditor => DevelopmentAccounts.AddressOf(9);

    public Address Court { get; }

    /// <summary>Deploys the court.</summary>
    public static async Task<ContestedProject> PrepareAsync(LiveMarket market)
    {
        Address court = await OneAuditorPanel.DeployAsync(market.Chain.Client, Owner, Auditor);
        return new ContestedProject(market, court, await market.Chain.Contract.ClaimsAsync());
    }

    /// <summary>Plays a project up to the moment at which its trainer can claim.</summary>
    /// <returns>The claim's number.</returns>
    public async Task<BigInteger> ExcludeAsync()
    {
        await using TestMarket players = await TestMarket.OnAsync(
            _market.Node, _market.Chain, _market.Market.Srs, Owner, DevelopmentAccounts.AddressOf(7), Trainer);
        using IContentStore store = ContentStore.Open(_market.Market.StoreLocation);
        await ExcludedUpdate.PlayAsync(players, store, Court, Trainer, ExcludedKind.Honest);
        return await new ClaimsContract(_market.Chain.Client, _claims).ClaimCountAsync();
    }

    /// <summary>Trainer and owner bring a claim before the court.</summary>
    public async Task DisputeAsync(BigInteger claim)
    {
        await SendAsync(Trainer, ClaimsContract.Calldata.Claim(claim, new UpdateOpening(ExcludedUpdate.Seed).ToUri()));
        await SendAsync(Owner, ClaimsContract.Calldata.Deny(claim, "https://example.org/what-the-aggregator-saw"));
    }

    /// <summary>The auditor votes, and the court rules.</summary>
    public async Task RuleAsync(BigInteger claim, ClaimVerdict verdict)
    {
        ClaimState state = await StateAsync(claim);
        await _market.Chain.Client.SendFromAsync(
            Auditor, new TransactionRequest(Court, PanelContract.Calldata.Vote(state.DisputeId, (int)verdict)));
        await _market.Chain.Client.SendFromAsync(Auditor, new TransactionRequest(Court, PanelContract.Calldata.Execute(state.DisputeId)));
    }

    public Task<ClaimState> StateAsync(BigInteger claim) => new ClaimsContract(_market.Chain.Client, _claims).GetAsync(claim);

    /// <summary>What an account can withdraw of deposits.</summary>
    public Task<BigInteger> DepositsAsync(Address account) => new ClaimsContract(_market.Chain.Client, _claims).BalanceOfAsync(account);

    private Task SendAsync(Address from, byte[] call) =>
        _market.Chain.Client.SendFromAsync(from, new TransactionRequest(_claims, call) { Value = OneAuditorPanel.Fee });
}
