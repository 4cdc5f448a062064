namespace Marketplace.Demo;

/// <summary>What the user can choose of a demo.</summary>
internal sealed record DemoOptions
{
    /// <summary>Folder with files in MNIST's format; null for digits that the program draws itself.</summary>
    public string? Data { get; init; }

    public int Rounds { get; init; } = 5;

    /// <summary>Whether the noisy, the flipping and the replaying trainer take part.</summary>
    public bool Attackers { get; init; } = true;

    /// <summary>A development node to use instead of starting one.</summary>
    public Uri? Rpc { get; init; }

    /// <summary>A content store to use instead of a folder of the demo's own.</summary>
    public string? Store { get; init; }

    /// <summary>Folder for data, state and logs; null for one that is removed at the end.</summary>
    public string? Folder { get; init; }

    public ulong Seed { get; init; } = 1;
}
