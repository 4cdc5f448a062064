using System.Diagnostics;
using System.Text.Json;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Trainer;

/// <summary>Lets another program train, in whatever framework: safetensors in, safetensors out.</summary>
/// <remarks>
/// The command is started once a round with two arguments more than the user gave: the path of a folder with <c>model.safetensors</c>
/// (the global model, F32) and <c>round.json</c> (project, round, hyper-parameters), and the path at which it must write its
/// trained model, in the same names and shapes.
/// </remarks>
public sealed class CommandTrainer(string program, IReadOnlyList<string> arguments, string stateFolder, Action<string> say) : ILocalTrainer
{
    public async Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(stateFolder, $"train-{round.Project}-{round.Round}");
        string trained = Path.Combine(folder, "trained.safetensors");
        Directory.CreateDirectory(folder);
        // What an attempt before a crash has left must not pass for this one's.
        File.Delete(trained);
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "model.safetensors"), ModelFile.ExportFloat(document.Model, weights, document.FractionBits), cancellationToken);
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
            cancellationToken);

        await RunAsync(folder, trained, cancellationToken);
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

    private async Task RunAsync(string folder, string trained, CancellationToken cancellationToken)
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
            string[] last = await Task.WhenAll(
                CopyAsync(process.StandardOutput, cancellationToken), CopyAsync(process.StandardError, cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
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
            throw new UsageException($"the training command '{program}' cannot be started: {e.Message}");
        }
    }

    /// <summary>Shows what the command says.</summary>
    /// <returns>Its last line that is not empty.</returns>
    private async Task<string> CopyAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        string last = "none";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            say($"  {line}");
            if (!string.IsNullOrWhiteSpace(line))
                last = line.Trim();
        }
        return last;
    }
}
