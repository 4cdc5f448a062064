using System.Diagnostics;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Chain;
using Marketplace.Hosting;
using Marketplace.Learning.Data;
using Marketplace.Learning.Storage;
using Marketplace.Learning.Training;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Trainer;

/// <summary>Turns the global model into this trainer's update.</summary>
public interface ILocalTrainer
{
    /// <summary>Trains from <paramref name="weights"/> and returns the quantized difference, d entries.</summary>
    Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party, CancellationToken cancellation);
}

/// <summary>Trains with the built-in engine on data that stays in this process.</summary>
public sealed class BuiltInTrainer(Dataset data, ITrainingEngine engine, TextWriter log) : ILocalTrainer
{
    public Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party, CancellationToken cancellation)
    {
        var progress = new EpochLog(log, hyperParameters.LocalEpochs);
        return Task.Run(
            () => LocalUpdate.Train(document, hyperParameters, weights, data, round, party, progress, cancellation, engine), cancellation);
    }

    private sealed class EpochLog(TextWriter log, int epochs) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == value.Steps && value.Epoch == epochs)
                log.WriteLine($"  epoch {value.Epoch} of {epochs}, loss {value.Loss:0.0000}");
        }
    }
}

/// <summary>Lets another program train, in whatever framework: safetensors in, safetensors out.</summary>
/// <remarks>
/// The command is started once a round with two arguments more than the user gave: the path of a folder with <c>model.safetensors</c>
/// (the global model, F32) and <c>round.json</c> (project, round, hyper-parameters), and the path at which it must write its
/// trained model, in the same names and shapes.
/// </remarks>
public sealed class CommandTrainer(string program, IReadOnlyList<string> arguments, string stateFolder, TextWriter log) : ILocalTrainer
{
    public async Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party, CancellationToken cancellation)
    {
        string folder = Path.Combine(stateFolder, $"train-{round.Project}-{round.Round}");
        string trained = Path.Combine(folder, "trained.safetensors");
        Directory.CreateDirectory(folder);
        // What an attempt before a crash has left must not pass for this one's.
        File.Delete(trained);
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "model.safetensors"), ModelFile.ExportFloat(document.Model, weights, document.FractionBits), cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "round.json"),
            JsonSerializer.Serialize(
                new
                {
                    Project = round.Project.ToString(),
                    round.Round,
                    LearningRate = hyperParameters.LearningRate / 1e6,
                    hyperParameters.LocalEpochs,
                    hyperParameters.BatchSize,
                },
                JsonSerializerOptions.Web),
            cancellation);

        await RunAsync(folder, trained, cancellation);
        if (!File.Exists(trained))
            throw new UsageException($"the training command ended well but wrote no file at {trained}");
        long limit = ModelChain.MaxModelBytes(document.Model);
        if (new FileInfo(trained).Length > limit)
            throw new UsageException(
                $"the training command wrote {new FileInfo(trained).Length:N0} bytes, a model of this project has at most {limit:N0}");
        float[] local = ModelFile.ImportFloat(await File.ReadAllBytesAsync(trained, cancellation), document.Model);
        return LocalUpdate.Quantize(document, local, weights, LocalUpdate.Seed(round, party));
    }

    private async Task RunAsync(string folder, string trained, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, [.. arguments, folder, trained])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // The account's secrets are none of the command's business.
        foreach (string secret in PartyKey.SecretVariables)
            start.Environment.Remove(secret);
        using Process process = Start(start);
        try
        {
            process.StandardInput.Close();
            string[] last = await Task.WhenAll(CopyAsync(process.StandardOutput, cancellation), CopyAsync(process.StandardError, cancellation));
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0)
                throw new UsageException($"the training command ended with exit code {process.ExitCode}; its last words: {last[1]}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new UsageException($"the training command '{program}' did not start");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new UsageException($"the training command '{program}' can not be started: {e.Message}");
        }
    }

    /// <summary>Shows what the command says.</summary>
    /// <returns>Its last line that is not empty.</returns>
    private async Task<string> CopyAsync(StreamReader reader, CancellationToken cancellation)
    {
        string last = "none";
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            log.WriteLine($"  {line}");
            if (!string.IsNullOrWhiteSpace(line))
                last = line.Trim();
        }
        return last;
    }
}
