using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql;

namespace Marketplace.ReadModel.Databases;

/// <summary>
/// The tables in PostgreSQL. Many rows are written by COPY: they go to a temporary table first, which takes any, and from there over
/// those with the same key.
/// </summary>
internal sealed class PostgresTables(DbContextOptions<PostgresTables> options) : MarketTables(options)
{
    public static DbContextOptions<PostgresTables> Options(System.Data.Common.DbDataSource source) =>
        new DbContextOptionsBuilder<PostgresTables>().UseNpgsql(source).Options;

    public static DbContextOptions<PostgresTables> Options(NpgsqlConnection connection) =>
        new DbContextOptionsBuilder<PostgresTables>().UseNpgsql(connection).Options;

    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        // By the numbers of the characters, as SQLite does, so that every machine sorts alike.
        model.Entity<ContentRow>().Property(row => row.TitleKey).UseCollation("C");
    }

    protected override async Task WriteAsync(TableColumns table, IEnumerable<object> rows, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)Database.GetDbConnection();
        string stage = $"\"stage_{table.Table}\"";
        await ExecuteAsync($"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} (LIKE \"{table.Table}\")");
        string copy = $"COPY {stage} ({table.List}) FROM STDIN (FORMAT BINARY)";
        await using (NpgsqlBinaryImporter importer = await connection.BeginBinaryImportAsync(copy, cancellationToken))
        {
            foreach (object row in rows)
            {
                await importer.StartRowAsync(cancellationToken);
                foreach (TableColumns.Column column in table.Columns)
                {
                    if (column.Read(row) is { } value)
                        await importer.WriteAsync(value, column.Type, cancellationToken);
                    else
                        await importer.WriteNullAsync(cancellationToken);
                }
            }
            await importer.CompleteAsync(cancellationToken);
        }
        await ExecuteAsync($"INSERT INTO \"{table.Table}\" ({table.List}) SELECT {table.List} FROM {stage} {table.Replacing}; TRUNCATE {stage}");

        async Task ExecuteAsync(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>For dotnet-ef.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<PostgresTables>
    {
        public PostgresTables CreateDbContext(string[] args) => new(Options(new NpgsqlConnection()));
    }
}
