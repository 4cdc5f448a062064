using System.Numerics;
using System.Text.Json;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Learning.Numerics;
using Marketplace.Proofs;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Scoring;
using Marketplace.Support;

namespace Marketplace.Protocol.Tests.Markets;

/// <summary>
/// What settling costs with real proofs: the gas of whole transactions, in a third round, so with two public rows and with
/// balances that are not zero. The environment variable SETTLEMENT_DIMENSION adds a vector length, such as 1048576, to the two here.
/// </summary>
public sealed class SettlementGasTests(ITestOutputHelper output)
{
    private const int Rounds = 3;

    [Theory]
    [InlineData(16, 1_100_000)]
    [InlineData(32, 2_100_000)]
    public async Task A_whole_settlement_stays_within_its_bound_whatever_the_vectors_length(int trainers, int bound)
    {
        int[] dimensions = [1 << 8, 1 << 12, .. LargeDimension()];
        var used = new List<ulong>();
        foreach (int dimension in dimensions)
        {
            await using AnvilNode node = await AnvilNode.StartAsync("--accounts", $"{trainers + 2}");
            using var market = await ProvenMarket.CreateAsync(node, trainers, dimension);
            ulong gas = 0;
            for (int round = 0; round < Rounds; round++)
                gas = await market.PlayAsync(round);
            output.WriteLine($"n = {trainers}, d = {dimension}: {gas} gas");
            used.Add(gas);
        }

        Assert.All(used, gas => Assert.InRange(gas, 1ul, (ulong)bound));
        // Calldata bytes that happen to be zero, and how many are dropped as outliers, make the small difference.
        Assert.InRange(used.Max() - used.Min(), 0ul, used.Min() / 50);
    }

    private static int[] LargeDimension() =>
        int.TryParse(Environment.GetEnvironmentVariable("SETTLEMENT_DIMENSION"), out int dimension) ? [dimension] : [];

    /// <summary>A market on a node of its own, whose parties hold vectors that nobody trained.</summary>
    private sealed class ProvenMarket : IDisposable
    {
        private const int ProjectId = 1;

        private readonly EthereumClient _client;
        private readonly Address[] _accounts;
        private readonly Srs _srs;
        private readonly MarketChain _chain;
        private readonly ProjectFollower _follower;
        private readonly RandomStream _random;
        private readonly List<Aggregate> _aggregates = [];
        private readonly int _dimension;

        private ProvenMarket(EthereumClient client, Address[] accounts, Srs srs, MarketChain chain, int dimension)
        {
            _client = client;
            _accounts = accounts;
            _srs = srs;
            _chain = chain;
            _dimension = dimension;
            _follower = new ProjectFollower(chain, ProjectId);
            _random = new RandomStream((ulong)(accounts.Length * 1000 + dimension), 0);
        }

        private Address Owner => _accounts[0];

        private Address Aggregator => _accounts[1];

        private Address[] Trainers => _accounts[2..];

        public static async Task<ProvenMarket> CreateAsync(AnvilNode node, int trainers, int dimension)
        {
            var client = new EthereumClient(node.Url);
            JsonElement listed = await client.SendAsync("eth_accounts", []);
            Address[] accounts = [.. listed.EnumerateArray().Select(account => Address.Parse(account.GetString()!))];
            Assert.Equal(trainers + 2, accounts.Length);
            Srs srs = Srs.OpenDevelopment(dimension, Srs.DevelopmentCache);
            SrsParameters points = srs.Parameters;
            Receipt verifier = await SendAsync(client, accounts[0], GramVerifierContract.Deploy(
                points.Tau1, ToContract(points.Tau2), ToContract(points.TauSquared2), points.Length));
            Receipt market = await SendAsync(client, accounts[0], MarketContract.Deploy(verifier.ContractAddress!.Value));
            MarketChain chain = await MarketChain.ConnectAsync(
                client, new Deployment(market.ContractAddress!.Value), CancellationToken.None);
            var created = new ProvenMarket(client, accounts, srs, chain, dimension);
            await created.StartAsync();
            return created;
        }

        /// <returns>Gas of the settlement.</returns>
        public async Task<ulong> PlayAsync(int round)
        {
            short[] reference = Vector(null);
            short[][] updates = [.. Trainers.Select(_ => Vector(reference))];
            Fr[] blinders = [.. Enumerable.Range(0, updates.Length + 1).Select(_ => Fr.FromUInt64(_random.NextUInt32() + 1ul))];
            G1 opening = Commitment.Commit(_srs, reference, blinders[0]);
            await SendAsync(Aggregator, _chain.Contract.OpenRound(
                ProjectId, AnyCid(), opening, new HyperParameters(1, 1, 1)));
            for (int i = 0; i < updates.Length; i++)
            {
                await SendAsync(Trainers[i], _chain.Contract.Submit(
                    ProjectId, (ushort)round, Commitment.Commit(_srs, updates[i], blinders[i + 1]), AnyCid()));
            }

            await _follower.RefreshAsync(CancellationToken.None);
            Settlement settlement = Settle(round, reference, updates, blinders);
            return (await SendAsync(Aggregator, _chain.Contract.Settle(ProjectId, (ushort)round, settlement))).GasUsed;
        }

