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
/// (the global model, F32), <c>project.json</c> (the project's document, which describes the architecture) and <c>round.json</c> (project,
/// round, counted from 1, and hyper-parameters), and the path at which it must write its trained model, in the same names and shapes. It is
/// stopped, with all that it has started, when the round's time to train is over, and when this process ends, be it killed. On Windows, what has
/// outlived the process that started it goes on.
/// </remarks>
public sealed class CommandTrainer(string program, IReadOnlyList<string> arguments, string stateFolder, Action<string> say) : ILocalTrainer
{
    /// <summary>Refuses a command that cannot be started, before anything is staked on it.</summary>
    /// <exception cref="UsageException">There is no such program.</exception>
    public void RequireProgram()
    {
        bool isPath = program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];
        string[] folders = isPath ? [""] : Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!folders.Any(folder => endings.Any(ending => File.Exists(Path.Combine(folder, program + ending)))))
        {
            throw new UsageException(
                $"the training command '{program}' cannot be started: there is no such {(isPath ? "file" : "program on the PATH")}");
        }
    }

    public async Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(stateFolder, $"train-{round.Project}-{Number(round)}");
        string trained = Path.Combine(folder, "trained.safetensors");
        Directory.CreateDirectory(folder);
        // What an attempt before a crash has left must not pass for this one's.
        File.Delete(trained);
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "model.safetensors"), ModelFile.ExportFloat(document.Model, weights, document.FractionBits), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder, "project.json"), document.ToBytes(), cancellationToken);
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

    /// <summary>People count rounds from 1.</summary>
    private static int Number(RoundId round) => round.Round + 1;

    private async Task RunAsync(string folder, string trained, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = CommandGuard.CreateStart([program, .. arguments, folder, trained]);
        // The account's secrets are none of the command's business.
        foreach (string secret in PartyKey.SecretVariables)
            start.Environment.Remove(secret);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("the command's guard did not start");
        Task<string> output = CopyAsync(process.StandardOutput), errors = CopyAsync(process.StandardError);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
            say($"the training command was stopped before it had ended; its last words: {await output}, {await errors}");
            throw;
        }

        // What it has started in the background may hold its streams open for as long as it likes.
        string[] last = await Task.WhenAll(output, errors).WaitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new UsageException($"the training command ended with exit code {process.ExitCode}; its last words: {last[1]}");
    }

    /// <summary>Shows what the command says.</summary>
    /// <returns>Its last line that is not empty.</returns>
    private async Task<string> CopyAsync(StreamReader reader)
    {
        string last = "none";
        while (await reader.ReadLineAsync() is { } line)
        {
            say($"  {line}");
            if (!string.IsNullOrWhiteSpace(line))
                last = line.Trim();
        }
        return last;
    }
}
