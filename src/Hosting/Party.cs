using System.Numerics;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.Telemetry;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting;

/// <summary>Somebody with an account: reads the market, and acts on it.</summary>
public sealed class Party : IAsyncDisposable
{
    private readonly MarketSession _session;
    private readonly PrivateKey _key;
    private readonly ITransactionSender _sender;
    private readonly PartyState _state;

    /// <param name="session">The market; closed with the party.</param>
    /// <param name="key">The account's; wiped with the party.</param>
    /// <param name="sender">Sends the account's transactions; closed with the party.</param>
    /// <param name="state">Where the account keeps what must survive a crash.</param>
    /// <param name="stateFolder">The account's folder on this machine, for this market.</param>
    public Party(MarketSession session, PrivateKey key, ITransactionSender sender, PartyState state, string stateFolder)
    {
        _session = session;
        _key = key;
        _sender = sender;
        _state = state;
        StateFolder = stateFolder;
        Secrets = new PartySecrets(key);
    }

    public Address Address => _key.Address;

    public MarketChain Chain => _session.Chain;

    public IContentStore Store => _session.Store;

    public PartySecrets Secrets { get; }

    /// <summary>This account's folder on this machine, for this market: what must survive a crash, unless that is kept elsewhere.</summary>
    public string StateFolder { get; }

    /// <summary>Opens the market and the account as the settings say.</summary>
    /// <exception cref="UsageException">A setting is missing or malformed.</exception>
    /// <param name="settings">Say where the market, the account and its folder are.</param>
    /// <param name="log">Told what becomes of transactions.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <param name="state">Where the account keeps what must survive a crash; null for its folder.</param>
    /// <exception cref="AccountInUseException">Another process sends from the account.</exception>
    public static async Task<Party> OpenAsync(
        SettingsReader settings, ILogger log, CancellationToken cancellationToken, PartyState? state = null)
    {
        PrivateKey key = PartyKey.Read(settings, cancellationToken);
        MarketSession session = await MarketSession.OpenAsync(settings, log, cancellationToken);
        string folder = StateFolderOf(settings, session, key.Address);
        state ??= PartyState.InFolder(folder);
        TransactionSender sender = await TransactionSender.OpenAsync(
            session.Chain.Client, key, state.OpenJournal, SenderOptionsFor(session, log), cancellationToken: cancellationToken);
        return new Party(session, key, sender, state, folder);
    }

    /// <summary>An account's folder on this machine, for a market.</summary>
    public static string StateFolderOf(SettingsReader settings, MarketSession session, Address account) => Path.Combine(
        settings.Require(SharedSettings.State), $"{session.Chain.ChainId}-{session.Chain.Address}", $"{account}");

    /// <summary>How a party's transactions are watched on a chain.</summary>
    public static TransactionSenderOptions SenderOptionsFor(MarketSession session, ILogger log) => new()
    {
        PollInterval = session.IsLocal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(2),
        Progress = new LogProgress(log),
    };

    /// <summary>The reference string that the market's verifier pins. Whoever needs it opens it before anything is staked.</summary>
    /// <exception cref="UsageException">There is none, or it is another one.</exception>
    public Task<Srs> SrsAsync(CancellationToken cancellationToken) => _session.SrsAsync(cancellationToken);

    /// <summary>What this account has decided in the rounds of a project.</summary>
    /// <param name="role">As what.</param>
    /// <param name="project">Tells the size of its updates.</param>
    public IUpdateStore OpenUpdates(AgentRole role, ProjectDocument project) =>
        _state.OpenUpdates(new UpdateSealing(Secrets, role, project.Model.ParameterCount, project.FractionBits), Store);

    /// <summary>Calls the market; the same intent is never carried out twice, restarts included.</summary>
    /// <param name="intent">Names what is to happen; stable over restarts.</param>
    /// <exception cref="ContractRevertedException">The market refused, and says why.</exception>
    public Task<Receipt> SendAsync(string intent, ReadOnlyMemory<byte> call, CancellationToken cancellationToken) =>
        SendAsync(intent, call, 0, cancellationToken);

    /// <summary>Whether an intent was carried out before, by this or an earlier process.</summary>
    public Task<bool> IsDoneAsync(string intent, CancellationToken cancellationToken) => _sender.IsConfirmedAsync(intent, cancellationToken);

