using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Learning.Numerics;
using Marketplace.Proofs;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Testing.Markets;

/// <summary>
/// A project of a <see cref="TestMarket"/>, played by whoever calls. Nobody trains: reference and updates are random vectors. All
/// else is real, so the contract has accepted every allowlist proof, commitment and Gram proof.
/// </summary>
public sealed class TestProject
{
    private static readonly HyperParameters HyperParameters = new(100_000, 1, 8);

    private readonly AllowlistTree? _allowlist;
    private readonly List<Address> _trainers = [];
    private readonly RandomStream _random;
    private readonly ProjectFollower _follower;
    private int _rounds;

    internal TestProject(TestMarket market, BigInteger id, Terms terms, IReadOnlyList<Address> allowed)
    {
        (Market, Id, Terms) = (market, id, terms);
        _allowlist = allowed.Count > 0 ? new AllowlistTree(allowed) : null;
        _random = new RandomStream((ulong)id, terms.Dimension);
        _follower = new ProjectFollower(market.Chain, id);
    }

    public TestMarket Market { get; }

    public BigInteger Id { get; }

    public Terms Terms { get; }

    /// <summary>Who has joined, by seat.</summary>
    public IReadOnlyList<Address> Trainers => _trainers;

    /// <summary>What the rounds' updates were combined to.</summary>
    public List<Aggregate> Aggregates { get; } = [];

    /// <summary>What has happened up to now.</summary>
    public async Task<ProjectHistory> ReadHistoryAsync()
    {
        await _follower.RefreshAsync(CancellationToken.None);
        return _follower.History;
    }

    /// <summary>The aggregator posts the bond, trainers join, the project starts.</summary>
    public async Task BeginAsync(params IEnumerable<Address> joining)
    {
        using SealingKey key = SealingKey.Generate();
        await Market.SendAsync(Market.Aggregator, Market.Chain.Contract.PostBond(
            Id, Number(key.PublicKey.X), Number(key.PublicKey.Y), Terms.AggregatorBond));
        foreach (Address trainer in joining)
        {
            await Market.SendAsync(trainer, Market.Chain.Contract.Join(Id, _allowlist?.ProofOf(trainer) ?? [], Terms.TrainerStake));
            _trainers.Add(trainer);
        }
        await Market.SendAsync(Market.Aggregator, Market.Chain.Contract.Start(Id));
    }

    /// <summary>Opens the next round.</summary>
    /// <param name="model">The CID of its model; one of nothing when left out.</param>
    public async Task<TestRound> OpenRoundAsync(Cid? model = null)
    {
        short[] reference = NextReference();
        Fr blinder = NextBlinder();
        await Market.SendAsync(Market.Aggregator, Market.Chain.Contract.OpenRound(
            Id, model ?? NextContent(), Commitment.Commit(Market.Srs, reference, blinder), HyperParameters));
        return new TestRound(this, _rounds++, reference, blinder);
    }

    /// <summary>Lets the time pass in which the aggregator had to open the next round or to settle the open one, and closes it.</summary>
    public async Task<Receipt> ExpireAsync()
    {
        ProjectState state = await Market.Chain.Contract.StateAsync(Id);
        if (state.SettleBy == 0)
            _rounds++;
        await Market.Node.PassAsync(TimeSpan.FromSeconds(
            state.SettleBy == 0 ? Terms.OpenDuration + 1 : Terms.TrainingDuration + Terms.SettlingDuration + 1));
        return await Market.SendAsync(Market.Owner, Market.Chain.Contract.Expire(Id));
    }

    /// <summary>A random vector that leans to the reference, as updates do.</summary>
    public short[] NextUpdate(short[] reference) => [.. reference.Select(entry => (short)(entry + NextEntry(1500)))];

    /// <summary>A random vector.</summary>
    internal short[] NextReference() => [.. Enumerable.Range(0, (int)Terms.Dimension).Select(_ => NextEntry(3000))];

    internal Fr NextBlinder() => Fr.FromUInt64(_random.NextUInt32() + 1ul);

    /// <summary>The CID of something that nobody has published.</summary>
    internal Cid NextContent() => Cid.Of(CidCodec.Raw, BitConverter.GetBytes(_random.NextUInt32()));

    private short NextEntry(int bound) => (short)(_random.NextInt32(2 * bound + 1) - bound);

    private static BigInteger Number(ReadOnlyMemory<byte> word) => new Bytes32(word.Span).ToBigInteger();
}
