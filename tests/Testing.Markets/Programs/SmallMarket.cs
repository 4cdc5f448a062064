using System.Diagnostics;
using Marketplace.Chain;
using Marketplace.Learning.Data;
using Marketplace.Testing.Files;
using Marketplace.Testing.Nodes;
using Marketplace.Testing.Programs;

namespace Marketplace.Testing.Markets.Programs;

/// <summary>
/// A market on a node of its own with some small data sets. Each use begins on the same chain, right after the deployment: so two
/// runs of the same project are the same project, number and all, and can be compared.
/// </summary>
public class SmallMarket : IAsyncDisposable
{
    private const int Samples = 300;

    private readonly TemporaryFolder _folder = new();
    private AnvilNode? _node;
    private string _snapshot = "";

    /// <summary>Account 0 deploys; the others are parties. All have money for gas.</summary>
    public static Address AccountOf(int party) => DevelopmentAccounts.AddressOf(party);

    public AnvilNode Node => _node ?? throw new InvalidOperationException("Not started.");

    public string DeploymentFile => _folder["deployment.json"];

    /// <summary>Starts the node, deploys the market, and writes the data of all parties.</summary>
    public async Task StartAsync()
    {
        _node = await AnvilNode.StartAsync();
        await DeployAsync();
        foreach (string split in new[] { "train", "t10k" })
        {
            for (int party = 1; party < EthereumNode.Keys.Count; party++)
                WriteData(party, split);
        }

        _snapshot = await Node.TakeSnapshotAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes the chain back to where the market was just deployed, and gives an empty content store and state.</summary>
    public async Task<SmallMarketRun> BeginAsync()
    {
        await Node.RevertAsync(_snapshot);
        _snapshot = await Node.TakeSnapshotAsync();
        return new SmallMarketRun(this, _folder.CreateFolder(Guid.NewGuid().ToString("N")));
    }

    public string DataOf(int party) => _folder[$"data-{party}"];

    private void WriteData(int party, string split)
    {
        string path = Directory.CreateDirectory(DataOf(party)).FullName;
        Dataset data = RenderedDigits.Generate(Samples, (ulong)(split == "train" ? party : 100), difficulty: 0.5);
        IdxWriter.Write(data, Path.Combine(path, $"{split}-images-idx3-ubyte"), Path.Combine(path, $"{split}-labels-idx1-ubyte"));
    }

    private async Task DeployAsync()
    {
        string parameters = _folder["srs-parameters.json"];
        var (code, _, log) = await MarketProgram.RunAsync(
            "Marketplace", ["srs", "development", "--parameters", parameters]);
        if (code != 0)
            throw new InvalidOperationException(log);
        NodeToolchain node = await NodeToolchain.FindAsync();
        ProcessStartInfo deploy = node.Start(
            Repository.Root, Path.Combine("node_modules", "hardhat", "dist", "src", "cli.js"),
            "run", Path.Combine("eng", "hardhat-deploy.mjs"), "--no-compile", "--network", "local");
        deploy.Environment["LOCAL_RPC_URL"] = Node.Url.ToString();
        deploy.Environment["SRS_PARAMETERS"] = parameters;
        deploy.Environment["DEPLOYMENT_FILE"] = DeploymentFile;
        (await ProgramRun.RunAsync(deploy)).Succeeded();
    }
}