    /// <summary>
    /// The name of an intent for what may be done again: the account's nonce tells each time apart, and stays the same over a restart.
    /// </summary>
    /// <param name="name">Names what is to happen.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<string> AgainAsync(string name, CancellationToken cancellationToken) =>
        $"{name}/{await Chain.Client.GetTransactionCountAsync(Address, BlockTag.Latest, cancellationToken)}";

    /// <summary>Calls the market with an amount of a token; approves it first when the token is an ERC-20.</summary>
    public async Task<Receipt> PayAsync(
        string intent, Address token, BigInteger amount, ReadOnlyMemory<byte> call, CancellationToken cancellationToken)
    {
        if (token.IsZero)
            return await SendAsync(intent, call, amount, cancellationToken);
        var erc20 = new IERC20MetadataContract(Chain.Client, token);
        await using IMoneyHold money = await _sender.HoldMoneyAsync(cancellationToken);
        if (await erc20.AllowanceAsync(Address, Chain.Address, cancellationToken: cancellationToken) < amount)
        {
            // Not named after what is paid: an allowance that was used up by something else must be given again.
            await money.SendAsync(
                await AgainAsync($"approve/{token}", cancellationToken),
                new TransactionRequest(token, IERC20MetadataContract.Calldata.Approve(Chain.Address, amount)) { Errors = MarketChain.Errors },
                cancellationToken);
        }
        return await SendTimedAsync(money.SendAsync, intent, RequestOf(Chain.Address, call, 0), cancellationToken);
    }

    /// <summary>Calls a contract beside the market, such as that of its claims; the same intent is never carried out twice.</summary>
    /// <param name="contract">Which contract.</param>
    /// <param name="intent">Names what is to happen; stable over restarts.</param>
    /// <param name="call">What to call.</param>
    /// <param name="value">What to pay, in the native currency.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="spareGas">What a transaction of somebody else's, mined before, can make it cost more.</param>
    /// <exception cref="ContractRevertedException">The contract refused, and says why.</exception>
    public Task<Receipt> SendToAsync(
        Address contract, string intent, ReadOnlyMemory<byte> call, BigInteger value, CancellationToken cancellationToken, ulong spareGas = 0) =>
        SendTimedAsync(_sender.SendAsync, intent, RequestOf(contract, call, value) with { SpareGas = spareGas }, cancellationToken);

    /// <summary>Calls a contract for what may be done again: each time is an intent of its own, by <see cref="AgainAsync"/>.</summary>
    /// <param name="contract">Which contract.</param>
    /// <param name="name">Names what is to happen.</param>
    /// <param name="call">What to call.</param>
    /// <param name="value">What to pay, in the native currency.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContractRevertedException">The contract refused, and says why.</exception>
    public async Task<Receipt> SendAgainAsync(
        Address contract, string name, ReadOnlyMemory<byte> call, BigInteger value, CancellationToken cancellationToken)
    {
        return await SendToAsync(contract, await AgainAsync(name, cancellationToken), call, value, cancellationToken);
    }

    /// <summary>Deploys a contract. Each is another, so the account's nonce is part of the intent.</summary>
    /// <param name="name">Names what it is.</param>
    /// <param name="contract">Its init code.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Receipt> DeployAsync(string name, TransactionRequest contract, CancellationToken cancellationToken)
    {
        return await _sender.SendAsync(await AgainAsync($"deploy-{name}", cancellationToken), contract, cancellationToken);
    }

    /// <summary>Leaves a project that has not started. Each time that the account has joined, leaving is another intent.</summary>
    public Task LeaveAsync(ProjectHistory history, CancellationToken cancellationToken) => SendAsync(
        $"leave/{history.Id}/{history.DeparturesOf(Address)}", MarketContract.Calldata.Quit(history.Id), cancellationToken);

    /// <summary>Credits this account's stake, unless that has happened.</summary>
    public async Task CollectStakeAsync(BigInteger projectId, CancellationToken cancellationToken)
    {
        Member member = await Chain.Contract.MemberAsync(projectId, Address, cancellationToken: cancellationToken);
        if (member.Joined && !member.StakeReturned)
            await SendAsync($"stake-return/{projectId}", MarketContract.Calldata.ReturnStake(projectId, Address), cancellationToken);
    }

