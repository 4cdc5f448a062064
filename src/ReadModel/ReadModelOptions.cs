namespace Marketplace.ReadModel;

/// <summary>Where a read model is kept, and how closely it follows the chain.</summary>
public sealed record ReadModelOptions
{
    /// <summary>Connection string of a PostgreSQL database; null keeps the read model in a file. Never logged.</summary>
    public string? PostgresConnection { get; init; }

    /// <summary>Folder of the SQLite file, one for each market, when there is no database.</summary>
    public required string Folder { get; init; }

    /// <summary>How often the node is asked for new blocks; default 4 s. A second fits a local chain.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Most blocks in one query of history; default 2,000.</summary>
    public ulong MaxRange { get; init; } = 2_000;

    /// <summary>How long a document is waited for; default 30 s.</summary>
    public TimeSpan DocumentTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() => $"{(PostgresConnection is null ? $"SQLite in {Folder}" : "PostgreSQL")}, every {Poll}";
}
