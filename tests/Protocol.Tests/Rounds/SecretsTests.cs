using Marketplace.Chain;
using Marketplace.Chain.Signing;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;

namespace Marketplace.Protocol.Tests.Rounds;

/// <summary>Derived secrets: bound to what they are for, and to nothing less.</summary>
public sealed class SecretsTests : IDisposable
{
    private static readonly Address Market = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    private static readonly RoundId Round = new(31337, Market, 3, 5);
    private static readonly short[] Vector = [1, -2, 3, 0];

    private readonly PrivateKey _key = PrivateKey.Parse(EthereumNode.Keys[0]);
    private readonly PrivateKey _otherKey = PrivateKey.Parse(EthereumNode.Keys[1]);

    public static TheoryData<RoundId> OtherRounds =>
        [Round with { ChainId = 1 }, Round with { Market = PlayedMarket.TrainerAddress(0) }, Round with { Project = 4 }, Round with { Round = 4 }];

    [Fact]
    public void A_blinder_is_the_same_every_time()
    {
        using var again = PrivateKey.Parse(EthereumNode.Keys[0]);
        Assert.Equal(new PartySecrets(_key).Blinder(Round, Vector), new PartySecrets(again).Blinder(Round, Vector));
    }

    [Fact]
    public void A_blinder_is_another_for_everything_else()
    {
        var secrets = new PartySecrets(_key);
        Fr[] blinders =
        [
            secrets.Blinder(Round, Vector),
            .. OtherRounds.Select(row => secrets.Blinder(row.Data, Vector)),
            secrets.Blinder(Round, [1, -2, 3, 1]),
            secrets.Blinder(Round, [1, -2, 3]),
            new PartySecrets(_otherKey).Blinder(Round, Vector),
        ];
        Assert.Equal(blinders.Length, blinders.Distinct().Count());
        Assert.DoesNotContain(Fr.Zero, blinders);
    }

    [Fact]
    public void A_sealing_key_is_of_its_account_chain_and_market()
    {
        using SealingKey one = new PartySecrets(_key).SealingKey(31337, Market), same = new PartySecrets(_key).SealingKey(31337, Market),
            chain = new PartySecrets(_key).SealingKey(1, Market), market = new PartySecrets(_key).SealingKey(31337, Address.Zero),
            account = new PartySecrets(_otherKey).SealingKey(31337, Market);
        Assert.Equal(one.PublicKey, same.PublicKey);
        Assert.Equal(4, new[] { one, chain, market, account }.Select(k => k.PublicKey).Distinct().Count());
    }

    [Fact]
    public void A_storage_key_is_of_its_account_and_purpose()
    {
        byte[] one = new PartySecrets(_key).StorageKey("Trainer");
        Assert.Equal(32, one.Length);
        Assert.Equal(one, new PartySecrets(_key).StorageKey("Trainer"));
        Assert.NotEqual(one, new PartySecrets(_key).StorageKey("Aggregator"));
        Assert.NotEqual(one, new PartySecrets(_otherKey).StorageKey("Trainer"));
    }

    [Fact]
    public void Names_of_rounds_are_unique_and_of_one_length()
    {
        RoundId[] ids = [Round, .. OtherRounds.Select(row => row.Data), new(31337, Market, 0x0300, 5), new(31337, Market, 3, 0x0500)];
        Assert.All(ids, id => Assert.Equal(64, id.ToBytes().Length));
        Assert.Equal(ids.Length, ids.Select(id => Convert.ToHexString(id.ToBytes())).Distinct().Count());
    }

    public void Dispose()
    {
        _key.Dispose();
        _otherKey.Dispose();
    }
}
