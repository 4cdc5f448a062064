using Marketplace.Content;
using Marketplace.Hosting;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;

namespace Marketplace.Web.Market;

/// <summary>The market on show: the chain, what was read from it, and where content is.</summary>
public sealed class ActiveMarket
{
    private readonly MarketSession _session;
    private readonly SemaphoreSlim _opening = new(1, 1);

    public ActiveMarket(MarketSession session, IReadModel model, IMarketFeed feed, PartyNames names)
    {
        _session = session;
        Model = model;
        Feed = feed;
        Names = names;
        Tokens = new TokenUnits(session.Chain);
        Measurements = new ModelMeasurements(session.Chain, session.Store);
    }

    public IReadModel Model { get; }

    public IMarketFeed Feed { get; }

    public MarketChain Chain => _session.Chain;

    public IContentStore Store => _session.Store;

    /// <summary>Whether the chain is a development node's, whose accounts anybody may use.</summary>
    public bool IsLocal => _session.IsLocal;

    public TokenUnits Tokens { get; }

    public ModelMeasurements Measurements { get; }

    /// <summary>Names of a local market's accounts.</summary>
    public PartyNames Names { get; }

    /// <summary>The reference string that the market's verifier pins; read once, when somebody first verifies.</summary>
    /// <exception cref="UsageException">There is none, or it is another one.</exception>
    public async Task<Srs> SrsAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return await _session.SrsAsync(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }
}