        public void Dispose() => _chain.Dispose();

        private async Task StartAsync()
        {
            ulong now = (await _chain.HeadAsync(CancellationToken.None)).Timestamp;
            BigInteger bounty = Units.ParseEther("3");
            var terms = new Terms(
                Aggregator, Address.Zero, bounty, 0, bounty, 0, Rounds, 1, (ushort)Trainers.Length, now + 3600, 3600, 3600, 3600, 0, 0, 0, 0, 0,
                14, (uint)_dimension, new HyperBounds(1, 1, 1, 1, 1, 1), Bytes32.Zero, new Bytes32(_srs.Id), AnyCid());
            await SendAsync(Owner, _chain.Contract.Create(terms, [], bounty));
            using SealingKey key = SealingKey.Generate();
            await SendAsync(Aggregator, _chain.Contract.PostBond(
                ProjectId,
                new BigInteger(key.PublicKey.X.Span, isUnsigned: true, isBigEndian: true),
                new BigInteger(key.PublicKey.Y.Span, isUnsigned: true, isBigEndian: true),
                bounty));
            foreach (Address trainer in Trainers)
                await SendAsync(trainer, _chain.Contract.Join(ProjectId, [], 0));
            await SendAsync(Owner, _chain.Contract.Start(ProjectId));
        }

        private Settlement Settle(int round, short[] reference, short[][] updates, Fr[] blinders)
        {
            ProjectHistory history = _follower.History;
            Submission[] submissions = [.. history.Rounds[round].Submissions.Select(e => new Submission(e.Trainer, e.Commitment, e.Payload))];
            Aggregate[] publicRows = [.. Enumerable.Reverse(_aggregates).Take(GramMatrix.MaxPublicRows)];
            GramMatrix gram = GramMatrix.Compute(reference, updates, [.. publicRows.Select(row => row.Entries)], CancellationToken.None);
            var statement = new GramStatement(
                GramContext.Compute(_chain.Round(ProjectId, round), history.Terms, submissions, 0).ToArray(),
                _dimension,
                [
                    history.Rounds[round].Opened!.ReferenceCommitment,
                    .. submissions.Select(submission => submission.Commitment),
                    .. history.PublicRowCommitments(round),
                ],
                gram);
            var witness = new GramWitness(
                reference, updates, [.. publicRows.Select(row => row.Entries)], [.. blinders, .. publicRows.Select(row => row.Blinder)]);
            byte[] proof = GramProver.Prove(_srs, statement, witness, null, CancellationToken.None).ToBytes();
            ScoringOutcome scoring = RoundScoring.Score(gram);
            Assert.NotEqual(0u, scoring.Kept);
            _aggregates.Add(Aggregate.Combine(_dimension, updates, blinders[1..], scoring.Weights, scoring.Divisor));
            return new Settlement(submissions, 0, gram.Pack(), proof, AnyCid(), AnyCid());
        }

        /// <summary>A random vector, or one that leans to another as updates do to the reference.</summary>
        private short[] Vector(short[]? toward) =>
            [.. Enumerable.Range(0, _dimension).Select(k => (short)((toward?[k] ?? 0) + _random.NextInt32(2001) - 1000))];

        private Cid AnyCid() => Cid.Of(CidCodec.Raw, BitConverter.GetBytes(_random.NextUInt32()));

        private Task<Receipt> SendAsync(Address from, TransactionRequest request) => SendAsync(_client, from, request);

        /// <summary>Sends from an account that the node has unlocked.</summary>
        private static async Task<Receipt> SendAsync(EthereumClient client, Address from, TransactionRequest request)
        {
            var transaction = new Dictionary<string, string?>
            {
                ["from"] = from.ToString(),
                ["to"] = request.To?.ToString(),
                ["data"] = Hex.Format(request.Data.Span),
                ["value"] = Hex.FormatQuantity(request.Value),
            };
            JsonElement hash = await client.SendAsync("eth_sendTransaction", [transaction]);
            Receipt? receipt;
            while ((receipt = await client.GetReceiptAsync(Bytes32.Parse(hash.GetString()!))) is null)
                await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
            return receipt.IsSuccess ? receipt : throw new InvalidOperationException($"a transaction of {from} reverted");
        }

        private static G2Point ToContract(G2 point)
        {
            var bytes = new byte[128];
            point.WriteBytes(bytes);
            BigInteger[] words = [.. bytes.Chunk(32).Select(word => new BigInteger(word, isUnsigned: true, isBigEndian: true))];
            return new G2Point(words[0], words[1], words[2], words[3]);
        }
    }
}
