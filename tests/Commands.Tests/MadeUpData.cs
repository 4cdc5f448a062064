using System.Globalization;
using Marketplace.Learning.Data;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Numerics;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;

namespace Marketplace.Commands.Tests;

/// <summary>Rows that a document's columns describe, in which there is something to be learned.</summary>
internal static class MadeUpData
{
    /// <summary>Writes a CSV file.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="draft">The document.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="seed">Decides the rows.</param>
    /// <param name="isFlipped">Whether every label says the opposite.</param>
    /// <returns>The file's path.</returns>
    public static string Write(TemporaryFolder folder, string name, ProjectDocument.Draft draft, int rows, ulong seed = 1, bool isFlipped = false)
    {
        CsvSchema schema = draft.Data.Schema!;
        int? vocabulary = draft.ParseModel().Layers.OfType<Embedding>().FirstOrDefault()?.Vocabulary;
        var random = new RandomStream(seed);
        List<string> lines = schema.HasHeader ? [string.Join(',', schema.Columns.Select(column => column.Name))] : [];
        for (int i = 0; i < rows; i++)
            lines.Add(Row(schema, vocabulary, random, isFlipped));
        folder.Write(name, string.Join('\n', lines));
        return folder[name];
    }

    /// <summary>The label, which comes last, says whether the numbers of the row are more often large than small.</summary>
    private static string Row(CsvSchema schema, int? vocabulary, RandomStream random, bool isFlipped)
    {
        double sum = random.NextDouble(-1, 1);
        List<string> fields = [];
        foreach (CsvColumn column in schema.Columns)
        {
            switch (column.Kind)
            {
                case CsvColumnKind.Label:
                    fields.Add(column.Classes![sum > 0 ^ isFlipped ? 1 : 0][0]);
                    break;
                case CsvColumnKind.Categorical:
                    fields.Add(column.Categories![random.NextInt32(column.Categories.Count)]);
                    break;
                default:
                    double value = random.NextNormal();
                    sum += value;
                    fields.Add(vocabulary is { } words
                        ? $"{random.NextInt32(words / 2) + (value > 0 ? words / 2 : 0)}"
                        : ((column.Mean ?? 0) + (column.Deviation ?? 1) * value).ToString(CultureInfo.InvariantCulture));
                    break;
            }
        }

        return string.Join(',', fields);
    }
}
