using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Marketplace.Testing.Files;

namespace Marketplace.Testing.Programs;

/// <summary>
/// A Node that is recent enough (22.13), and its npm. Taken from the PATH, from <c>.tools</c> or, when neither has one, from
/// <c>eng/setup.mjs</c>, which fetches it.
/// </summary>
public sealed class NodeToolchain
{
    private static readonly Version Minimum = new(22, 13);
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);
    private static readonly Lazy<Task<NodeToolchain>> Found = new(SearchAsync);

    private NodeToolchain(string node) => Node = node;

    /// <summary>The Node binary: a full path, or <c>node</c> when the PATH's own will do.</summary>
    public string Node { get; }

    /// <summary>Finds the toolchain; the search runs once in a process.</summary>
    public static Task<NodeToolchain> FindAsync() => Found.Value;

    /// <summary>A start with this Node first on the PATH, its output redirected.</summary>
    public ProcessStartInfo Start(string workingDirectory, params IEnumerable<string> arguments) =>
        Start(Node, workingDirectory, arguments);

    /// <summary>Runs a script to its end and returns its standard output.</summary>
    /// <param name="workingDirectory">Also where an inline module's imports are looked up.</param>
    /// <param name="input">Text for its standard input.</param>
    /// <param name="arguments">Node's arguments.</param>
    /// <exception cref="InvalidOperationException">It failed; the message holds the end of its output.</exception>
    public Task<string> RunAsync(
        string workingDirectory, string input, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(Start(workingDirectory, arguments), input, cancellationToken);

    /// <summary>Sees to it that a package of the root's package.json is installed, by <c>eng/setup.mjs</c> if need be.</summary>
    public async Task RequireRepositoryPackageAsync(string package, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Repository.Path("node_modules", package)))
            await RunAsync(Repository.Root, "", [Path.Combine("eng", "setup.mjs")], cancellationToken);
    }

    /// <summary>
    /// Installs the packages of a folder as its package-lock.json says, unless they are there. Safe for many processes at once.
    /// </summary>
    public async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        string wanted = Convert.ToHexStringLower(
            SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"), cancellationToken)));
        string stamp = Path.Combine(folder, "node_modules", ".installed");
        if (IsStamped(stamp, wanted))
            return;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(InstallTimeout);
        string locks = Repository.Path(".tools");
        Directory.CreateDirectory(locks);
        string name = Path.GetRelativePath(Repository.Root, folder).Replace(Path.DirectorySeparatorChar, '-');
        await using (await AcquireAsync(Path.Combine(locks, $"install-{name}.lock"), limit.Token))
        {
            if (IsStamped(stamp, wanted))
                return;
            ProcessStartInfo npm = OperatingSystem.IsWindows()
                ? Start("cmd.exe", folder, ["/c", "npm", "ci", "--no-audit", "--no-fund"])
                : Start("npm", folder, ["ci", "--no-audit", "--no-fund"]);
            await RunAsync(npm, "", limit.Token);
            await File.WriteAllTextAsync(stamp, wanted, limit.Token);
        }
    }

    private static bool IsStamped(string stamp, string wanted) => File.Exists(stamp) && File.ReadAllText(stamp) == wanted;

    private ProcessStartInfo Start(string program, string workingDirectory, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetDirectoryName(Node) is { Length: > 0 } folder)
            start.Environment["PATH"] = folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        return start;
    }

    private static async Task<string> RunAsync(ProcessStartInfo start, string input, CancellationToken cancellationToken) =>
        (await ProgramRun.RunAsync(start, input, cancellationToken)).Succeeded();

    /// <summary>Holds a file open for one process alone; the system releases it when the process dies.</summary>
    private static async Task<FileStream> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }

    private static async Task<NodeToolchain> SearchAsync()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        string architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        string fetched = Repository.Path(
            ".tools", "node_modules", $"node-{system}-{architecture}", "bin", OperatingSystem.IsWindows() ? "node.exe" : "node");
        foreach (string candidate in new[] { "node", fetched })
        {
            if (candidate == fetched && !File.Exists(fetched))
                continue;
            NodeToolchain found = new(candidate);
            if (await found.IsRecentAsync())
                return found;
        }

        NodeToolchain old = new("node");
        string path = await old.RunAsync(
            Repository.Root, "", [Path.Combine("eng", "setup.mjs"), "--node-path"], CancellationToken.None);
        return new NodeToolchain(path.Trim());
    }

    private async Task<bool> IsRecentAsync()
    {
        string text = await RunAsync(Repository.Root, "", ["--version"], CancellationToken.None);
        string[] parts = text.Trim().TrimStart('v').Split('.');
        return parts.Length >= 2 && new Version(
            int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture)) >= Minimum;
    }
}
