namespace Marketplace.Web.Posting;

/// <summary>A beginning for a project: a model with the data that it takes.</summary>
/// <param name="Schema">The columns, for CSV; null for images.</param>
public sealed record ProjectTemplate(string Key, string Name, string About, string DataKind, string Model, string? Schema, string Conditions)
{
    public static readonly IReadOnlyList<ProjectTemplate> All =
    [
        new(
            "digits", "Digits 16×16", "A small perceptron for images of 16×16 pixels in ten classes.", "idx",
            LocalMarket.Scenario.Perceptron,
            null, "Grayscale images of single digits with their labels."),
        new(
            "images", "Images 28×28", "A convolutional network for images of 28×28 pixels in ten classes, MNIST's format.", "idx",
            """
            {
              "input": [1, 28, 28],
              "layers": [
                { "type": "conv2d", "name": "conv", "out": 8, "kernel": 5 },
                { "type": "relu" },
                { "type": "maxPool2d", "size": 2 },
                { "type": "flatten" },
                { "type": "linear", "name": "hidden", "out": 32 },
                { "type": "relu" },
                { "type": "linear", "name": "output", "out": 10 }
              ],
              "loss": "crossEntropy"
            }
            """,
            null, "Grayscale images of 28×28 pixels with their labels, in IDX files."),
        new(
            "table", "Table (CSV)", "A linear model on the columns of a CSV file; declare your own columns below.", "csv",
            """
            {
              "input": [5],
              "layers": [ { "type": "linear", "name": "output", "out": 2 } ],
              "loss": "crossEntropy"
            }
            """,
            """
            {
              "header": true,
              "columns": [
                { "name": "age", "kind": "numeric", "mean": 50, "deviation": 15 },
                { "name": "pressure", "kind": "numeric", "mean": 130, "deviation": 20 },
                { "name": "smoker", "kind": "categorical", "categories": ["never", "former", "current"] },
                { "name": "ill", "kind": "label", "classes": [["no"], ["yes"]] }
              ]
            }
            """,
            "Consecutive patients of one hospital, with consent to research."),
    ];
}
