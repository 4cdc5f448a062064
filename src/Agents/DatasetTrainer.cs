using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Learning.Data;
using Marketplace.Learning.Training;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>Trains on data that stay in this process.</summary>
/// <param name="data">Samples that fit the project's model.</param>
/// <param name="engine">What trains; null for one thread of the processor.</param>
/// <param name="say">Told the loss of the last epoch; null for nobody.</param>
public sealed class DatasetTrainer(Dataset data, ITrainingEngine? engine = null, Action<string>? say = null) : ILocalTrainer
{
    public Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party,
        CancellationToken cancellationToken) =>
        Task.Run(
            () => LocalUpdate.Train(
                document, hyperParameters, weights, data, round, party, new LastLoss(say), cancellationToken, engine),
            cancellationToken);

    private sealed class LastLoss(Action<string>? say) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == value.Steps)
                say?.Invoke($"  epoch {value.Epoch} of {value.Epochs}, loss {value.Loss:0.0000}");
        }
    }
}
