using Marketplace.Chain.Rpc;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Following;

/// <summary>What went wrong while the chain was followed. Following goes on after anything: a page must not go stale without a word.</summary>
internal static class FollowFailure
{
    /// <summary>Logs a failure; one that nobody foresaw with all that is known of it.</summary>
    /// <returns>The failure in words for pages, without credentials.</returns>
    public static string Note(ILogger logger, Exception e, TimeSpan pause)
    {
        if (e is RpcException or RpcTransportException or IOException or InvalidDataException)
        {
            logger.LogWarning("Not following the chain, trying again in {Pause}: {Problem}", pause, e.Message);
            return e.Message;
        }
        logger.LogError(e, "Not following the chain, trying again in {Pause}", pause);
        return $"following the chain failed with {e.GetType().Name}; the log of the dashboard says more";
    }
}
