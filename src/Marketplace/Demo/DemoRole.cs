using Marketplace.Ethereum;
using Marketplace.Ethereum.Signing;
using Marketplace.Field;

namespace Marketplace.Demo;

/// <summary>How a demo trainer behaves.</summary>
internal enum Behavior
{
    Honest,

    /// <summary>40 % of its labels are random.</summary>
    Noisy,

    /// <summary>Every label is another digit than it should be.</summary>
    Flipping,

    /// <summary>Trains nothing and submits what everybody knows: the previous round's aggregate.</summary>
    Replaying,
}

/// <summary>One account of the demo's market.</summary>
/// <param name="Name">Also the name of its folder and of its log.</param>
internal sealed record DemoParty(string Name)
{
    /// <summary>The account's key. It is public knowledge: demo accounts exist on throw-away chains only.</summary>
    public PrivateKey CreateKey() => new(Keccak256.HashData([.. "Marketplace.Demo.Account."u8, .. System.Text.Encoding.UTF8.GetBytes(Name)]));

    public Address Address
    {
        get
        {
            using PrivateKey key = CreateKey();
            return key.Address;
        }
    }
}

/// <summary>A trainer of the demo.</summary>
/// <param name="Samples">How many samples it trains on.</param>
internal sealed record DemoTrainer(DemoParty Party, Behavior Behavior, int Samples)
{
    public string Name => Party.Name;

    public string Description => Behavior switch
    {
        Behavior.Honest => $"honest, {Samples:N0} samples",
        Behavior.Noisy => $"40 % of {Samples:N0} labels random",
        Behavior.Flipping => $"all {Samples:N0} labels flipped",
        _ => "replays the last aggregate",
    };
}
