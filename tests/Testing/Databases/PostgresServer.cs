using System.Diagnostics;
using Marketplace.Testing.Files;
using Marketplace.Testing.Networks;

namespace Marketplace.Testing.Databases;

/// <summary>
/// A PostgreSQL cluster of its own in a temporary folder, listening on a free port of the loopback interface, stopped and deleted on
/// disposal. It forces nothing onto the disk: what it holds is not meant to last.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly string _binaries;
    private readonly TemporaryFolder _folder;
    private int _databases;

    private PostgresServer(string binaries, TemporaryFolder folder, int port) => (_binaries, _folder, Port) = (binaries, folder, port);

    public int Port { get; }

    /// <summary>Why a cluster cannot be had on this machine; null when it can.</summary>
    public static string? WhyMissing => FindBinaries() is null
        ? "SKIPPED: no PostgreSQL server. Install it (Debian: apt-get install postgresql) so that initdb is on the PATH or under /usr/lib/postgresql."
        : null;

    /// <summary>Makes and starts a cluster.</summary>
    /// <exception cref="InvalidOperationException">There are no binaries, or they failed; says what they printed.</exception>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken = default)
    {
        string binaries = FindBinaries() ?? throw new InvalidOperationException(WhyMissing);
        TemporaryFolder folder = new();
        PostgresServer server = new(binaries, folder, LoopbackPort.FindFree());
        try
        {
            if (IsRoot)
                await server.RunAsync("chown", [User, folder.Path], asRoot: true, cancellationToken);
            await server.RunToolAsync(
                "initdb",
                ["--pgdata", server.Data, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"],
                cancellationToken);
            await server.StartServerAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        string name = $"market{Interlocked.Increment(ref _databases)}";
        await RunToolAsync("createdb", ["--host", "127.0.0.1", "--port", $"{Port}", "--username", User, name], cancellationToken);
        return ConnectionTo(name);
    }

    /// <summary>The connection string of a database.</summary>
    public string ConnectionTo(string database) => $"Host=127.0.0.1;Port={Port};Username={User};Database={database};Timeout=5";

    /// <summary>Runs a command line as an operator types it, with the server's tools, set for it, in a folder of the server's.</summary>
    /// <exception cref="InvalidOperationException">It failed; says what it printed.</exception>
    public Task RunCommandAsync(string command, CancellationToken cancellationToken = default) => RunAsync(
        "/usr/bin/env",
        [
            $"PATH={_binaries}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
            "PGHOST=127.0.0.1", $"PGPORT={Port}", $"PGUSER={User}", "/bin/sh", "-euc", command,
        ],
        asRoot: false,
        cancellationToken);

    /// <summary>Stops the server at once, as a crash would; <see cref="StartServerAsync"/> starts it again.</summary>
    public Task StopServerAsync(CancellationToken cancellationToken = default) =>
        RunToolAsync("pg_ctl", ["stop", "--pgdata", Data, "--mode", "immediate", "--wait"], cancellationToken);

    public Task StartServerAsync(CancellationToken cancellationToken = default) => RunToolAsync(
        "pg_ctl",
        [
            "start", "--pgdata", Data, "--wait", "--log", _folder["log"],
            "--options",
            $"-p {Port} -h 127.0.0.1 -k '{_folder.Path}' -F -c synchronous_commit=off -c full_page_writes=off "
            + "-c shared_buffers=256MB -c max_wal_size=4GB",
        ],
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await StopServerAsync();
        _folder.Dispose();
    }

    private static bool IsRoot => Environment.IsPrivilegedProcess;

    private string Data => _folder["data"];

    private static string? FindBinaries()
    {
        const string Debian = "/usr/lib/postgresql";
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (Directory.Exists(Debian))
        {
            folders = folders.Concat(
                Directory.GetDirectories(Debian).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")));
        }

        string? initdb = folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, "initdb")).FirstOrDefault(File.Exists);
        // The other programs are beside it, not beside a link to it.
        return initdb is null ? null : Path.GetDirectoryName(File.ResolveLinkTarget(initdb, returnFinalTarget: true)?.FullName ?? initdb);
    }

    private Task RunToolAsync(string tool, string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(Path.Combine(_binaries, tool), arguments, asRoot: false, cancellationToken);

    private async Task RunAsync(string program, string[] arguments, bool asRoot, CancellationToken cancellationToken)
    {
        // The server refuses to run as root.
        string[] command = IsRoot && !asRoot ? ["runuser", "-u", User, "--", program, .. arguments] : [program, .. arguments];
        // The server would inherit pipes and keep them open; a file can be left to it.
        string output = _folder[$"output-{Guid.NewGuid():N}"];
        ProcessStartInfo start = new("/bin/sh", ["-c", "output=$1; shift; exec \"$@\" >\"$output\" 2>&1 </dev/null", "sh", output, .. command])
        {
            WorkingDirectory = _folder.Path,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start");
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        await process.WaitForExitAsync(limit.Token);
        string printed = File.Exists(output) ? await File.ReadAllTextAsync(output, cancellationToken) : "";
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}:\n{printed}");
    }
}
