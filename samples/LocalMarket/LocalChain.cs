using System.Diagnostics;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;

namespace Marketplace.LocalMarket;

/// <summary>A development chain with a market on it.</summary>
public sealed class LocalChain(string repository, string node, Uri url)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>Ends Node when its standard input ends, which happens when the starting process dies.</summary>
    private const string EndWithInput = "data:text/javascript,process.stdin.on('end',()=>process.exit(0)).resume()";

    public Uri Url { get; } = url;

    /// <summary>Runs set-up (Node, packages, contracts), and finds the Node that it chose.</summary>
    /// <exception cref="LocalMarketException">Set-up failed; it has said why.</exception>
    public static async Task<(string Repository, string Node)> PrepareAsync(CancellationToken cancellationToken)
    {
        string repository = FindRepository();
        var start = new ProcessStartInfo("node", [Path.Combine(repository, "eng", "setup.mjs"), "--node-path"]) { RedirectStandardOutput = true };
        using Process setup = StartNode(start);
        string node = (await setup.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
        await setup.WaitForExitAsync(cancellationToken);
        return setup.ExitCode == 0 ? (repository, node) : throw new LocalMarketException("set-up failed, see above");
    }

    /// <summary>What Node is told to run Hardhat's node, in the checkout's folder.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="port">TCP port on the loopback interface.</param>
    public static string[] ArgumentsOf(string repository, int port) =>
    [
        HardhatScript(repository), "--config", Path.Combine(repository, "hardhat.config.js"), "node",
        "--hostname", "127.0.0.1", "--port", $"{port}",
    ];

    /// <summary>Starts Hardhat's node on a free port and waits until it answers.</summary>
    public static async Task<LocalChain> StartAsync(string repository, string node, ChildProcesses processes, CancellationToken cancellationToken)
    {
        int port = LoopbackPort.FindFree();
        ChildProcess hardhat = processes.Start(
            "chain",
            node,
            ["--import", EndWithInput, .. ArgumentsOf(repository, port)],
            workingDirectory: repository);
        var chain = new LocalChain(repository, node, new Uri($"http://127.0.0.1:{port}"));
        using var client = new EthereumClient(new RpcOptions(chain.Url) { MaxAttempts = 1 });
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await client.GetChainIdAsync(cancellationToken);
                return chain;
            }
            catch (RpcTransportException) when (Stopwatch.GetElapsedTime(started) < StartLimit && !hardhat.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
            catch (RpcTransportException)
            {
                hardhat.ThrowIfFailed();
                throw new LocalMarketException($"the local chain did not answer within {StartLimit.TotalSeconds:0} s; its log is chain.log");
            }
        }
    }

    /// <summary>Deploys the market with the given reference string.</summary>
    /// <returns>The deployment file.</returns>
    public async Task<string> DeployAsync(string srsParameters, string folder, ChildProcesses processes, CancellationToken cancellationToken)
    {
        string file = Path.Combine(folder, "deployment.json");
        ChildProcess deploy = processes.Start(
            "deploy",
            node,
            [HardhatScript(repository), "run", "eng/hardhat-deploy.mjs", "--no-compile", "--network", "local"],
            new Dictionary<string, string> { ["LOCAL_RPC_URL"] = Url.ToString(), ["SRS_PARAMETERS"] = srsParameters, ["DEPLOYMENT_FILE"] = file },
            repository);
        await deploy.WaitAsync(cancellationToken);
        await processes.EndAsync(deploy);
        return file;
    }

    /// <summary>Gives accounts money for gas, stakes, bond and bounty.</summary>
    public async Task FundAsync(IEnumerable<Address> accounts, BigInteger wei, CancellationToken cancellationToken)
    {
        using var client = new EthereumClient(Url);
        foreach (Address account in accounts)
            await client.SendAsync("hardhat_setBalance", [account.ToString(), Hex.FormatQuantity(wei)], cancellationToken);
    }

    /// <summary>Moves the chain's clock on.</summary>
    public async Task PassAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var client = new EthereumClient(Url);
        await client.SendAsync("evm_increaseTime", [(long)time.TotalSeconds], cancellationToken);
        await client.SendAsync("evm_mine", [], cancellationToken);
    }

    private static string HardhatScript(string repository) => Path.Combine(repository, "node_modules", "hardhat", "dist", "src", "cli.js");

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Marketplace.sln")))
                return folder.FullName;
        }

        throw new LocalMarketException(
            $"a local market starts the contracts' tools from this project's checkout, but {AppContext.BaseDirectory} is in none; run it there: "
                + "dotnet run --project src/Marketplace -- demo");
    }

    private static Process StartNode(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new LocalMarketException("could not start Node");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new LocalMarketException("there is no 'node' on the PATH; install Node.js with npm from https://nodejs.org");
        }
    }
}
