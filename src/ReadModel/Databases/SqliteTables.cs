using Marketplace.ReadModel.Tables;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Marketplace.ReadModel.Databases;

/// <summary>The tables in SQLite. Many rows are written by one prepared statement.</summary>
internal sealed class SqliteTables(DbContextOptions<SqliteTables> options) : MarketTables(options)
{
    public static DbContextOptions<SqliteTables> Options(string connection) =>
        new DbContextOptionsBuilder<SqliteTables>().UseSqlite(connection, Configure).Options;

    public static DbContextOptions<SqliteTables> Options(SqliteConnection connection) =>
        new DbContextOptionsBuilder<SqliteTables>().UseSqlite(connection, Configure).Options;

    protected override Task WriteAsync(TableColumns table, IEnumerable<object> rows, CancellationToken cancellationToken)
    {
        using SqliteCommand insert = ((SqliteConnection)Database.GetDbConnection()).CreateCommand();
        SqliteParameter[] values = [.. table.Columns.Select((_, k) => insert.Parameters.Add(new SqliteParameter { ParameterName = $"@{k}" }))];
        string names = string.Join(", ", values.Select(value => value.ParameterName));
        insert.CommandText = $"INSERT INTO \"{table.Table}\" ({table.List}) VALUES ({names}) {table.Replacing}";
        insert.Prepare();
        foreach (object row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int k = 0; k < values.Length; k++)
                values[k].Value = table.Columns[k].Read(row) ?? DBNull.Value;
            insert.ExecuteNonQuery();
        }
        return Task.CompletedTask;
    }

    /// <summary>Lists of ids go as one parameter: SQLite takes only so many, and each number of them would be another statement.</summary>
    private static void Configure(SqliteDbContextOptionsBuilder sqlite) =>
        sqlite.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter);

    /// <summary>For dotnet-ef.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<SqliteTables>
    {
        public SqliteTables CreateDbContext(string[] args) => new(Options("Data Source=:memory:"));
    }
}
