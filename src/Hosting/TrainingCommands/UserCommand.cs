using System.CommandLine.Parsing;
using System.Diagnostics;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Projects;

namespace Marketplace.Hosting.TrainingCommands;

/// <summary>A program of the user's and its arguments, run under a <see cref="CommandGuard"/>.</summary>
public sealed class UserCommand
{
    private readonly string _program;
    private readonly IReadOnlyList<string> _arguments;
    private readonly Action<string> _say;

    private UserCommand(string program, IReadOnlyList<string> arguments, Action<string> say) =>
        (_program, _arguments, _say) = (program, arguments, say);

    /// <summary>Reads a command as users write it, and refuses one that cannot be started, before anything is staked on it.</summary>
    /// <param name="text">The program and its arguments; quotes hold words together.</param>
    /// <param name="option">The option that has it, for errors.</param>
    /// <param name="say">Told what the command prints.</param>
    /// <exception cref="UsageException">The command is empty, or there is no such program.</exception>
    public static UserCommand Parse(string text, string option, Action<string> say)
    {
        string[] words = [.. CommandLineParser.SplitCommandLine(text)];
        if (words.Length == 0)
            throw new UsageException($"{option} is empty");
        RequireProgram(words[0], option);
        return new UserCommand(words[0], words[1..], say);
    }

    /// <summary>Writes what a command needs to know of a model: <c>model.safetensors</c> and <c>project.json</c>.</summary>
    internal static async Task WriteModelAsync(string folder, ProjectDocument document, int[] weights, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "model.safetensors"), ModelFile.ExportFloat(document.Model, weights, document.FractionBits), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder, "project.json"), document.ToBytes(), cancellationToken);
    }

    /// <summary>Runs it to its end, and shows what it says. It is stopped, with all that it has started, when it is cancelled.</summary>
    /// <param name="more">Arguments behind those that the user gave.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="UsageException">It has failed; the message has its last words.</exception>
    public async Task RunAsync(IEnumerable<string> more, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = CommandGuard.CreateStart([_program, .. _arguments, .. more]);
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
            _say($"the command was stopped before it had ended; its last words: {await output}, {await errors}");
            throw;
        }

        // What it has started in the background may hold its streams open for as long as it likes.
        string[] last = await Task.WhenAll(output, errors).WaitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new UsageException($"the command '{_program}' ended with exit code {process.ExitCode}; its last words: {last[1]}");
    }

    private static void RequireProgram(string program, string option)
    {
        bool isPath = program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];
        string[] folders = isPath ? [""] : Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!folders.Any(folder => endings.Any(ending => File.Exists(Path.Combine(folder, program + ending)))))
        {
            throw new UsageException(
                $"the command '{program}' of {option} cannot be started: there is no such {(isPath ? "file" : "program on the PATH")}");
        }
    }

    /// <summary>Shows what the command says.</summary>
    /// <returns>Its last line that is not empty.</returns>
    private async Task<string> CopyAsync(StreamReader reader)
    {
        string last = "none";
        while (await reader.ReadLineAsync() is { } line)
        {
            _say($"  {line}");
            if (!string.IsNullOrWhiteSpace(line))
                last = line.Trim();
        }
        return last;
    }
}
