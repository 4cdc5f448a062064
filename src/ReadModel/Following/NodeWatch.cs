using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;

namespace Marketplace.ReadModel.Following;

/// <summary>
/// Notices within two polls that the node answers no longer. Following alone takes minutes for that: it waits long for each answer, and repeats
/// what fails.
/// </summary>
internal sealed class NodeWatch(MarketChain chain, FeedPublisher feed, ReadModelOptions options, TimeProvider time)
{
    private readonly AnswerWatch _watch = new(options, time);

    /// <summary>Watches until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _watch.RunAsync(
        async cancellationToken => feed.NodeProblem(
            await _watch.AskAsync($"the node at {chain.Client.Rpc.Host}", AskAsync, cancellationToken)),
        cancellationToken);

    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            await chain.Client.GetBlockNumberAsync(cancellationToken);
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
    }
}
