using System.Numerics;
using System.Text.Json;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Nodes;

namespace Marketplace.Testing.Markets;

/// <summary>The market's contracts on a node of their own. The node signs for everybody, so nobody needs a key or keeps a journal.</summary>
public sealed class TestMarket : IAsyncDisposable
{
    private const int FractionBits = 14, Decimals = 18;

    private readonly bool _isOthers;

    private TestMarket(AnvilNode node, MarketChain chain, Address verifier, Srs srs, IReadOnlyList<Address> accounts, bool isOthers = false) =>
        (Node, Chain, Verifier, Srs, Accounts, _isOthers) = (node, chain, verifier, srs, accounts, isOthers);

    public AnvilNode Node { get; }

    public MarketChain Chain { get; }

    public Address Verifier { get; }

    public Srs Srs { get; }

    /// <summary>The node's accounts: the owner of all projects, their aggregator, and trainers.</summary>
    public IReadOnlyList<Address> Accounts { get; }

    public Address Owner => Accounts[0];

    public Address Aggregator => Accounts[1];

    public IReadOnlyList<Address> Trainers => [.. Accounts.Skip(2)];

    /// <summary>Starts a node and deploys the market.</summary>
    /// <param name="srs">What the verifier verifies by, and parties prove by.</param>
    /// <param name="accounts">How many accounts the node funds.</param>
    public static async Task<TestMarket> DeployAsync(Srs srs, int accounts = 10)
    {
        AnvilNode node = await AnvilNode.StartAsync("--accounts", $"{accounts}");
        EthereumClient client = new(node.Url);
        try
        {
            JsonElement listed = await client.SendAsync("eth_accounts", []);
            Address[] addresses = [.. listed.EnumerateArray().Select(account => Address.Parse(account.GetString()!))];
            SrsParameters points = srs.Parameters;
            Address verifier = await client.DeployAsync(addresses[0], GramVerifierContract.Deploy(
                points.Tau1, ToContract(points.Tau2), ToContract(points.TauSquared2), points.Length));
            Address market = await client.DeployAsync(addresses[0], MarketContract.Deploy(verifier));
            MarketChain chain = await MarketChain.ConnectAsync(client, new Deployment(market), CancellationToken.None);
            return new TestMarket(node, chain, verifier, srs, addresses);
        }
        catch
        {
            client.Dispose();
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Plays on a market that is there already; node and chain stay the caller's.</summary>
    /// <param name="accounts">Accounts of the node that nobody else uses: an owner, an aggregator, trainers.</param>
    public static async Task<TestMarket> OnAsync(AnvilNode node, MarketChain chain, Srs srs, params Address[] accounts) =>
        new(node, chain, await chain.Contract.VerifierAsync(), srs, accounts, isOthers: true);

    /// <summary>The file that names the market to programs.</summary>
    public string DeploymentJson => $$"""{"chainId":31337,"market":"{{Chain.Address}}","verifier":"{{Verifier}}","block":1}""";

    public Task<Receipt> SendAsync(Address from, TransactionRequest request) => Chain.Client.SendFromAsync(from, request);

    public Task<Address> DeployTokenAsync() => Chain.Client.DeployAsync(Owner, TestTokenContract.Deploy());

    /// <summary>Creates a project, which the owner pays for in ether.</summary>
    /// <param name="document">The project document's CID.</param>
    /// <param name="dimension">The model's number of parameters.</param>
    public async Task<TestProject> CreateAsync(TermsFile file, Cid document, int dimension)
    {
        ulong now = await Chain.NowAsync(CancellationToken.None);
        Terms terms = file.ToContract(document, dimension, FractionBits, Decimals, now, new Bytes32(Srs.Id));
        ushort[] weights = [.. file.RewardWeights.Select(weight => (ushort)weight)];
        Receipt receipt = await SendAsync(Owner, Chain.Contract.Create(terms, weights, terms.Bounty + terms.AggregatorFee));
        BigInteger id = receipt.Logs.Select(MarketEvents.TryDecode).OfType<MarketEvents.ProjectCreated>().Single().ProjectId;
        return new TestProject(this, id, terms, file.Allowlist());
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOthers)
            return;
        Chain.Dispose();
        await Node.DisposeAsync();
    }

    private static G2Point ToContract(G2 point)
    {
        byte[] bytes = new byte[128];
        point.WriteBytes(bytes);
        BigInteger[] words = [.. bytes.Chunk(Bytes32.Size).Select(word => new Bytes32(word).ToBigInteger())];
        return new G2Point(words[0], words[1], words[2], words[3]);
    }
}
