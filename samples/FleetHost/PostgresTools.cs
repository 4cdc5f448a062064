using System.Diagnostics;
using Marketplace.Hosting;

namespace Marketplace.FleetHost;

/// <summary>PostgreSQL's programs, as they are installed.</summary>
/// <param name="Folder">Where they are.</param>
internal sealed record PostgresTools(string Folder)
{
    /// <summary>The cluster's superuser, and the system's user that the server runs as where this program is root's.</summary>
    public const string User = "postgres";

    /// <summary>Finds them on the PATH, or where Debian puts them, the newest first.</summary>
    public static PostgresTools? Find()
    {
        const string Debian = "/usr/lib/postgresql";
        string initdb = OperatingSystem.IsWindows() ? "initdb.exe" : "initdb";
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (Directory.Exists(Debian))
        {
            folders = folders.Concat(
                Directory.GetDirectories(Debian).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")));
        }

        string? found = folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, initdb)).FirstOrDefault(File.Exists);
        // The other programs are beside it, not beside a link to it.
        return found is null
            ? null
            : new PostgresTools(Path.GetDirectoryName(File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found)!);
    }

    /// <summary>The command line that runs one of them. PostgreSQL refuses to run as root.</summary>
    public string[] CommandOf(string tool, params string[] arguments)
    {
        string[] command = [Path.Combine(Folder, tool), .. arguments];
        return Environment.IsPrivilegedProcess && OperatingSystem.IsLinux()
            ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--init-groups", "--", .. command]
            : command;
    }

    /// <summary>Makes an empty cluster that trusts whoever reaches it.</summary>
    /// <param name="data">A folder that is not there yet; the one above it is.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="UsageException">It failed; the message ends with what was printed.</exception>
    public async Task MakeClusterAsync(string data, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(data);
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
        {
            string above = Path.GetDirectoryName(data)!;
            File.SetUnixFileMode(above, File.GetUnixFileMode(above) | UnixFileMode.OtherExecute);
            await RunAsync(["chown", User, data], cancellationToken);
        }
        await RunAsync(
            CommandOf("initdb", "--pgdata", data, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"),
            cancellationToken);
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // One that every user may enter.
            WorkingDirectory = Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/",
        };
        using Process process = Process.Start(start) ?? throw new UsageException($"'{command[0]}' did not start");
        string[] printed = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new UsageException($"PostgreSQL's database could not be made: '{string.Join(' ', command)}' says {string.Concat(printed).Trim()}");
    }
}
