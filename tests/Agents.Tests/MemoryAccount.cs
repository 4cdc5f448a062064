using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents.Tests;

/// <summary>An account of the market in memory, with a journal: what was journaled before a crash is what is sent after it.</summary>
/// <param name="market">The market.</param>
/// <param name="account">Who acts.</param>
/// <param name="journal">By intent what was signed and not mined; survives crashes.</param>
/// <param name="crashes">Where the account's owner crashes: before a call, once it is journaled, once it is done.</param>
internal sealed class MemoryAccount(MemoryMarket market, Address account, Dictionary<string, Action> journal, Crashes crashes)
    : IMarketReader, IMarketWriter
{
    public ulong ChainId => MemoryMarket.ChainId;

    public Address Market => MemoryMarket.Address;

    public Address Account => account;

    public Task<ulong> NowAsync(CancellationToken cancellationToken) => Task.FromResult(market.Now);

    public Task<ProjectState> StateAsync(BigInteger project, CancellationToken cancellationToken) => Task.FromResult(market.State);

    public Task<bool> HasJoinedAsync(BigInteger project, Address who, CancellationToken cancellationToken) =>
        Task.FromResult(market.HasJoined(who));

    public Task<int?> SeatOfAsync(BigInteger project, Address who, CancellationToken cancellationToken) =>
        Task.FromResult(market.SeatOf(who));

    public Task<IReadOnlyList<ProjectClaim>> ClaimsAsync(BigInteger project, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ProjectClaim>>([.. market.Claims]);

    public Task<PanelSeats?> PanelAsync(Address court, CancellationToken cancellationToken) => Task.FromResult(market.Panel);

    public Task PostBondAsync(BigInteger project, Terms terms, SealingPublicKey key, CancellationToken cancellationToken) =>
        Send("bond", () => market.PostBond(account, key));

    public Task JoinAsync(BigInteger project, Terms terms, IReadOnlyList<Bytes32> proof, int departures, CancellationToken cancellationToken) =>
        Send($"join {departures}", () => market.Join(account));

    public Task StartAsync(BigInteger project, CancellationToken cancellationToken) => Send("start", market.Start);

    public Task OpenRoundAsync(
        RoundId round, Cid model, G1 reference, HyperParameters hyperParameters, CancellationToken cancellationToken) =>
        Send($"open {round.Round}", () => market.OpenRound(round.Round, model, reference, hyperParameters));

    public Task SubmitAsync(RoundId round, G1 commitment, Cid payload, CancellationToken cancellationToken) =>
        Send($"submit {round.Round}", () => market.Submit(account, round.Round, commitment, payload));

    public Task RefuseAsync(RoundId round, CancellationToken cancellationToken) =>
        Send($"refuse {round.Round}", () => market.Refuse(account, round.Round));

    public Task SettleAsync(
        RoundId round, IReadOnlyList<Submission> submissions, Settlement settlement, CancellationToken cancellationToken) =>
        Send($"settle {round.Round}", () => market.Settle(round.Round, submissions, settlement));

    public Task ExpireAsync(RoundId round, CancellationToken cancellationToken) =>
        Send($"expire {round.Round}", () => market.Expire(round.Round));

    public Task ClaimAsync(ProjectClaim claim, Address arbitrator, string evidence, CancellationToken cancellationToken) =>
        Send($"claim {claim.Id}", () => market.Claim(claim.Id, account, evidence));

    public Task DenyAsync(ProjectClaim claim, Address arbitrator, string evidence, CancellationToken cancellationToken) =>
        Send($"deny {claim.Id}", () => market.Deny(claim.Id, evidence));

    public Task ConcludeAsync(ProjectClaim claim, CancellationToken cancellationToken) =>
        Send($"conclude {claim.Id}", () => market.Conclude(claim.Id));

    public Task ReturnBondAsync(BigInteger project, CancellationToken cancellationToken) => Send("bond-return", market.ReturnBond);

    public Task ReturnStakeAsync(BigInteger project, CancellationToken cancellationToken) =>
        Send("stake-return", () => market.Payments.Add($"stake of {account}"));

    public Task WithdrawAsync(Address token, CancellationToken cancellationToken) =>
        Send("withdraw", () => market.Payments.Add($"withdrawal of {account}"));

    private Task Send(string intent, Action call)
    {
        crashes.Pass($"{intent}: before");
        journal.TryAdd(intent, call);
        crashes.Pass($"{intent}: journaled");
        journal[intent]();
        journal.Remove(intent);
        crashes.Pass($"{intent}: done");
        return Task.CompletedTask;
    }
}
