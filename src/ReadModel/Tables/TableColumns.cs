using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Marketplace.ReadModel.Tables;

/// <summary>A table's columns in SQL, and how a row's values come into them. All of it is taken from EF's model.</summary>
internal sealed class TableColumns
{
    private const string Annotation = "Marketplace:Columns";

    private TableColumns(IEntityType table)
    {
        StoreObjectIdentifier store = StoreObjectIdentifier.Create(table, StoreObjectType.Table)!.Value;
        Columns =
        [
            .. table.GetFlattenedProperties().Select(property =>
                new Column(Quote(property, store), property.GetColumnType(store), ReaderOf(property))),
        ];
        string[] keys = [.. table.FindPrimaryKey()!.Properties.Select(property => Quote(property, store))];
        IEnumerable<string> changing = Columns.Select(column => column.Name).Except(keys);
        Table = store.Name;
        List = string.Join(", ", Columns.Select(column => column.Name));
        Replacing = $"ON CONFLICT ({string.Join(", ", keys)}) DO UPDATE SET "
            + string.Join(", ", changing.Select(column => $"{column} = excluded.{column}"));
    }

    public string Table { get; }

    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The columns' names, separated by commas.</summary>
    public string List { get; }

    /// <summary>The end of an INSERT that puts a row in the place of one with the same key.</summary>
    public string Replacing { get; }

    /// <summary>Columns of a table of the model; they are found once.</summary>
    public static TableColumns Of(IEntityType table) =>
        table.GetOrAddRuntimeAnnotationValue<TableColumns, IEntityType>(Annotation, type => new TableColumns(type!), table);

    private static string Quote(IProperty property, StoreObjectIdentifier store) => $"\"{property.GetColumnName(store)}\"";

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

    /// <param name="Name">Quoted.</param>
    /// <param name="Type">The database's type.</param>
    /// <param name="Read">Its value of a row; null for none.</param>
    public sealed record Column(string Name, string Type, Func<object, object?> Read);
}
