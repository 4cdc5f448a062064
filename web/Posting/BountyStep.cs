using System.Text.RegularExpressions;

namespace Marketplace.Web.Posting;

/// <summary>A step of the form, with the fields that it holds.</summary>
/// <param name="Name">For tests and routes.</param>
/// <param name="Title">For people.</param>
/// <param name="Fields">What each field is called, by its path in the terms file or the project document.</param>
public sealed partial record BountyStep(string Name, string Title, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>The steps in their order. A field that no step lists belongs to the first: it came with a file.</summary>
    public static IReadOnlyList<BountyStep> All { get; } =
    [
        new("what", "What is learned", new Dictionary<string, string>
        {
            ["title"] = "Title",
            ["description"] = "Description",
            ["data.kind"] = "Data",
            ["data.schema"] = "Columns",
            ["data.conditions"] = "What the data must be",
            ["license"] = "License of the model",
            ["model"] = "Model",
            ["training.optimizer"] = "Optimizer",
            ["training.momentum"] = "Momentum",
        }),
        new("who", "Who takes part", new Dictionary<string, string>
        {
            ["aggregator"] = "Aggregator's account",
            ["arbitrator"] = "Court",
            ["trainers.minimum"] = "Fewest trainers",
            ["trainers.maximum"] = "Most trainers",
            ["payment.trainerStake"] = "Stake of each trainer",
            ["trainers.allowlist"] = "Only these accounts",
        }),
        new("money", "What is paid", new Dictionary<string, string>
        {
            ["payment.token"] = "Token",
            ["payment.bounty"] = "Bounty",
            ["payment.aggregatorFee"] = "Aggregator's fee",
            ["rounds"] = "Rounds",
            ["payment.aggregatorBond"] = "Aggregator's bond",
            ["rewardWeights"] = "Weight of each round",
        }),
        new("time", "How long it takes", new Dictionary<string, string>
        {
            ["trainers.joinWithin"] = "Joining",
            ["deadlines.open"] = "Opening",
            ["deadlines.training"] = "Training",
            ["deadlines.settling"] = "Settling",
            ["deadlines.contest"] = "Contest",
        }),
        new("rules", "What is allowed", new Dictionary<string, string>
        {
            ["tolerance.expiries"] = "Rounds that may expire or fail",
            ["tolerance.absences"] = "Absences that are forgiven",
            ["tolerance.absencePenaltyPercent"] = "Cost of a further absence",
            ["hyperParameters.learningRate"] = "Learning rate",
            ["hyperParameters.localEpochs"] = "Passes over the data",
            ["hyperParameters.batchSize"] = "Batch size",
        }),
        new("review", "Review and post", new Dictionary<string, string>()),
    ];

    /// <summary>Which step holds a field, from 0.</summary>
    public static int Of(string field) => Math.Max(0, All.ToList().FindIndex(step => step.Fields.ContainsKey(field)));

    /// <summary>What a person reads for a field; its path where the form has none for it.</summary>
    public static string LabelOf(string field) => All[Of(field)].Fields.GetValueOrDefault(field, field);

    /// <summary>A message in which fields stand by their labels, not by the paths that the files have.</summary>
    public static string InWords(string message) => Path().Replace(message, path =>
        LayerPlace.Of(path.Value) is { } layer ? $"layer {layer}"
        : LabelOf(path.Value) is var label && label == path.Value ? path.Value
        : $"“{label}”");

    /// <summary>The form's fields that a message names, each once.</summary>
    public static IReadOnlyList<string> FieldsIn(string message) =>
        [.. Path().Matches(message).Select(path => path.Value).Where(path => LabelOf(path) != path).Distinct()];

    [GeneratedRegex(@"\bmodel(\.(layers|shortcut)\[\d+\])+|\b[a-z][A-Za-z]*\.[a-z][A-Za-z]*\b")]
    private static partial Regex Path();
}
