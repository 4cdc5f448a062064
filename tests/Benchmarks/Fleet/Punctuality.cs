using System.Diagnostics;
using System.Numerics;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets.Programs;

namespace Marketplace.Benchmarks.Fleet;

/// <summary>
/// How long rounds waited to be settled once their training had ended, by this machine's clock: a chain that mines a block for every transaction
/// has blocks whose times run ahead of it.
/// </summary>
internal static class Punctuality
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Watches a market until its projects have ended.</summary>
    /// <returns>Seconds, for every round that was settled; none is seen sooner than a quarter of a second after it happened.</returns>
    public static async Task<IReadOnlyList<double>> WatchAsync(SmallMarketRun run, Task projects)
    {
        using MarketChain chain = await run.ConnectAsync();
        Dictionary<(BigInteger Project, BigInteger Round), long> ended = [];
        List<double> waits = [];
        ulong next = chain.DeployedAt;
        bool isLast;
        do
        {
            isLast = projects.IsCompleted;
            (List<IContractEvent> events, ulong lastBlock, _) = await chain.ReadEventsAsync(new LogFilter(), next, CancellationToken.None);
            foreach (IContractEvent one in events)
            {
                if (one is MarketEvents.TrainingEnded training)
                    ended.TryAdd((training.ProjectId, training.Round), Stopwatch.GetTimestamp());
                else if (one is MarketEvents.RoundSettled settled && ended.TryGetValue((settled.ProjectId, settled.Round), out long since))
                    waits.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            }

            next = events.Count == 0 ? next : lastBlock + 1;
            await Task.WhenAny(projects, Task.Delay(BetweenLooks));
        }
        while (!isLast);

        return waits;
    }
}
