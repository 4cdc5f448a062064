using System.Diagnostics;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Testing.Nodes;

/// <summary>Hardhat's node, chain id 31337. Takes some seconds to start.</summary>
public sealed class HardhatNode : EthereumNode
{
    private HardhatNode(Process process, Uri url)
        : base(process, url)
    {
    }

    /// <summary>Starts a node and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It did not come up; says what it printed.</exception>
    public static async Task<HardhatNode> StartAsync(CancellationToken cancellationToken = default)
    {
        NodeToolchain node = await NodeToolchain.FindAsync();
        await node.RequireRepositoryPackageAsync("hardhat", cancellationToken);
        string cli = Path.Combine("node_modules", "hardhat", "dist", "src", "cli.js");
        ProcessStartInfo start = node.Start(Repository.Root, cli, "node", "--hostname", "127.0.0.1", "--port", "0");
        (Process process, Uri url) = await LaunchAsync(start, cancellationToken);
        return new HardhatNode(process, url);
    }
}
