using System.CommandLine;
using System.CommandLine.Help;
using System.Net;
using System.Net.Sockets;
using Marketplace.Agents;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Http;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting;

/// <summary>Runs a program's commands: cancellation, one clear line for what went wrong, and exit codes that scripts can use.</summary>
public static class CommandHost
{
    /// <summary>It did not work: the chain, the network or another party is why.</summary>
    public const int Failed = 1;

    /// <summary>It cannot work as asked: an option, a file or an account is why.</summary>
    public const int WrongUsage = 2;

    /// <summary>When set, an error that was not foreseen is shown with its stack trace.</summary>
    public const string DebugVariable = "MARKETPLACE_DEBUG";

    /// <summary>The user stopped it.</summary>
    public const int Cancelled = 130;

    /// <summary>How long a command that is stopped may take to end. Nothing is lost after that: what must survive is on disk at all times.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

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

    /// <summary>Sets what a command does; it gets its settings, its arguments, its log, and a token that Ctrl-C and SIGTERM cancel.</summary>
    public static Command Does(this Command command, Func<CommandContext, CancellationToken, Task<int>> action)
    {
        command.SetAction((arguments, cancellationToken) => GuardAsync(arguments, action, cancellationToken));
        return command;
    }

    /// <summary>Sets what a command does that has nothing to say on its way.</summary>
    public static Command Does(this Command command, Func<SettingsReader, ParseResult, CancellationToken, Task<int>> action) =>
        command.Does((context, cancellationToken) => action(context.Settings, context.Arguments, cancellationToken));

    /// <summary>Parses and runs.</summary>
    public static Task<int> RunAsync(RootCommand root, string[] args)
    {
        root.Options.Add(EndWithInput);
        SharedSettings.LogFormat.Option.Recursive = true;
        root.Options.Add(SharedSettings.LogFormat.Option);
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
            help.Action = new NamedHelp((HelpAction)help.Action!);
        ParseResult parsed = root.Parse(args);
        return parsed.Errors.Count > 0
            ? Task.FromResult(ReportUsage(parsed))
            // Signals are the host's to handle, exceptions are this class's.
            : parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static int ReportUsage(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<string> path = command.Parents.OfType<Command>().Reverse().Append(command).Select(NamedHelp.NameOf);
        ReportError(
            $"{string.Join(" ", parsed.Errors.Select(error => InWords(error.Message)).Distinct())} " +
            $"See '{string.Join(' ', path)} --help'.");
        return WrongUsage;
    }

    /// <summary>The library's message without the names of C# types.</summary>
    private static string InWords(string message) => message
        .Replace("as expected type 'System.UInt32'", $"as a whole number from 0 to {uint.MaxValue}", StringComparison.Ordinal)
        .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)
        .Replace("as expected type 'System.UInt64'", "as a whole number that is not negative", StringComparison.Ordinal)
        .Replace("as expected type 'System.Double'", "as a number", StringComparison.Ordinal)
        .Replace("as expected type 'System.Uri'", "as a URL", StringComparison.Ordinal);

    private static void ReportError(string message) => Console.Error.WriteLine($"error: {Printable.Line(message, LineFormatter.MaxLength)}");

    private static async Task<int> GuardAsync(
        ParseResult arguments, Func<CommandContext, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        try
        {
            var settings = new SettingsReader(arguments);
            using IHost host = Build(arguments, settings);
            return await RunAsync(
                host, new CommandContext(settings, arguments, host.Services.GetRequiredService<ILoggerFactory>()), action, cancellationToken);
        }
        catch (Exception e) when (IsAbout(e, out int code))
        {
            ReportError(e is ContractRevertedException refusal ? $"{Refusals.Explain(refusal.Error)} ({e.Message})" : e.Message);
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

    private static IHost Build(ParseResult arguments, SettingsReader settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(settings.Configuration).AddCollectorSettings();
        builder.Logging.AddConsoleLog(settings);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        if (arguments.CommandResult.Command.Options.Contains(SharedSettings.MetricsPort.Option))
            builder.Services.AddAgentTelemetry(arguments.RootCommandResult.Command.Name, settings);
        return builder.Build();
    }

    private static async Task<int> RunAsync(
        IHost host, CommandContext context, Func<CommandContext, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        await host.StartAsync(cancellationToken);
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        CancellationToken stopping = lifetime.ApplicationStopping;
        if (context.Arguments.GetValue(EndWithInput))
            _ = StopWhenInputEndsAsync(lifetime);
        try
        {
            // Not on this thread: a command that computes must not keep the limit below from being kept.
            Task<int> work = Task.Run(() => action(context, stopping), CancellationToken.None);
            await Task.WhenAny(work, Task.Delay(Timeout.Infinite, stopping));
            return await work.WaitAsync(stopping.IsCancellationRequested ? Grace : Timeout.InfiniteTimeSpan, CancellationToken.None);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException && stopping.IsCancellationRequested)
        {
            context.Log.LogInformation("stopped");
            return Cancelled;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>Who is to blame for an error that is foreseen, as an exit code.</summary>
    private static bool IsAbout(Exception e, out int code)
    {
        code = e switch
        {
            // Answers of a contract that is none of ours, and what others have published.
            AbiException or PublishedException => Failed,
            AgentException or UsageException or AccountInUseException or UnknownProjectException or DocumentException => WrongUsage,
            InvalidDataException or FormatException or PlatformNotSupportedException => WrongUsage,
            FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or PathTooLongException => WrongUsage,
            ContractRevertedException or InsufficientFundsException or SenderStoppedException or AccountTakenOverException => Failed,
            RpcException or RpcTransportException or ContentStoreException => Failed,
            IOException or HttpRequestException or SocketException or HttpListenerException => Failed,
            _ => 0,
        };
        return code != 0;
    }

    private static async Task StopWhenInputEndsAsync(IHostApplicationLifetime lifetime)
    {
        using Stream input = Console.OpenStandardInput();
        var ignored = new byte[256];
        while (await input.ReadAsync(ignored) > 0)
        {
            // Whatever comes is not meant for this program; only the end counts.
        }
        lifetime.StopApplication();
    }
}
