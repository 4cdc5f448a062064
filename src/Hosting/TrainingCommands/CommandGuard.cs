using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Marketplace.Hosting.TrainingCommands;

/// <summary>
/// Stands between a program and its user's command: the program started once more, which runs the command in a session of its own and ends all of it
/// when its own standard input is closed. The system closes that when the program dies, by whatever signal.
/// </summary>
public static class CommandGuard
{
    /// <summary>The first argument by which the program knows that it is to be a guard; what follows is the command.</summary>
    private const string Verb = "guard-command";

    /// <summary>As shells have it for what cannot be started.</summary>
    private const int NotStarted = 127;

    private const int Kill = 9;

    /// <summary>How to start a guarded command.</summary>
    internal static ProcessStartInfo CreateStart(IEnumerable<string> command)
    {
        string self = Environment.ProcessPath!;
        bool isHosted = Path.GetFileNameWithoutExtension(self) == "dotnet";
        return new ProcessStartInfo(self, [.. isHosted ? [Assembly.GetEntryAssembly()!.Location] : Array.Empty<string>(), Verb, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    /// <summary>Does a guard's work where the program was started as one; a program that runs users' commands asks this first.</summary>
    /// <returns>The command's exit code; null where the program was started for something else.</returns>
    public static async Task<int?> RunAsync(string[] arguments) =>
        arguments is [Verb, .. [_, ..] command] ? await GuardAsync(command) : null;

    /// <summary>Runs a command to its end, or to the end of standard input.</summary>
    private static async Task<int> GuardAsync(string[] command)
    {
        bool hasSession = !OperatingSystem.IsWindows() && Libc.StartSession() > 0;
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true };
        using Process? process = TryStart(start);
        if (process is null)
            return NotStarted;
        process.StandardInput.Close();
        Task ended = process.WaitForExitAsync();
        if (await Task.WhenAny(ended, EndOfInputAsync()) == ended)
            return process.ExitCode;
        // First what can be found by its parents, in whatever session; then what has lost its parent, and this process too.
        process.Kill(entireProcessTree: true);
        if (hasSession)
            _ = Libc.Signal(0, Kill);
        return NotStarted;
    }

    private static Process? TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception e)
        {
            Console.Error.WriteLine($"'{start.FileName}' cannot be started: {e.Message}");
            return null;
        }
    }

    private static async Task EndOfInputAsync()
    {
        await using Stream input = Console.OpenStandardInput();
        var ignored = new byte[64];
        while (await input.ReadAsync(ignored) > 0)
        {
            // Nothing is said here; only the end counts.
        }
    }

    /// <summary>What the platform has no call for.</summary>
    private static class Libc
    {
        /// <summary>setsid(2): a new session and process group, led by this process; -1 when it leads one already.</summary>
        [DllImport("libc", EntryPoint = "setsid")]
        public static extern int StartSession();

        /// <summary>kill(2): 0 means all of the caller's process group.</summary>
        [DllImport("libc", EntryPoint = "kill")]
        public static extern int Signal(int process, int signal);
    }
}
