using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.Web.Logic.Tests.Support;

/// <summary>A market at the end of a history that nobody played, served by a node in this process.</summary>
public sealed class SyntheticEnd : IAsyncLifetime
{
    private SyntheticNode? _node;

    public MarketChain Chain { get; private set; } = null!;

    public Uri Url => _node!.Url;

    public async ValueTask InitializeAsync()
    {
        _node = await SyntheticNode.StartAsync(SyntheticHistory.Wander(seed: 5, blocks: 40).Chain.Blocks);
        Chain = await MarketChain.ConnectAsync(new EthereumClient(_node.Url), new Deployment(SyntheticChain.Market), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Chain?.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
    }
}
