using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;

namespace Marketplace.Protocol.Markets;

/// <summary>How an aggregator has served this market so far.</summary>
/// <param name="Projects">The projects for which it has posted a bond.</param>
/// <param name="Settled">Their rounds that it settled.</param>
/// <param name="Missed">Those that it did not open or settle in time.</param>
/// <param name="Failed">Those that most seats refused or left empty.</param>
public sealed record AggregatorRecord(int Projects, int Settled, int Missed, int Failed)
{
    /// <summary>Most projects that are asked for at once.</summary>
    private const int MaxTopics = 100;

    /// <summary>Reads the record out of the market's events.</summary>
    public static async Task<AggregatorRecord> ReadAsync(MarketChain chain, Address aggregator, CancellationToken cancellationToken)
    {
        Bytes32[] projects =
        [
            .. (await ReadAsync(chain, MarketEvents.BondPosted.Filter(chain.Address, aggregator: aggregator), cancellationToken))
                .OfType<MarketEvents.BondPosted>().Select(bond => Bytes32.FromBigInteger(bond.ProjectId)).Distinct(),
        ];
        var record = new AggregatorRecord(projects.Length, 0, 0, 0);
        foreach (Bytes32[] some in projects.Chunk(MaxTopics))
        {
            var filter = new LogFilter { Topics = [[MarketEvents.RoundSettled.Topic0, MarketEvents.RoundExpired.Topic0], some] };
            foreach (IContractEvent end in await ReadAsync(chain, filter, cancellationToken))
            {
                record = end switch
                {
                    MarketEvents.RoundSettled => record with { Settled = record.Settled + 1 },
                    MarketEvents.RoundExpired { Phase: (byte)RoundPhase.Failed } => record with { Failed = record.Failed + 1 },
                    _ => record with { Missed = record.Missed + 1 },
                };
            }
        }

        return record;
    }

    private static async Task<List<IContractEvent>> ReadAsync(MarketChain chain, LogFilter filter, CancellationToken cancellationToken) =>
        (await chain.ReadEventsAsync(filter, chain.DeployedAt, cancellationToken)).Events;
}
