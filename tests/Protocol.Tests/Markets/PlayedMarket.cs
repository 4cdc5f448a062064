using System.Numerics;
using System.Text;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Scoring;
using Marketplace.Support;

[assembly: AssemblyFixture(typeof(Marketplace.Protocol.Tests.Markets.PlayedMarket))]

namespace Marketplace.Protocol.Tests.Markets;

/// <summary>
/// A project of two rounds, played on a chain of its own against the real contracts. In the first, one of three submissions is
/// declared invalid; in the second, one trainer stays away and forfeits a part of its stake. The contract has accepted every
/// allowlist proof, context, Gram proof and commitment of it.
/// </summary>
public sealed class PlayedMarket : IAsyncLifetime
{
    public const int Dimension = 16, Trainers = 3;

    private const int Seed = 1_299_709;

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-played-").FullName;
    private readonly Dictionary<string, TransactionSender> _senders = [];
    private readonly Random _random = new(Seed);
    private AnvilNode? _node;

    public MarketChain Chain { get; private set; } = null!;

    public Srs Srs { get; } = Srs.CreateDevelopment(Dimension + Srs.ReservedCoordinates);

    /// <summary>The project's events in order.</summary>
    public IReadOnlyList<IContractEvent> Events { get; private set; } = [];

    public BigInteger Project { get; private set; }

    /// <summary>What the contract said that it had stored of each submission, round by round, while the round was open.</summary>
    public List<Bytes32[]> SubmissionHashes { get; } = [];

    public List<Aggregate> Aggregates { get; } = [];

    public static Address TrainerAddress(int index) => AddressOf(EthereumNode.Keys[2 + index]);

    public static IReadOnlyList<Address> Allowlist => [.. Enumerable.Range(0, 5).Select(TrainerAddress)];

    /// <summary>The history that events make.</summary>
    public ProjectHistory HistoryOf(IEnumerable<IContractEvent> events)
    {
        var history = new ProjectHistory(Project);
        foreach (IContractEvent @event in events)
            history.Apply(@event);
        return history;
    }

    public async ValueTask InitializeAsync()
    {
        _node = await AnvilNode.StartAsync();
        var client = new EthereumClient(_node.Url);
        TransactionSender owner = await SenderAsync(client, 0);
        SrsParameters points = Srs.Parameters;
        Address verifier = (await owner.SendAsync("verifier", GramVerifierContract.Deploy(
            points.Tau1, ToContract(points.Tau2), ToContract(points.TauSquared2), points.Length))).ContractAddress!.Value;
        Address market = (await owner.SendAsync("market", MarketContract.Deploy(verifier))).ContractAddress!.Value;
        Chain = await MarketChain.ConnectAsync(client, new Deployment(market, 31337), CancellationToken.None);

        Terms terms = await CreateAsync();
        await BeginAsync(terms);
        await PlayRoundAsync(0, submitters: 3, invalid: 0b010);
        await PlayRoundAsync(1, submitters: 2, invalid: 0);
        (Events, _, _) = await ReadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TransactionSender sender in _senders.Values)
            await sender.DisposeAsync();
        Chain?.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<(List<IContractEvent> Events, ulong, Bytes32)> ReadAsync() => Chain.ReadEventsAsync(Project, 0, CancellationToken.None);

    private async Task<Terms> CreateAsync()
    {
        TermsFile file = TermsFile.Parse(Encoding.UTF8.GetBytes($$"""
            {
              "aggregator": "{{AddressOf(EthereumNode.Keys[1])}}",
              "payment": { "bounty": "1", "aggregatorFee": "0.1", "trainerStake": "0.1" },
              "rounds": 2, "rewardWeights": [1, 2],
              "trainers": { "minimum": 3, "maximum": 3, "joinWithin": "1h", "allowlist": [{{string.Join(", ", Allowlist.Select(a => $"\"{a}\""))}}] },
              "deadlines": { "open": "1d", "training": "1h", "settling": "1d" },
              "tolerance": { "absences": 0, "absencePenaltyPercent": 25 },
              "baseSharePercent": 12.5,
              "document": "project.json"
            }
            """));
        Cid document = await ContentId.OfAsync([1, 2, 3], CancellationToken.None);
        Terms terms = file.ToContract(document, Dimension, 14, 18, await Chain.NowAsync(CancellationToken.None), new Bytes32(Srs.Id));
        Receipt receipt = await SendAsync(0, MarketContract.Calldata.Create(terms, [1, 2]), terms.Bounty + terms.AggregatorFee);
        Project = receipt.Logs.Select(MarketEvents.TryDecode).OfType<MarketEvents.ProjectCreated>().Single().ProjectId;
        return terms;
    }

    private async Task BeginAsync(Terms terms)
    {
        using var sealing = Crypto.Sealing.SealingKey.Generate();
        await SendAsync(
            1,
            MarketContract.Calldata.PostBond(Project, Unsigned(sealing.PublicKey.X.Span), Unsigned(sealing.PublicKey.Y.Span)),
            terms.AggregatorBond);
        for (int k = 0; k < Trainers; k++)
        {
            await SendAsync(
                2 + k, MarketContract.Calldata.Join(Project, new AllowlistTree(Allowlist).ProofOf(TrainerAddress(k))), terms.TrainerStake);
        }

        await SendAsync(1, MarketContract.Calldata.Start(Project));
    }

