using System.Numerics;
using Marketplace.Agents;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Hosting;

/// <summary>An agent's ports to the market, by a party's account. Each call is an intent that the account's journal carries out once.</summary>
/// <param name="party">Whose account it is.</param>
/// <param name="say">Told the amounts that are paid.</param>
public sealed class PartyMarket(Party party, Action<string> say) : IMarketReader, IMarketWriter
{
    private readonly MarketChain _chain = party.Chain;
    private ClaimsChain? _claims;

    public ulong ChainId => _chain.ChainId;

    public Address Market => _chain.Address;

    public Address Account => party.Address;

    /// <summary>What an agent of this party works with.</summary>
    /// <param name="party">Who acts.</param>
    /// <param name="role">As what.</param>
    /// <param name="project">Tells the size of its updates.</param>
    /// <param name="srs">The reference string that the market's verifier pins.</param>
    /// <param name="say">Told what is done.</param>
    public static AgentContext CreateContext(Party party, AgentRole role, ProjectDocument project, Srs srs, Action<string> say)
    {
        var market = new PartyMarket(party, say);
        return new AgentContext(market, market, party.Store, party.OpenUpdates(role, project), party.Secrets, srs, say);
    }

    public Task<ulong> NowAsync(CancellationToken cancellationToken) => _chain.NowAsync(cancellationToken);

    public Task<ProjectState> StateAsync(BigInteger project, CancellationToken cancellationToken) =>
        _chain.Contract.StateAsync(project, cancellationToken: cancellationToken);

    public async Task<bool> HasJoinedAsync(BigInteger project, Address account, CancellationToken cancellationToken) =>
        (await _chain.Contract.MemberAsync(project, account, cancellationToken: cancellationToken)).Joined;

    public async Task<int?> SeatOfAsync(BigInteger project, Address account, CancellationToken cancellationToken)
    {
        (bool seated, BigInteger seat) = await _chain.Contract.SeatOfAsync(project, account, cancellationToken: cancellationToken);
        return seated ? (int)seat : null;
    }

    public async Task<IReadOnlyList<ProjectClaim>> ClaimsAsync(BigInteger project, CancellationToken cancellationToken) =>
        await (await OpenClaimsAsync(cancellationToken)).ReadAsync(project, cancellationToken);

    public Task<PanelSeats?> PanelAsync(Address court, CancellationToken cancellationToken) =>
        PanelSeats.FindAsync(_chain.Client, court, cancellationToken);

    public async Task PostBondAsync(BigInteger project, Terms terms, SealingPublicKey key, CancellationToken cancellationToken)
    {
        byte[] call = MarketContract.Calldata.PostBond(project, ToInteger(key.X), ToInteger(key.Y));
        await party.PayAsync($"bond/{project}", terms.Token, terms.AggregatorBond, call, cancellationToken);
        TokenUnit unit = await TokenUnit.ReadAsync(_chain, terms.Token, cancellationToken);
        say($"posted the bond of {unit.Format(terms.AggregatorBond)}");
    }

    public async Task JoinAsync(
        BigInteger project, Terms terms, IReadOnlyList<Bytes32> proof, int departures, CancellationToken cancellationToken)
    {
        byte[] call = MarketContract.Calldata.Join(project, [.. proof]);
        await party.PayAsync($"join/{project}/{departures}", terms.Token, terms.TrainerStake, call, cancellationToken);
        TokenUnit unit = await TokenUnit.ReadAsync(_chain, terms.Token, cancellationToken);
        say($"joined as {party.Address}, stake {unit.Format(terms.TrainerStake)}");
    }

    public Task StartAsync(BigInteger project, CancellationToken cancellationToken) =>
        party.SendAsync($"start/{project}", MarketContract.Calldata.Start(project), cancellationToken);

    public Task OpenRoundAsync(
        RoundId round, Cid model, G1 reference, HyperParameters hyperParameters, CancellationToken cancellationToken) =>
        party.SendAsync(
            $"open/{round.Project}/{round.Round}",
            MarketContract.Calldata.OpenRound(round.Project, model, reference, hyperParameters),
            cancellationToken);

    public Task SubmitAsync(RoundId round, G1 commitment, Cid payload, CancellationToken cancellationToken) => party.SendAsync(
        $"submit/{round.Project}/{round.Round}",
        MarketContract.Calldata.Submit(round.Project, (ushort)round.Round, commitment, payload),
        cancellationToken);

    public Task RefuseAsync(RoundId round, CancellationToken cancellationToken) => party.SendAsync(
        $"refuse/{round.Project}/{round.Round}",
        MarketContract.Calldata.Refuse(round.Project, (ushort)round.Round),
        cancellationToken);

    public Task SettleAsync(
        RoundId round, IReadOnlyList<Submission> submissions, Settlement settlement, CancellationToken cancellationToken) => party.SendAsync(
        $"settle/{round.Project}/{round.Round}",
        MarketContract.Calldata.Settle(round.Project, (ushort)round.Round, submissions, settlement),
        cancellationToken);

    public Task ExpireAsync(RoundId round, CancellationToken cancellationToken) =>
        party.SendAsync($"expire/{round.Project}/{round.Round}", MarketContract.Calldata.Expire(round.Project), cancellationToken);

    public async Task ClaimAsync(ProjectClaim claim, Address arbitrator, string evidence, CancellationToken cancellationToken) =>
        await SendAsync(
            $"claim/{claim.Id}",
            ClaimsContract.Calldata.Claim(claim.Id, evidence),
            await CostAsync(arbitrator, cancellationToken),
            cancellationToken);

    public async Task DenyAsync(ProjectClaim claim, Address arbitrator, string evidence, CancellationToken cancellationToken) =>
        await SendAsync(
            $"deny/{claim.Id}",
            ClaimsContract.Calldata.Deny(claim.Id, evidence),
            await CostAsync(arbitrator, cancellationToken),
            cancellationToken);

    public Task ConcludeAsync(ProjectClaim claim, CancellationToken cancellationToken) =>
        SendAsync($"conclude/{claim.Id}", ClaimsContract.Calldata.Conclude(claim.Id), 0, cancellationToken);

    public Task ReturnBondAsync(BigInteger project, CancellationToken cancellationToken) =>
        party.SendAsync($"bond-return/{project}", MarketContract.Calldata.ReturnBond(project), cancellationToken);

    public Task ReturnStakeAsync(BigInteger project, CancellationToken cancellationToken) =>
        party.CollectStakeAsync(project, cancellationToken);

    public async Task WithdrawAsync(Address token, CancellationToken cancellationToken)
    {
        await party.WithdrawAsync(token, receiver: null, amount: null, say, cancellationToken);
        await party.WithdrawDepositsAsync(receiver: null, say, cancellationToken);
    }

    /// <summary>What the court costs, which both sides pay in before it decides.</summary>
    private Task<BigInteger> CostAsync(Address arbitrator, CancellationToken cancellationToken) =>
        new IArbitratorContract(_chain.Client, arbitrator).ArbitrationCostAsync([], cancellationToken: cancellationToken);

    private async Task SendAsync(string intent, byte[] call, BigInteger value, CancellationToken cancellationToken) =>
        await party.SendToAsync((await OpenClaimsAsync(cancellationToken)).Address, intent, call, value, cancellationToken);

    private async Task<ClaimsChain> OpenClaimsAsync(CancellationToken cancellationToken) =>
        _claims ??= await ClaimsChain.OpenAsync(_chain, cancellationToken);

    private static BigInteger ToInteger(ReadOnlyMemory<byte> word) => new(word.Span, isUnsigned: true, isBigEndian: true);
}
