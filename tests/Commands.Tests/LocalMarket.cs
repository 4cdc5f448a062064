using System.Numerics;
using System.Text;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Support;

namespace Marketplace.Commands.Tests;

/// <summary>A market on a chain of its own, with projects good and bad, for commands that are to be refused: none may add a block.</summary>
public sealed class LocalMarket : IAsyncLifetime
{
    /// <summary>Ten parameters.</summary>
    public const string Model =
        """{"input":[1,2,2],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""";

    private const string CsvModel = """{"input":[2],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""";

    private const string CsvSchema =
        """{"header":true,"columns":[{"name":"a","kind":"numeric"},{"name":"b","kind":"numeric"},"""
            + """{"name":"y","kind":"label","classes":[["no"],["yes"]]}]}""";

    private readonly TemporaryFolder _folder = new();
    private AnvilNode? _node;
    private TransactionSender? _owner;
    private Srs _srs = null!;
    private Cid _initialModel;
    private ulong _blocks;

    public EthereumClient Client { get; private set; } = null!;

    public Address Market { get; private set; }

    public Address Verifier { get; private set; }

    public Address Token { get; private set; }

    public string DeploymentFile => Path.Combine(_folder.Path, "deployment.json");

    public string StoreFolder => Path.Combine(_folder.Path, "blocks");

    /// <summary>A reference string that is not the market's.</summary>
    public string OtherSrs => Path.Combine(_folder.Path, "other.srs");

    public Uri Rpc => _node!.Url;

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

    public static string OwnerKey => EthereumNode.Keys[0];

    public static string AggregatorKey => EthereumNode.Keys[1];

    public static string TrainerKey => EthereumNode.Keys[2];

    public static string StrangerKey => EthereumNode.Keys[3];

    /// <summary>The key of an account without money.</summary>
    public static string PoorKey => "0x00000000000000000000000000000000000000000000000000000000000a11ce";

    public static Address AccountOf(string key)
    {
        using var parsed = PrivateKey.Parse(key);
        return parsed.Address;
    }

    /// <summary>Settings for a party; change what the case is about.</summary>
    public Dictionary<string, string> Settings(string? key = null, params (string Name, string Value)[] changes)
    {
        Dictionary<string, string> settings = new()
        {
            ["MARKETPLACE_RPC"] = Rpc.ToString(),
            ["MARKETPLACE_DEPLOYMENT"] = DeploymentFile,
            ["MARKETPLACE_STORE"] = StoreFolder,
            // Cases run side by side, and an account's state belongs to one process at a time.
            ["MARKETPLACE_STATE"] = Path.Combine(_folder.Path, "state", Guid.NewGuid().ToString("N")),
        };
        if (key is not null)
            settings["MARKETPLACE_KEY"] = key;
        foreach ((string name, string value) in changes)
            settings[name] = value;
        return settings;
    }

    /// <summary>Nobody has sent a transaction since the market was set up.</summary>
    public async Task HasNotMovedAsync() => Assert.Equal(_blocks, (await Client.GetBlockAsync(BlockTag.Latest))!.Number);

    /// <summary>Publishes bytes in the market's store.</summary>
    public async Task<Cid> PublishAsync(byte[] bytes)
    {
        using IContentStore store = ContentStore.Open(StoreFolder);
        return await store.AddAsync(bytes);
    }

    public async ValueTask InitializeAsync()
    {
        _node = await AnvilNode.StartAsync();
        Client = new EthereumClient(Rpc);
        _owner = await SenderAsync(OwnerKey);
        _srs = Srs.OpenDevelopment(10, Path.Combine(Programs.DataFolder, "marketplace", "srs"));
        Srs.CreateDevelopment(64 + Srs.ReservedCoordinates).Save(OtherSrs);

        SrsParameters points = _srs.Parameters;
        Verifier = await DeployAsync(
            "verifier", GramVerifierContract.Deploy(points.Tau1, ToContract(points.Tau2), ToContract(points.TauSquared2), points.Length));
        Market = await DeployAsync("market", MarketContract.Deploy(Verifier));
        Token = await DeployAsync("token", TestTokenContract.Deploy());
        await File.WriteAllTextAsync(DeploymentFile, $$"""{"chainId":31337,"market":"{{Market}}","verifier":"{{Verifier}}","block":1}""");

        var model = ModelSpecification.Parse(Model);
        _initialModel = await PublishAsync(ModelFile.Write(model, new int[10], 14));
        Cid garbage = await PublishAsync("<html>not found</html>"u8.ToArray());
        Open = await CreateAsync("open", await DocumentAsync());
        OpenCsv = await CreateAsync("csv", await CsvDocumentAsync(), dimension: 6);
        Invited = await CreateAsync("invited", await DocumentAsync(allowed: AccountOf(TrainerKey)), allowed: AccountOf(TrainerKey));
        Training = await CreateAsync("training", await DocumentAsync());
        DocumentAbsent = await CreateAsync("absent", await ContentId.OfAsync("nowhere"u8.ToArray(), CancellationToken.None));
        DocumentGarbage = await CreateAsync("garbage", garbage);
        DocumentContradicts = await CreateAsync("contradicts", await DocumentAsync(), dimension: 9);
        ModelGarbage = await CreateAsync("model", await DocumentAsync(initial: garbage));
        await OpenRoundAsync(Training);
        _blocks = (await Client.GetBlockAsync(BlockTag.Latest))!.Number;
    }

