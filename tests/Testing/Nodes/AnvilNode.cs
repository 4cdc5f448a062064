using System.Diagnostics;
using System.Runtime.InteropServices;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Testing.Nodes;

/// <summary>Foundry's node, a native program, chain id 31337 unless told otherwise. Starts in under a second.</summary>
public sealed class AnvilNode : EthereumNode
{
    private AnvilNode(Process process, Uri url)
        : base(process, url)
    {
    }

    /// <summary>Starts a node and waits until it answers.</summary>
    /// <param name="arguments">Further arguments, such as "--no-mining" or "--state", path.</param>
    /// <exception cref="InvalidOperationException">It did not come up; says what it printed.</exception>
    public static Task<AnvilNode> StartAsync(params IEnumerable<string> arguments) => StartAsync(arguments, CancellationToken.None);

    /// <inheritdoc cref="StartAsync(IEnumerable{string})"/>
    public static async Task<AnvilNode> StartAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        NodeToolchain node = await NodeToolchain.FindAsync();
        // The wrapper package only fetches what this package, npm's choice for the system, already holds.
        string system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        string architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        string package = Path.Combine("@foundry-rs", $"anvil-{system}-{architecture}");
        await node.RequireRepositoryPackageAsync(package, cancellationToken);
        string binary = Repository.Path("node_modules", package, "bin", OperatingSystem.IsWindows() ? "anvil.exe" : "anvil");
        ProcessStartInfo start = new(binary, ["--host", "127.0.0.1", "--port", "0", .. arguments]) { WorkingDirectory = Path.GetTempPath() };
        (Process process, Uri url) = await LaunchAsync(start, cancellationToken);
        return new AnvilNode(process, url);
    }
}
