using Marketplace.ReadModel.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.ReadModel.Tests;

internal static class Stores
{
    public static Task<MarketStore> OpenSqliteAsync(string folder, MarketIdentity market) => MarketStore.OpenAsync(
        new ReadModelOptions { Folder = folder }, market, NullLogger.Instance, TestContext.Current.CancellationToken);
}

/// <summary>What happens to files that a store does not hold alone.</summary>
internal static class SqliteFiles
{
    /// <summary>The only market's file in a folder.</summary>
    public static string Find(string folder) => Assert.Single(Directory.GetFiles(folder, "*.db"));

    /// <summary>Copies a store's files as they are this moment, which is what a process that is killed leaves.</summary>
    public static void CopyAbandoned(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using FileStream target = File.Create(Path.Combine(to, Path.GetFileName(file)));
            source.CopyTo(target);
        }
    }

    /// <summary>Overwrites all pages of a file but the first, past whoever has it open.</summary>
    public static void Damage(string path)
    {
        Execute(path, "PRAGMA wal_checkpoint(TRUNCATE)");
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        byte[] garbage = new byte[file.Length - 4096];
        new Random(1).NextBytes(garbage);
        file.Position = 4096;
        file.Write(garbage);
    }

    public static void Execute(string path, string sql)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