    private async Task PlayRoundAsync(int round, int submitters, uint invalid)
    {
        short[] reference = [.. Enumerable.Range(0, Dimension).Select(_ => (short)_random.Next(-3000, 3000))];
        short[][] updates = [.. Enumerable.Range(0, submitters).Select(_ => Near(reference))];
        Fr[] blinders = [.. Enumerable.Range(0, 1 + submitters).Select(k => Fr.FromUInt64((ulong)_random.NextInt64()))];
        G1 referenceCommitment = Commitment.Commit(Srs, reference, blinders[0]);
        Cid content = await ContentId.OfAsync([(byte)round], CancellationToken.None);
        await SendAsync(1, MarketContract.Calldata.OpenRound(
            Project, content, referenceCommitment, new HyperParameters(100_000, 1, 8)));

        var submissions = new List<Submission>();
        for (int k = 0; k < submitters; k++)
        {
            Cid payload = await ContentId.OfAsync([(byte)round, (byte)k], CancellationToken.None);
            var submission = new Submission(
                TrainerAddress(k), Commitment.Commit(Srs, updates[k], blinders[1 + k]), payload);
            await SendAsync(2 + k, MarketContract.Calldata.Submit(Project, (ushort)round, submission.Commitment, submission.Payload));
            submissions.Add(submission);
        }
        SubmissionHashes.Add(
            [.. await Task.WhenAll(Enumerable.Range(0, submitters).Select(seat => Chain.Contract.SubmissionHashAsync(Project, seat)))]);
        if (submitters < Trainers)
        {
            await _node!.SendAsync("evm_increaseTime", "[3601]");
            await _node.SendAsync("evm_mine");
        }
        await SettleAsync(round, reference, updates, blinders, referenceCommitment, submissions, invalid, content);
    }

    private async Task SettleAsync(
        int round, short[] reference, short[][] updates, Fr[] blinders, G1 referenceCommitment, List<Submission> submissions, uint invalid,
        Cid content)
    {
        int[] valid = [.. Enumerable.Range(0, updates.Length).Where(k => (invalid >> k & 1) == 0)];
        Aggregate[] publicRows = [.. Enumerable.Reverse(Aggregates)];
        ProjectHistory history = HistoryOf((await ReadAsync()).Events);
        GramMatrix gram = GramMatrix.Compute(reference, [.. valid.Select(k => updates[k])], [.. publicRows.Select(row => row.Entries)]);
        var statement = new GramStatement(
            GramContext.Compute(Chain.Round(Project, round), history.Terms, submissions, invalid).ToArray(),
            Dimension,
            [referenceCommitment, .. valid.Select(k => submissions[k].Commitment), .. history.PublicRowCommitments(round)],
            gram);
        var witness = new GramWitness(
            reference,
            [.. valid.Select(k => updates[k])],
            [.. publicRows.Select(row => row.Entries)],
            [blinders[0], .. valid.Select(k => blinders[1 + k]), .. publicRows.Select(row => row.Blinder)]);
        byte[] proof = GramProver.Prove(Srs, statement, witness, null, CancellationToken.None).ToBytes();
        ScoringOutcome scoring = RoundScoring.Score(gram.Updates, gram.PublicRows, (i, j) => gram[i, j]);
        Aggregates.Add(Aggregate.Combine(
            Dimension, [.. valid.Select(k => updates[k])], [.. valid.Select(k => blinders[1 + k])], scoring.Weights, scoring.Divisor));
        await SendAsync(1, MarketContract.Calldata.Settle(
            Project, (ushort)round, new Settlement(submissions, invalid, gram.Pack(), proof, content, content)));
    }

    private short[] Near(short[] reference) => [.. reference.Select(entry => (short)(entry + _random.Next(-1500, 1500)))];

    private Task<Receipt> SendAsync(int account, byte[] call, BigInteger value = default) => _senders[EthereumNode.Keys[account]].SendAsync(
        $"{Guid.NewGuid()}", new TransactionRequest(Chain.Address, call) { Value = value, Errors = [MarketContract.Abi] });

    private async Task<TransactionSender> SenderAsync(EthereumClient client, int wanted)
    {
        for (int k = 0; k < 2 + Trainers; k++)
        {
            _senders[EthereumNode.Keys[k]] = await TransactionSender.OpenAsync(
                client, PrivateKey.Parse(EthereumNode.Keys[k]), _folder, new() { PollInterval = TimeSpan.FromMilliseconds(10) });
        }

        return _senders[EthereumNode.Keys[wanted]];
    }

    private static Address AddressOf(string text)
    {
        using var key = PrivateKey.Parse(text);
        return key.Address;
    }

    private static BigInteger Unsigned(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static G2Point ToContract(G2 point)
    {
        byte[] bytes = new byte[128];
        point.WriteBytes(bytes);
        BigInteger[] words = [.. bytes.Chunk(32).Select(word => Unsigned(word))];
        return new G2Point(words[0], words[1], words[2], words[3]);
    }
}