    /// <summary>Credits what this account has earned as a trainer and was not credited yet, in all projects that pay in a token.</summary>
    /// <param name="token">Zero for the native currency.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task CreditPayAsync(Address token, CancellationToken cancellationToken)
    {
        foreach (BigInteger project in await Chain.ReadJoinedAsync(Address, cancellationToken))
        {
            Member member = await Chain.Contract.MemberAsync(project, Address, cancellationToken: cancellationToken);
            if (!member.Joined || await Chain.Contract.EarnedByAsync(project, member.Index, cancellationToken: cancellationToken) == member.Credited)
                continue;
            if ((await Chain.Contract.TermsAsync(project, cancellationToken: cancellationToken)).Token != token)
                continue;
            try
            {
                await SendAgainAsync(
                    Chain.Address, $"credit-pay/{project}", MarketContract.Calldata.CreditPay(project, Address), 0, cancellationToken);
            }
            catch (ContractRevertedException e) when (e.Error.Name == MarketErrors.Market_NothingToCredit)
            {
                // Anybody may have it credited, and somebody was faster.
            }
        }
    }

    /// <summary>Withdraws what this account can withdraw of a token.</summary>
    /// <param name="token">Zero for the native currency.</param>
    /// <param name="receiver">Who is paid; null for the account itself.</param>
    /// <param name="amount">In the token's own unit, such as <c>1.5</c>; null for all.</param>
    /// <param name="say">Told the amount.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UsageException">The amount is malformed, zero, or more than there is.</exception>
    public async Task WithdrawAsync(Address token, Address? receiver, string? amount, Action<string> say, CancellationToken cancellationToken)
    {
        await using IMoneyHold money = await _sender.HoldMoneyAsync(cancellationToken);
        BigInteger balance = await Chain.Contract.BalanceOfAsync(Address, token, cancellationToken: cancellationToken);
        TokenUnit unit = await TokenUnit.ReadAsync(Chain, token, cancellationToken);
        BigInteger due = amount is null ? balance : unit.Parse(amount);
        if (amount is not null && (due.Sign <= 0 || due > balance))
            throw new UsageException($"--amount is more than 0 and at most {unit.Format(balance)}, which can be withdrawn; got '{amount}'");
        if (due.IsZero)
        {
            say("nothing to withdraw");
            return;
        }
        byte[] call = MarketContract.Calldata.Withdraw(token, receiver ?? Address, due);
        string intent = await AgainAsync($"withdraw/{token}", cancellationToken);
        await SendTimedAsync(money.SendAsync, intent, RequestOf(Chain.Address, call, 0), cancellationToken);
        say($"withdrew {unit.Format(due)}{(receiver is { } other ? $" to {other}" : "")}");
    }

    /// <summary>Withdraws what this account can withdraw of what it has deposited with claims.</summary>
    /// <param name="receiver">Who is paid; null for the account itself.</param>
    /// <param name="say">Told the amount.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task WithdrawDepositsAsync(Address? receiver, Action<string> say, CancellationToken cancellationToken)
    {
        ClaimsChain claims = await ClaimsChain.OpenAsync(Chain, cancellationToken);
        BigInteger deposits = await claims.Contract.BalanceOfAsync(Address, cancellationToken: cancellationToken);
        if (deposits.IsZero)
            return;
        byte[] call = ClaimsContract.Calldata.Withdraw(receiver ?? Address);
        await SendAgainAsync(claims.Address, "withdraw-deposits", call, 0, cancellationToken);
        TokenUnit unit = await TokenUnit.ReadAsync(Chain, Address.Zero, cancellationToken);
        say($"withdrew {unit.Format(deposits)} of deposits with claims");
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        _key.Dispose();
        _session.Dispose();
    }

    private Task<Receipt> SendAsync(string intent, ReadOnlyMemory<byte> call, BigInteger value, CancellationToken cancellationToken) =>
        SendToAsync(Chain.Address, intent, call, value, cancellationToken);

    private static TransactionRequest RequestOf(Address contract, ReadOnlyMemory<byte> call, BigInteger value) =>
        new(contract, call) { Value = value, Errors = MarketChain.Errors };

    private static async Task<Receipt> SendTimedAsync(
        Func<string, TransactionRequest, CancellationToken, Task<Receipt>> send,
        string intent,
        TransactionRequest request,
        CancellationToken cancellationToken)
    {
        using TimedWork work = MarketTelemetry.Transaction(intent);
        Receipt receipt = await send(intent, request, cancellationToken);
        work.Succeed();
        return receipt;
    }

    private sealed class LogProgress(ILogger log) : IProgress<string>
    {
        public void Report(string value) => log.LogInformation("{Progress}", value);
    }
}
