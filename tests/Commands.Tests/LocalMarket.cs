using System.Text;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;

namespace Marketplace.Commands.Tests;

/// <summary>A market on a chain of its own, with projects good and bad, for commands that are to be refused: none may add a block.</summary>
public sealed class LocalMarket : IAsyncLifetime
{
    /// <summary>Ten parameters.</summary>
    public const string Model =
        """{"input":[1,2,2],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""";

    private const string CsvModel = """{"input":[2],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""";

    private const string CsvSchema =
        """
        {"header":true,"columns":[
          {"name":"a","kind":"numeric"},{"name":"b","kind":"numeric"},{"name":"y","kind":"label","classes":[["no"],["yes"]]}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private TestMarket? _market;
    private Cid _initialModel;
    private ulong _blocks;

    public Address Token { get; private set; }

    public string DeploymentFile => _folder["deployment.json"];

    public string StoreFolder => _folder["blocks"];

    /// <summary>A reference string that is not the market's.</summary>
    public string OtherSrs => _folder["other.srs"];

    private TestMarket Market => _market ?? throw new InvalidOperationException("not started");

    /// <summary>Ids of projects. Open ones wait for trainers.</summary>
    public int Open { get; private set; }

    public int OpenCsv { get; private set; }

    public int Invited { get; private set; }

    /// <summary>Its first round waits for <see cref="TrainerKey"/>.</summary>
    public int Training { get; private set; }

    public int DocumentAbsent { get; private set; }

    public int DocumentGarbage { get; private set; }

    public int DocumentContradicts { get; private set; }

    public int ModelGarbage { get; private set; }

    public static Address Aggregator => DevelopmentAccounts.AddressOf(AggregatorKey);

    public static Address Trainer => DevelopmentAccounts.AddressOf(TrainerKey);

    public static Address Stranger => DevelopmentAccounts.AddressOf(StrangerKey);

    public static string OwnerKey => EthereumNode.Keys[0];

    public static string AggregatorKey => EthereumNode.Keys[1];

    public static string TrainerKey => EthereumNode.Keys[2];

    public static string StrangerKey => EthereumNode.Keys[3];

    /// <summary>The key of an account without money.</summary>
    public static string PoorKey => "0x00000000000000000000000000000000000000000000000000000000000a11ce";

    /// <summary>Terms that are in order. All may join whose keys are here.</summary>
    public static TermsFile Terms { get; } = ProjectFiles.TermsOf(Aggregator) with
    {
        Trainers = ProjectFiles.Invite(Trainer, Stranger, DevelopmentAccounts.AddressOf(PoorKey)) with { Minimum = 1, Maximum = 1 },
    };

    /// <summary>Settings for a party; change what the case is about.</summary>
    public Dictionary<string, string> Settings(string? key = null, params (string Name, string Value)[] changes)
    {
        Dictionary<string, string> settings = new()
        {
            ["MARKETPLACE_RPC"] = Market.Node.Url.ToString(),
            ["MARKETPLACE_DEPLOYMENT"] = DeploymentFile,
            ["MARKETPLACE_STORE"] = StoreFolder,
            // Cases run side by side, and an account's state belongs to one process at a time.
            ["MARKETPLACE_STATE"] = _folder["state", Guid.NewGuid().ToString("N")],
        };
        if (key is not null)
            settings["MARKETPLACE_KEY"] = key;
        foreach ((string name, string value) in changes)
            settings[name] = value;
        return settings;
    }

    /// <summary>Nobody has sent a transaction since the market was set up.</summary>
    public async Task HasNotMovedAsync() => Assert.Equal(_blocks, await BlocksAsync());

    /// <summary>Publishes bytes in the market's store.</summary>
    public async Task<Cid> PublishAsync(byte[] bytes)
    {
        using IContentStore store = ContentStore.Open(StoreFolder);
        return await store.AddAsync(bytes);
    }

    public async ValueTask InitializeAsync()
    {
        _market = await TestMarket.DeployAsync(Srs.OpenDevelopment(10, Programs.DataFolder["marketplace", "srs"]));
        Srs.CreateDevelopment(64 + Srs.ReservedCoordinates).Save(OtherSrs);
        Token = await _market.DeployTokenAsync();
        _folder.Write("deployment.json", _market.DeploymentJson);

        var model = ModelSpecification.Parse(Model);
        _initialModel = await PublishAsync(ModelFile.Write(model, new int[10], 14));
        Cid garbage = await PublishAsync("<html>not found</html>"u8.ToArray());
        Open = Id(await CreateAsync(await DocumentAsync()));
        OpenCsv = Id(await CreateAsync(await CsvDocumentAsync(), dimension: 6));
        TermsFile inviting = Terms with { Trainers = ProjectFiles.Invite(Trainer) };
        Invited = Id(await CreateAsync(await DocumentAsync(terms: inviting), terms: inviting));
        TestProject training = await CreateAsync(await DocumentAsync());
        Training = Id(training);
        DocumentAbsent = Id(await CreateAsync(await ContentId.OfAsync("nowhere"u8.ToArray(), CancellationToken.None)));
        DocumentGarbage = Id(await CreateAsync(garbage));
        DocumentContradicts = Id(await CreateAsync(await DocumentAsync(), dimension: 9));
        ModelGarbage = Id(await CreateAsync(await DocumentAsync(initial: garbage)));
        await training.BeginAsync(Trainer);
        await training.OpenRoundAsync(_initialModel);
        _blocks = await BlocksAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_market is not null)
            await _market.DisposeAsync();
        _folder.Dispose();
        Programs.DataFolder.Dispose();
    }

    private Task<Cid> DocumentAsync(Cid? initial = null, TermsFile? terms = null) =>
        PublishAsync(Document(Model, """{"kind":"idx"}""", terms ?? Terms).Publish(initial ?? _initialModel).ToBytes());

    private async Task<Cid> CsvDocumentAsync()
    {
        Cid initial = await PublishAsync(ModelFile.Write(ModelSpecification.Parse(CsvModel), new int[6], 14));
        return await PublishAsync(Document(CsvModel, $$"""{"kind":"csv","schema":{{CsvSchema}}}""", Terms).Publish(initial).ToBytes());
    }

    private static ProjectDocument.Draft Document(string model, string data, TermsFile terms) => ProjectDocument.Draft.Parse(
        Encoding.UTF8.GetBytes($$"""{"title":"For refusals","model":{{model}},"data":{{data}}}"""), "the document") with
    {
        Allowlist = terms.Trainers.Allowlist,
    };

    private Task<TestProject> CreateAsync(Cid document, int dimension = 10, TermsFile? terms = null) =>
        Market.CreateAsync(terms ?? Terms, document, dimension);

    private Task<ulong> BlocksAsync() => Market.Chain.Client.GetBlockNumberAsync();

    private static int Id(TestProject project) => (int)project.Id;
}
