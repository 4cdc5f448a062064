using Marketplace.ReadModel.Projection;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Stores;

internal static class StoreLog
{
    /// <summary>An event that does not fit those before it is left out; the contract emits none, so the node is to be distrusted.</summary>
    public static void LogRefusal(this ILogger logger, MarketEvent @event, string refusal) =>
        logger.LogWarning("Leaving out {Event} of {Log}: {Refusal}", @event.Event.GetType().Name, @event.Event.Log.ToString(), refusal);
}
