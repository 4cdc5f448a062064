using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;

namespace Marketplace.ReadModel.Following;

/// <summary>
/// Notices within two polls that the node answers no longer. Following alone takes minutes for that: it waits long for each answer, and repeats
/// what fails.
/// </summary>
internal sealed class NodeWatch(MarketChain chain, FeedPublisher feed, ReadModelOptions options, TimeProvider time)
{
    /// <summary>A node that executes a large transaction is slow, and not gone.</summary>
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(3);

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan limit = options.Poll > LeastLimit ? options.Poll : LeastLimit;
        while (true)
        {
            feed.NodeProblem(await AskAsync(limit, cancellationToken));
            await Task.Delay(options.Poll, time, cancellationToken);
        }
    }

    /// <returns>Why there is no answer; null when there is one.</returns>
    private async Task<string?> AskAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await chain.Client.GetBlockNumberAsync(either.Token);
            return null;
        }
        catch (RpcException)
        {
            // A refusal is an answer; the follower says what it is about.
            return null;
        }
        catch (RpcTransportException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"the node at {chain.Client.Rpc.Host} has not answered for {limit.TotalSeconds:0} seconds";
        }
    }
}
