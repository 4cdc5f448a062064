using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Web.Market;
using Marketplace.Web.Transactions;

namespace Marketplace.Web.Posting;

/// <summary>What a form comes to.</summary>
/// <param name="Offer">Null while there are problems.</param>
/// <param name="Balance">What the account has of the token; null without an account.</param>
/// <param name="GasFee">About what posting costs, in wei; null while it cannot be told.</param>
/// <param name="Obstacle">Why the market would refuse it now; null when it would not, or nobody is connected.</param>
public sealed record Quote(
    TermsFile Terms,
    ProjectDocument.Draft Draft,
    IReadOnlyList<DocumentException> Problems,
    ProjectOffer? Offer = null,
    BigInteger? Balance = null,
    BigInteger? GasFee = null,
    string? Obstacle = null);

/// <summary>Reckons what a project would cost, and posts it.</summary>
public sealed class BountyPoster(ActiveMarket market, TransactionTracker transactions)
{
    /// <summary>Anybody may publish here: a few at a time, so that they do not fill memory.</summary>
    private static readonly SemaphoreSlim Publishing = new(2, 2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ProjectPublisher _publisher = new(market.Chain, market.Store);

    /// <param name="account">Who would post; null while nobody is connected.</param>
    public async Task<Quote> QuoteAsync(BountyForm form, Address? account, CancellationToken cancellationToken)
    {
        DocumentException? tokenProblem = null;
        int decimals = Units.EtherDecimals;
        try
        {
            if (form.Token.Trim() is var token && Address.TryParse(token, out Address address))
                decimals = await _publisher.DecimalsAsync(address, cancellationToken);
        }
        catch (DocumentException e)
        {
            tokenProblem = e;
        }
        (TermsFile terms, ProjectDocument.Draft draft) = form.Read(decimals, out IReadOnlyList<DocumentException> problems);
        if (tokenProblem is not null)
            problems = [tokenProblem, .. problems];
        if (problems.Count > 0)
            return new Quote(terms, draft, problems);
        try
        {
            var quote = new Quote(terms, draft, [], await _publisher.PreviewAsync(terms, draft, cancellationToken));
            return account is { } from ? await AskChainAsync(quote, from, cancellationToken) : quote;
        }
        catch (DocumentException e)
        {
            return new Quote(terms, draft, [e]);
        }
    }

    /// <summary>Has the token approved where it is an ERC-20, publishes, and posts.</summary>
    /// <returns>The project's id; null when a transaction did not go through, which the list of transactions tells.</returns>
    /// <exception cref="DocumentException">A field is wrong after all.</exception>
    /// <exception cref="Content.ContentStoreException">The content cannot be published.</exception>
    public async Task<long?> PostAsync(Quote quote, Address account, Action<string> say, CancellationToken cancellationToken)
    {
        ProjectOffer preview = quote.Offer ?? throw new InvalidOperationException("a form with problems cannot be posted");
        Address token = preview.Terms.Token;
        bool mayTake = await TokenApproval.EnsureAsync(
            market, transactions, token, account, preview.Deposit, cancellationToken,
            () => say("Asking you to let the market take the token…"));
        if (!mayTake)
            return null;
        say("Publishing the document and the initial model…");
        ProjectOffer offer;
        await Publishing.WaitAsync(cancellationToken);
        try
        {
            offer = await Task.Run(() => _publisher.PublishAsync(quote.Terms, quote.Draft, cancellationToken), cancellationToken);
        }
        finally
        {
            Publishing.Release();
        }
        say("Asking you to post the project…");
        TrackedTransaction posted = await transactions.SendAsync(
            $"Post “{quote.Draft.Title}”", market.Chain.Address, offer.Calldata, token.IsZero ? offer.Deposit : 0);
        if (posted is not { State: TransactionState.Confirmed, Receipt: { } receipt })
            return null;
        say("Posted. Waiting until it shows…");
        BigInteger id = receipt.Logs.Where(log => log.Address == market.Chain.Address)
            .Select(MarketEvents.TryDecode).OfType<MarketEvents.ProjectCreated>().Single().ProjectId;
        await WaitUntilShownAsync((long)id, cancellationToken);
        return (long)id;
    }

    private async Task<Quote> AskChainAsync(Quote quote, Address account, CancellationToken cancellationToken)
    {
        ProjectOffer offer = quote.Offer!;
        Address token = offer.Terms.Token;
        BigInteger balance = await market.Chain.TokenBalanceAsync(token, account, BlockTag.Latest, cancellationToken);
        quote = quote with { Balance = balance };
        if (balance < offer.Deposit)
            return quote with { Obstacle = "Your account has less than you would escrow." };
        if (!token.IsZero && await TokenApproval.AllowanceAsync(market, token, account, cancellationToken) < offer.Deposit)
            return quote;
        try
        {
            var call = new CallRequest(market.Chain.Address, offer.Calldata) { From = account, Value = token.IsZero ? offer.Deposit : 0 };
            ulong gas = await market.Chain.Client.EstimateGasAsync(call, MarketChain.Errors, cancellationToken);
            return quote with { GasFee = gas * await market.Chain.Client.GetGasPriceAsync(cancellationToken) };
        }
        catch (ContractRevertedException e)
        {
            return quote with { Obstacle = Refusals.Explain(e.Error) };
        }
        catch (RpcException e)
        {
            return quote with { Obstacle = $"The node would not take it: {e.NodeMessage}" };
        }
    }

    /// <summary>The read model is a block or so behind the chain.</summary>
    private async Task WaitUntilShownAsync(long id, CancellationToken cancellationToken)
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (await market.Model.FindProjectAsync(id, cancellationToken) is null && System.Diagnostics.Stopwatch.GetElapsedTime(started) < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
    }
}
