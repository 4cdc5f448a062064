using System.Collections;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]
[assembly: AssemblyFixture(typeof(Marketplace.Commands.Tests.LocalMarket))]

namespace Marketplace.Commands.Tests;

/// <summary>The built programs, run as processes with nothing of the surroundings: own folder, own data folder, no settings.</summary>
internal static class Programs
{
    public const string Owner = "Marketplace", Trainer = "Trainer", Aggregator = "Aggregator";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Where the programs keep their data, the development reference strings among it.</summary>
    public static TemporaryFolder DataFolder { get; } = new();

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The project's name.</param>
    /// <param name="arguments">A command line; double quotes hold words together.</param>
    /// <param name="environment">Settings; keys travel here.</param>
    /// <param name="folder">Working directory; an empty one when null.</param>
    public static async Task<Outcome> RunAsync(
        string program, string arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        using TemporaryFolder? own = folder is null ? new TemporaryFolder() : null;
        IEnumerable<string> words = System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(arguments);
        ProcessStartInfo start = new("dotnet", [MarketProgram.PathOf(program), .. words])
        {
            WorkingDirectory = folder ?? own!.Path,
        };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (((string)variable.Key).StartsWith("MARKETPLACE_", StringComparison.Ordinal))
                start.Environment.Remove((string)variable.Key);
        }

        start.Environment["XDG_DATA_HOME"] = DataFolder.Path;
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        using CancellationTokenSource limit = new(Limit);
        ProgramRun run = await ProgramRun.RunAsync(start, "", limit.Token);
        return new Outcome($"{program} {arguments}", run.ExitCode, run.Output, run.Errors);
    }
}

/// <summary>How a program ended.</summary>
internal sealed partial record Outcome(string Command, int ExitCode, string Output, string Error)
{
    private const int Failed = 1, WrongUsage = 2;

    private string Whole => $"{Command}\nended with {ExitCode}\n--- standard output\n{Output}\n--- standard error\n{Error}";

    /// <summary>The user, a file or the account was at fault.</summary>
    public void IsWrongUsage(params string[] words) => IsError(WrongUsage, words);

    /// <summary>The chain, the network or another party was at fault.</summary>
    public void IsFailure(params string[] words) => IsError(Failed, words);

    public string Succeeded()
    {
        Assert.True(ExitCode == 0, Whole);
        return Output;
    }

    /// <summary>What must never be printed.</summary>
    public Outcome Hides(params string[] secrets)
    {
        foreach (string secret in secrets)
            Assert.False((Output + Error).Contains(secret, StringComparison.OrdinalIgnoreCase), $"printed '{secret}'\n{Whole}");
        return this;
    }

    /// <summary>One line that holds the words, and nothing that only a programmer could read.</summary>
    private void IsError(int code, string[] words)
    {
        string[] errors = [.. Error.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];
        Assert.True(ExitCode == code, $"expected exit code {code}\n{Whole}");
        Assert.True(errors.Length == 1, $"expected one line of error\n{Whole}");
        Assert.False(
            Error.TrimEnd().Contains('\n') && !Error.TrimEnd().Split('\n')[^1].StartsWith("error: ", StringComparison.Ordinal),
            $"the error is not the last line\n{Whole}");
        Assert.False(ForProgrammers().IsMatch(Error + Output), $"there is something for programmers only\n{Whole}");
        foreach (string word in words)
            Assert.True(errors[0].Contains(word, StringComparison.OrdinalIgnoreCase), $"expected '{word}' in the error\n{Whole}");
    }

    [GeneratedRegex(@"^\s+at \S+\(|Exception|not foreseen|System\.|Path: \$", RegexOptions.Multiline)]
    private static partial Regex ForProgrammers();
}
