using System.Collections.Concurrent;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Hosting;
using Marketplace.Protocol.Markets;

namespace Marketplace.Web.Market;

/// <summary>The units of the tokens that projects pay in; each token is asked once.</summary>
public sealed class TokenUnits(MarketChain chain)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Address, TokenUnit> _units = [];

    /// <summary>The token's unit when it is known already; null otherwise.</summary>
    /// <param name="token">Zero for the native currency.</param>
    public TokenUnit? Find(Address token) => token.IsZero ? TokenUnit.Ether : _units.GetValueOrDefault(token);

    /// <summary>The token's unit; while its contract cannot be asked, its smallest unit.</summary>
    /// <param name="token">Zero for the native currency.</param>
    public async Task<TokenUnit> ReadAsync(Address token, CancellationToken cancellationToken)
    {
        if (Find(token) is { } known)
            return known;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            return _units[token] = await TokenUnit.ReadAsync(chain, token, limited.Token);
        }
        catch (Exception e) when (e is RpcTransportException or RpcException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Not kept: the node may answer the next time.
            return TokenUnit.Smallest(token);
        }
    }
}
