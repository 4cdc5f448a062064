using System.Globalization;

namespace Marketplace.Learning.Data;

/// <summary>What a column asks for, in words. Names and texts in them are those of whoever wrote the schema.</summary>
public static class CsvColumnWords
{
    /// <summary>Most texts that are listed one by one.</summary>
    private const int MaxListed = 12;

    /// <summary>Such as <c>a category, one of 1, 2, 3</c>.</summary>
    public static string Of(CsvColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.Kind switch
        {
            CsvColumnKind.Label => $"the class to learn{List(column.Classes?.Select(texts => string.Join("/", texts)))}",
            CsvColumnKind.Target => "a number to learn",
            CsvColumnKind.Categorical => $"a category{List(column.Categories)}",
            CsvColumnKind.Numeric => "a number" + (column.ReplaceMissing ?? column.Mean) switch
            {
                { } replacement => string.Create(CultureInfo.InvariantCulture, $", {replacement} where it is missing"),
                null when column.Fit => ", the mean where it is missing",
                null => "",
            },
            _ => "not read",
        };
    }

    private static string List(IEnumerable<string>? texts) => texts?.ToList() switch
    {
        null => "",
        { Count: <= MaxListed } all => $", one of {string.Join(", ", all)}",
        { } all => $", one of {string.Join(", ", all.Take(MaxListed))} and {all.Count - MaxListed} more",
    };
}
