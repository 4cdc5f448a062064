using System.CommandLine;
using System.Net.Sockets;
using Marketplace.ContentAddressing;
using Marketplace.Ethereum.Rpc;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Hosting;

/// <summary>Runs a program's commands: cancellation, one clear line for what went wrong, and exit codes that scripts can use.</summary>
public static class CommandHost
{
    /// <summary>It did not work: the chain, the network or another party is why.</summary>
    public const int Failed = 1;

    /// <summary>It can not work as asked: an option, a file or an account is why.</summary>
    public const int WrongUsage = 2;

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
        foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            Console.Error.WriteLine(error.Message);
        Console.Error.WriteLine($"'{parsed.CommandResult.Command.Name} --help' tells what there is.");
        return WrongUsage;
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
        catch (Exception e) when (e is UsageException or DocumentException or InvalidDataException or FormatException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return WrongUsage;
        }
        catch (Exception e) when (e is ContractRevertedException or RpcException or RpcTransportException or ContentStoreException
            or IOException or HttpRequestException or SocketException or UnauthorizedAccessException or InvalidOperationException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return Failed;
        }
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
