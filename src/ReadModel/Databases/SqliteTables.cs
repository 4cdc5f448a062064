using System.Globalization;
using Marketplace.ReadModel.Tables;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using SQLitePCL;

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
        sqlite3 database = ((SqliteConnection)Database.GetDbConnection()).Handle!;
        string places = string.Join(", ", Enumerable.Repeat("?", table.Columns.Count));
        string sql = $"INSERT INTO \"{table.Table}\" ({table.List}) VALUES ({places}) {table.Replacing}";
        // Past ADO.NET, which looks each parameter up by its name for every row.
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out sqlite3_stmt insert), database);
        using (insert)
        {
            foreach (object row in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (int k = 0; k < table.Columns.Count; k++)
                    SqliteException.ThrowExceptionForRC(Bind(insert, k + 1, table.Columns[k].Read(row)), database);
                SqliteException.ThrowExceptionForRC(raw.sqlite3_step(insert), database);
                SqliteException.ThrowExceptionForRC(raw.sqlite3_reset(insert), database);
            }
        }
        return Task.CompletedTask;
    }

    private static int Bind(sqlite3_stmt insert, int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(insert, place),
        byte[] bytes => raw.sqlite3_bind_blob(insert, place, bytes),
        string text => raw.sqlite3_bind_text(insert, place, text),
        double number => raw.sqlite3_bind_double(insert, place, number),
        _ => raw.sqlite3_bind_int64(insert, place, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };

    /// <summary>Lists of ids go as one parameter: SQLite takes only so many, and each number of them would be another statement.</summary>
    private static void Configure(SqliteDbContextOptionsBuilder sqlite) =>
        sqlite.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter);
}
