using System.Globalization;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>Prints a table for the documents, a row as soon as it is known.</summary>
internal sealed class MarkdownTable
{
    public MarkdownTable(string title, params string[] columns)
    {
        Console.WriteLine($"\n### {title}\n");
        Row(columns);
        Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length - 1))}");
    }

    public void Row(params IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    /// <summary>Processor time and, after a slash, time on the wall.</summary>
    public static string Both(double cpu, double wall) => $"{Seconds(cpu)} / {Seconds(wall)}";

    /// <summary>Three significant digits in a fitting unit.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 1e-6 => $"{Digits(seconds * 1e9)} ns",
        < 1e-3 => $"{Digits(seconds * 1e6)} µs",
        < 1 => $"{Digits(seconds * 1e3)} ms",
        _ => $"{Digits(seconds)} s",
    };

    public static string Megabytes(long bytes) => $"{bytes / 1e6:F0} MB";

    /// <summary>Three significant digits.</summary>
    public static string Digits(double value) => value.ToString(
        Math.Abs(value) switch { < 10 => "F2", < 100 => "F1", _ => "F0" }, CultureInfo.InvariantCulture);
}