    public async ValueTask DisposeAsync()
    {
        if (_owner is not null)
            await _owner.DisposeAsync();
        Client?.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
        _folder.Dispose();
        Directory.Delete(Programs.DataFolder, recursive: true);
    }

    private async Task<Cid> DocumentAsync(Cid? initial = null, Address? allowed = null) =>
        await PublishAsync(Document(Model, """{"kind":"idx"}""").Publish(initial ?? _initialModel) is { } document
            ? (document with { Allowlist = allowed is { } account ? [account] : [] }).ToBytes()
            : []);

    private async Task<Cid> CsvDocumentAsync()
    {
        Cid initial = await PublishAsync(ModelFile.Write(ModelSpecification.Parse(CsvModel), new int[6], 14));
        return await PublishAsync(Document(CsvModel, $$"""{"kind":"csv","schema":{{CsvSchema}}}""").Publish(initial).ToBytes());
    }

    private static ProjectDocument.Draft Document(string model, string data) => ProjectDocument.Draft.Parse(
        Encoding.UTF8.GetBytes($$"""{"title":"For refusals","model":{{model}},"data":{{data}}}"""), "the document");

    private async Task<int> CreateAsync(string name, Cid document, int dimension = 10, Address? allowed = null)
    {
        TermsFile file = TermsFile.Parse(Encoding.UTF8.GetBytes(TermsJson(name)));
        Terms terms = file.ToContract(document, dimension, 14, 18, (await Client.GetBlockAsync(BlockTag.Latest))!.Timestamp, new Bytes32(_srs.Id));
        if (allowed is { } account)
            terms = terms with { AllowlistRoot = new AllowlistTree([account]).Root };
        Receipt receipt = await SendAsync(_owner!, $"create/{name}", MarketContract.Calldata.Create(terms, []), terms.Bounty + terms.AggregatorFee);
        return (int)receipt.Logs.Select(MarketEvents.TryDecode).OfType<MarketEvents.ProjectCreated>().Single().ProjectId;
    }

    /// <summary>Terms that are in order.</summary>
    public static string TermsJson(string document) => $$"""
        {
          "aggregator": "{{AccountOf(AggregatorKey)}}",
          "payment": { "bounty": "1", "trainerStake": "0.1" },
          "rounds": 2,
          "trainers": { "minimum": 1, "maximum": 1, "joinWithin": "1h" },
          "deadlines": { "open": "1h", "training": "1h", "settling": "1h" },
          "document": "{{document}}"
        }
        """;

    private async Task OpenRoundAsync(int project)
    {
        await using TransactionSender aggregator = await SenderAsync(AggregatorKey), trainer = await SenderAsync(TrainerKey);
        var market = new MarketContract(Client, Market);
        Terms terms = await market.TermsAsync(project);
        using var sealing = Crypto.Sealing.SealingKey.Generate();
        BigInteger x = new(sealing.PublicKey.X.Span, isUnsigned: true, isBigEndian: true),
            y = new(sealing.PublicKey.Y.Span, isUnsigned: true, isBigEndian: true);
        await SendAsync(aggregator, "bond", MarketContract.Calldata.PostBond(project, x, y), terms.AggregatorBond);
        await SendAsync(trainer, "join", MarketContract.Calldata.Join(project, []), terms.TrainerStake);
        await SendAsync(aggregator, "start", MarketContract.Calldata.Start(project));
        await SendAsync(aggregator, "open", MarketContract.Calldata.OpenRound(
            project, _initialModel, _srs.Parameters.Tau1, new HyperParameters(10_000, 1, 8)));
    }

    private async Task<TransactionSender> SenderAsync(string key) => await TransactionSender.OpenAsync(
        Client, PrivateKey.Parse(key), Path.Combine(_folder.Path, "journal"), new() { PollInterval = TimeSpan.FromMilliseconds(10) });

    private async Task<Address> DeployAsync(string name, TransactionRequest request) =>
        (await _owner!.SendAsync($"deploy/{name}", request)).ContractAddress!.Value;

    private Task<Receipt> SendAsync(TransactionSender sender, string intent, byte[] call, BigInteger value = default) =>
        sender.SendAsync(intent, new TransactionRequest(Market, call) { Value = value, Errors = [MarketContract.Abi] });

    private static G2Point ToContract(G2 point)
    {
        byte[] bytes = new byte[128];
        point.WriteBytes(bytes);
        BigInteger[] words = [.. bytes.Chunk(32).Select(word => new BigInteger(word, isUnsigned: true, isBigEndian: true))];
        return new G2Point(words[0], words[1], words[2], words[3]);
    }
}
