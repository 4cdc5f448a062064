using System.CommandLine;
using System.Net.Sockets;
using Marketplace.Agents;
using Marketplace.Content;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Hosting;

/// <summary>Runs a program's commands: cancellation, one clear line for what went wrong, and exit codes that scripts can use.</summary>
public static class CommandHost
{
    /// <summary>It did not work: the chain, the network or another party is why.</summary>
    public const int Failed = 1;

    /// <summary>It can not work as asked: an option, a file or an account is why.</summary>
    public const int WrongUsage = 2;

    /// <summary>When set, an error that was not foreseen is shown with its stack trace.</summary>
    public const string DebugVariable = "MARKETPLACE_DEBUG";

    private const int MaxErrorLength = 2000;

    /// <summary>The user stopped it.</summary>
    public const int Canceled = 130;

    /// <summary>An option of programs that others start: end when standard input is closed, as it is when the starter dies.</summary>
    public static readonly Option<bool> EndWithInput = new("--end-with-input")
    {
        Description = "End when standard input is closed; for programs that start this one",
        Recursive = true,
    };

    /// <summary>Adds options for settings, which <see cref="SettingsReader"/> reads.</summary>
    public static Command WithSettings(this Command command, params IEnumerable<Setting> settings)
    {
        foreach (Setting setting in settings)
            command.Options.Add(setting.Option);
        return command;
    }

    /// <summary>Sets what a command does; it gets its settings and a token that Ctrl-C cancels.</summary>
    public static Command Does(this Command command, Func<SettingsReader, ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction((arguments, cancellation) => GuardAsync(arguments, action, cancellation));
        return command;
    }

    /// <summary>Parses and runs.</summary>
    public static Task<int> RunAsync(RootCommand root, string[] args)
    {
        root.Options.Add(EndWithInput);
        ParseResult parsed = root.Parse(args);
        return parsed.Errors.Count > 0
            ? Task.FromResult(ReportUsage(parsed))
            : parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static int ReportUsage(ParseResult parsed)
    {
        IEnumerable<string> path = parsed.CommandResult.Command.Parents.OfType<Command>().Select(parent => $"{parent.Name} ").Reverse();
        ReportError(
            $"{string.Join(" ", parsed.Errors.Select(error => InWords(error.Message)).Distinct())} " +
            $"See '{string.Concat(path)}{parsed.CommandResult.Command.Name} --help'.");
        return WrongUsage;
    }

    /// <summary>The library's message without the names of C# types.</summary>
    private static string InWords(string message) => message
        .Replace("as expected type 'System.UInt32'", $"as a whole number from 0 to {uint.MaxValue}", StringComparison.Ordinal)
        .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)
        .Replace("as expected type 'System.UInt64'", "as a whole number that is not negative", StringComparison.Ordinal)
        .Replace("as expected type 'System.Double'", "as a number", StringComparison.Ordinal)
        .Replace("as expected type 'System.Uri'", "as a URL", StringComparison.Ordinal);

    /// <summary>Writes one line. Messages repeat what others wrote, who could otherwise write lines of their own, or steer the terminal.</summary>
    private static void ReportError(string message)
    {
        string line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        line = string.Concat(line.Select(character => char.IsControl(character) ? '?' : character));
        Console.Error.WriteLine($"error: {(line.Length <= MaxErrorLength ? line : $"{line[..MaxErrorLength]}…")}");
    }

    private static async Task<int> GuardAsync(
        ParseResult arguments, Func<SettingsReader, ParseResult, CancellationToken, Task<int>> action, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (arguments.GetValue(EndWithInput))
            _ = CancelWhenInputEndsAsync(ending);
        try
        {
            return await action(new SettingsReader(arguments), arguments, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            Console.Error.WriteLine("stopped");
            return Canceled;
        }
        catch (Exception e) when (IsAbout(e, out int code))
        {
            ReportError(e.Message);
            return code;
        }
        catch (Exception e)
        {
            bool trace = Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 };
            ReportError($"this program has failed in a way that was not foreseen ({e.GetType().Name}: {e.Message}); {DebugVariable}=1 shows where");
            if (trace)
                Console.Error.WriteLine(e);
            return Failed;
        }
    }

    /// <summary>Who is to blame for an error that is foreseen, as an exit code.</summary>
    private static bool IsAbout(Exception e, out int code)
    {
        code = e switch
        {
            // Answers of a contract that is none of ours, and what others have published.
            AbiException or PublishedException => Failed,
            AgentException or UsageException or UnknownProjectException or DocumentException => WrongUsage,
            InvalidDataException or FormatException or PlatformNotSupportedException => WrongUsage,
            FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or PathTooLongException => WrongUsage,
            ContractRevertedException or RpcException or RpcTransportException or ContentStoreException => Failed,
            IOException or HttpRequestException or SocketException => Failed,
            _ => 0,
        };
        return code != 0;
    }

    private static async Task CancelWhenInputEndsAsync(CancellationTokenSource ending)
    {
        using Stream input = Console.OpenStandardInput();
        var ignored = new byte[256];
        while (await input.ReadAsync(ignored) > 0)
        {
            // Whatever comes is not meant for this program; only the end counts.
        }
        await ending.CancelAsync();
    }
}
