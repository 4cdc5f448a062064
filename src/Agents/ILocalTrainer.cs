using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>Turns the global model into a party's update: a trainer's own, or the aggregator's reference.</summary>
public interface ILocalTrainer
{
    /// <summary>Trains from <paramref name="weights"/> and returns the quantized difference, d entries. Two calls may give two updates.</summary>
    Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party, CancellationToken cancellationToken);
}
