using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Marketplace.ReadModel.Postgres;

/// <summary>
/// Inserts or replaces many rows of a table by COPY: they go to a temporary table first, which takes any, and from there over those
/// with the same key. How rows become columns is EF's model's to say.
/// </summary>
internal sealed class BulkWriter
{
    private readonly (Func<object, object?> Read, string Type)[] columns;
    private readonly string create;
    private readonly string copy;
    private readonly string merge;

    /// <param name="table">The table's type in EF's model.</param>
    public BulkWriter(IEntityType table)
    {
        StoreObjectIdentifier store = StoreObjectIdentifier.Create(table, StoreObjectType.Table)!.Value;
        IProperty[] properties = [.. table.GetFlattenedProperties()];
        columns = [.. properties.Select(property => (ReaderOf(property), property.GetColumnType(store).Split('(')[0]))];
        string[] names = [.. properties.Select(property => $"\"{property.GetColumnName(store)}\"")];
        string[] keys = [.. table.FindPrimaryKey()!.Properties.Select(property => $"\"{property.GetColumnName(store)}\"")];
        string name = $"\"{store.Name}\"", stage = $"\"stage_{store.Name}\"", list = string.Join(", ", names);
        string[] changing = [.. names.Except(keys)];
        create = $"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} (LIKE {name}) ON COMMIT DELETE ROWS";
        copy = $"COPY {stage} ({list}) FROM STDIN (FORMAT BINARY)";
        merge = $"INSERT INTO {name} ({list}) SELECT {list} FROM {stage} ON CONFLICT ({string.Join(", ", keys)}) DO UPDATE SET "
            + string.Join(", ", changing.Select(column => $"{column} = excluded.{column}"));
    }

    /// <summary>Writes rows within the connection's transaction.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, IReadOnlyCollection<object> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
            return;
        await ExecuteAsync(connection, create, cancellation);
        await using (NpgsqlBinaryImporter importer = await connection.BeginBinaryImportAsync(copy, cancellation))
        {
            foreach (object row in rows)
            {
                await importer.StartRowAsync(cancellation);
                foreach ((Func<object, object?> read, string type) in columns)
                {
                    if (read(row) is { } value)
                        await importer.WriteAsync(value, type, cancellation);
                    else
                        await importer.WriteNullAsync(cancellation);
                }
            }
            await importer.CompleteAsync(cancellation);
        }
        await ExecuteAsync(connection, merge, cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A column's value of a row, as the database takes it; also those of moments within rows.</summary>
    private static Func<object, object?> ReaderOf(IProperty property)
    {
        Func<object?, object?> convert = property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider : value => value;
        Func<object, object?> read = row => property.PropertyInfo!.GetValue(row);
        if (property.DeclaringType is not IComplexType complex)
            return row => convert(read(row));
        System.Reflection.PropertyInfo outer = complex.ComplexProperty.PropertyInfo!;
        return row => outer.GetValue(row) is { } moment ? convert(read(moment)) : null;
    }
}
