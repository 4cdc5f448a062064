using System.Text.Json.Nodes;
using Marketplace.Learning.Data;

namespace Marketplace.Web.Posting;

/// <summary>What of a model follows from a table's columns.</summary>
public static class TableModel
{
    /// <summary>
    /// Writes what the columns leave no choice of into a model's document: the input, the outputs of a last linear layer, and the loss. What
    /// the columns do not say yet, and other layers, stay as they are.
    /// </summary>
    public static void Follow(JsonNode? model, CsvSchema columns)
    {
        if (model is not JsonObject document)
            return;
        if (columns.FeatureCount is > 0 and { } features)
            document["input"] = new JsonArray(features);
        CsvColumn? label = columns.Columns.FirstOrDefault(column => column.Kind == CsvColumnKind.Label);
        int targets = columns.Columns.Count(column => column.Kind == CsvColumnKind.Target);
        if (label is null && targets == 0)
            return;
        document["loss"] = label is null ? "meanSquaredError" : "crossEntropy";
        int? outputs = label is null ? targets : label.Classes?.Count;
        if (outputs is not null && document["layers"] is JsonArray { Count: > 0 } layers && layers[^1] is JsonObject last
            && MemberText.Of(last["type"]) == "linear")
        {
            last["out"] = outputs;
        }
    }
}
