using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Marketplace.Fleet.Migrations;

/// <summary>Brings a database's schema <c>fleet</c> up to date by the numbered files of this folder, each of which is applied once.</summary>
/// <remarks>All of it is one transaction under one lock, so that machines can start together. A file that was applied is never edited.</remarks>
internal static class Migrator
{
    /// <summary>Key of the advisory lock under which tables are made.</summary>
    private const long SetupLock = 0x6d61726b65740003;

    private static readonly Migration[] All = [.. Read().OrderBy(migration => migration.Number)];

    /// <exception cref="InvalidDataException">The database was migrated by another version, whose tables are not these.</exception>
    public static async Task ApplyAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync($"SELECT pg_advisory_xact_lock({SetupLock})");
        // Asked first: to make a schema "if it does not exist" takes the right to make one even where it does.
        if (await ScalarAsync("SELECT to_regclass('fleet.migrations') IS NULL") is true)
        {
            await ExecuteAsync(
                """
                CREATE SCHEMA IF NOT EXISTS fleet;
                CREATE TABLE fleet.migrations (
                    number integer PRIMARY KEY,
                    file text NOT NULL,
                    sha256 bytea NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """);
        }

        Dictionary<int, (string File, byte[] Hash)> applied = await ReadAppliedAsync();
        foreach ((int number, (string file, byte[] hash)) in applied)
        {
            Migration? known = All.FirstOrDefault(migration => migration.Number == number);
            if (known is null)
                throw new InvalidDataException($"it was migrated by {file}, which this version does not know; run a newer version");
            if (!known.Hash.AsSpan().SequenceEqual(hash))
                throw new InvalidDataException($"it was migrated by another {file} than this version's; run the version that did it");
        }

        foreach (Migration migration in All.Where(migration => !applied.ContainsKey(migration.Number)))
        {
            await ExecuteAsync(migration.Sql);
            await ExecuteAsync(
                "INSERT INTO fleet.migrations (number, file, sha256) VALUES ($1, $2, $3)", migration.Number, migration.File, migration.Hash);
        }

        await transaction.CommitAsync(cancellationToken);

        async Task ExecuteAsync(string sql, params object[] values) => await ScalarAsync(sql, values);

        async Task<object?> ScalarAsync(string sql, params object[] values)
        {
            await using NpgsqlCommand command = new(sql, connection, transaction);
            foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
            return await command.ExecuteScalarAsync(cancellationToken);
        }

        async Task<Dictionary<int, (string File, byte[] Hash)>> ReadAppliedAsync()
        {
            await using NpgsqlCommand command = new("SELECT number, file, sha256 FROM fleet.migrations", connection, transaction);
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
            Dictionary<int, (string File, byte[] Hash)> found = [];
            while (await rows.ReadAsync(cancellationToken))
                found.Add(rows.GetInt32(0), (rows.GetString(1), rows.GetFieldValue<byte[]>(2)));
            return found;
        }
    }

    private static IEnumerable<Migration> Read()
    {
        Assembly assembly = typeof(Migrator).Assembly;
        foreach (string file in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(file)!);
            // Line ends depend on how the sources were checked out, and are not to make another migration of it.
            string sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            int number = int.Parse(file.AsSpan(0, file.IndexOf('_')), NumberStyles.None, CultureInfo.InvariantCulture);
            yield return new Migration(number, file, sql, SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
        }
    }

    private sealed record Migration(int Number, string File, string Sql, byte[] Hash);
}
