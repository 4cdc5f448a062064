using System.Text.Json;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Hosting.TrainingCommands;

/// <summary>Lets another program train, in whatever framework: safetensors in, safetensors out.</summary>
/// <remarks>
/// The command is started once a round with two arguments more than the user gave: the path of a folder with <c>model.safetensors</c>
/// (the global model, F32), <c>project.json</c> (the project's document, which describes the architecture) and <c>round.json</c> (project,
/// round, counted from 1, and hyper-parameters), and the path at which it must write its trained model, in the same names and shapes. It is
/// stopped, with all that it has started, when the round's time to train is over, and when this process ends, be it killed. On Windows, what has
/// outlived the process that started it goes on.
/// </remarks>
public sealed class CommandTrainer(UserCommand command, string stateFolder) : ILocalTrainer
{
    public async Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(stateFolder, $"train-{round.Project}-{Number(round)}");
        string trained = Path.Combine(folder, "trained.safetensors");
        Directory.CreateDirectory(folder);
        // What an attempt before a crash has left must not pass for this one's.
        File.Delete(trained);
        await UserCommand.WriteModelAsync(folder, document, weights, cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "round.json"),
            JsonSerializer.Serialize(
                new
                {
                    Project = round.Project.ToString(),
                    Round = Number(round),
                    LearningRate = hyperParameters.LearningRate / 1e6,
                    hyperParameters.LocalEpochs,
                    hyperParameters.BatchSize,
                },
                JsonSerializerOptions.Web),
            cancellationToken);

        await command.RunAsync([folder, trained], cancellationToken);
        if (!File.Exists(trained))
            throw new UsageException($"the training command ended well but wrote no file at {trained}");
        long limit = ModelChain.MaxModelBytes(document.Model);
        if (new FileInfo(trained).Length > limit)
        {
            throw new UsageException(
                $"the training command wrote {new FileInfo(trained).Length:N0} bytes, a model of this project has at most {limit:N0}");
        }

        float[] local = ModelFile.ImportFloat(await File.ReadAllBytesAsync(trained, cancellationToken), document.Model);
        return LocalUpdate.Quantize(document, local, weights, LocalUpdate.Seed(round, party));
    }

    /// <summary>People count rounds from 1.</summary>
    private static int Number(RoundId round) => round.Round + 1;
}
