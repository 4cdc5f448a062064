using Marketplace.Chain;
using Marketplace.Chain.Signing;
using Marketplace.Crypto;

namespace Marketplace.LocalMarket;

/// <summary>One account of the local market.</summary>
/// <param name="Name">Also the name of its folder and of its log.</param>
public sealed record LocalParty(string Name)
{
    /// <summary>The account's key. It is public knowledge: these accounts exist on throw-away chains only.</summary>
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

/// <summary>What a lying aggregator lies about.</summary>
/// <param name="Victim">Whose update it declares invalid.</param>
/// <param name="Round">In which round, from 1.</param>
public sealed record LocalLie(LocalTrainer Victim, int Round);

/// <summary>A trainer of the local market.</summary>
/// <param name="Samples">How many samples it trains on.</param>
public sealed record LocalTrainer(LocalParty Party, Behavior Behavior, int Samples)
{
    public string Name => Party.Name;

    /// <summary>What it does, in a few words.</summary>
    public string Description => Behavior switch
    {
        Behavior.Honest => $"honest, {Samples:N0} samples",
        Behavior.Noisy => $"40 % of {Samples:N0} labels random",
        Behavior.Flipping => $"all {Samples:N0} labels flipped",
        _ => "replays the last aggregate",
    };
}
