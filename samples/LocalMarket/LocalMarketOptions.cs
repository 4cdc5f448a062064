using Marketplace.Learning.Models;

namespace Marketplace.LocalMarket;

/// <summary>What the user can choose of a local market.</summary>
public sealed record LocalMarketOptions
{
    /// <summary>Folder with files in MNIST's format; null for digits that the program draws itself.</summary>
    public string? Data { get; init; }

    /// <summary>What is trained, on images with ten classes; null for a small network that fits the data.</summary>
    public ModelSpecification? Model { get; init; }

    /// <summary>Number of rounds of the scenario's project.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Whether the noisy, the flipping and the replaying trainer take part.</summary>
    public bool Attackers { get; init; } = true;

    /// <summary>Whether the aggregator of the scenario's project lies in one round.</summary>
    public bool Forger { get; init; }

    /// <summary>A development node to use instead of starting one.</summary>
    public Uri? Rpc { get; init; }

    /// <summary>A content store to use instead of a folder of the market's own.</summary>
    public string? Store { get; init; }

    /// <summary>Seed of data and initial weights.</summary>
    public ulong Seed { get; init; } = 1;
}
