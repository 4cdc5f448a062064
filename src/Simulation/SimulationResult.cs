using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Simulation;

/// <summary>One of the trainers of a simulation.</summary>
/// <param name="Name">Such as <c>honest 1</c>.</param>
/// <param name="Behavior">What it does.</param>
/// <param name="Samples">How many samples it has; 0 where it trains on none.</param>
public sealed record SimulatedTrainer(string Name, Behavior Behavior, int Samples)
{
    [JsonIgnore]
    public bool IsHonest => Behavior == Behavior.Honest;
}

/// <summary>What one trainer gave in one round, and what became of it.</summary>
/// <param name="Trainer">Its name.</param>
/// <param name="IsKept">Whether it is in the aggregate.</param>
/// <param name="Cosine">To the reference, 0 to 1; 0 where they point apart.</param>
/// <param name="Payout">In the token's smallest unit.</param>
public sealed record SimulatedUpdate(string Trainer, bool IsKept, double Cosine, BigInteger Payout);

/// <summary>One round of a simulation.</summary>
/// <param name="Number">From 1.</param>
/// <param name="LearningRate">The rate that the aggregator chose.</param>
/// <param name="Epochs">Passes over the data.</param>
/// <param name="Before">On the root set, of the model that the round started from.</param>
/// <param name="After">On the root set, of the model that it made.</param>
/// <param name="Test">On the test set, of the model that it made.</param>
/// <param name="Reliability">The reference's squared correlation with what the updates have in common, 0 to 1, as the scoring tells it.</param>
/// <param name="Updates">The trainers' updates.</param>
/// <param name="Diverged">Those whose training ended in no finite numbers; they gave no update.</param>
/// <param name="SlowestTraining">The longest that a trainer took, in seconds.</param>
/// <param name="LongEntries">The largest part of an honest update's entries that were cut to what an update can hold, 0 to 1.</param>
public sealed record SimulatedRound(
    int Number,
    double LearningRate,
    int Epochs,
    RoundReport.Metrics Before,
    RoundReport.Metrics After,
    RoundReport.Metrics Test,
    double Reliability,
    IReadOnlyList<SimulatedUpdate> Updates,
    IReadOnlyList<string> Diverged,
    double SlowestTraining,
    double LongEntries)
{
    public bool KeptNobody => !Updates.Any(update => update.IsKept);

    public bool PaidNobody => Updates.All(update => update.Payout.IsZero);
}

/// <summary>What a trainer comes to over the whole project.</summary>
/// <param name="Kept">In how many rounds its update was in the aggregate.</param>
/// <param name="Paid">In the token's smallest unit, with its part of what nobody had earned at the end.</param>
public sealed record TrainerTotal(SimulatedTrainer Trainer, int Kept, BigInteger Paid);

/// <summary>What a simulation came to.</summary>
/// <param name="Title">The project's.</param>
/// <param name="Parameters">Of the model.</param>
/// <param name="PlannedRounds">Rounds of the project; fewer may have been played.</param>
/// <param name="RootSet">What the root set is.</param>
/// <param name="RootSamples">How many samples it has.</param>
/// <param name="TestSet">What the test set is.</param>
/// <param name="TestSamples">How many samples it has.</param>
/// <param name="Start">On the test set, of the initial model.</param>
/// <param name="Rounds">The rounds that were played.</param>
/// <param name="Failure">Why it ended before its last round; null when it did not.</param>
/// <param name="Trainers">The trainers.</param>
/// <param name="Costs">What everybody's transactions cost.</param>
/// <param name="Warnings">What to change before money is escrowed.</param>
public sealed record SimulationResult(
    string Title,
    int Parameters,
    int PlannedRounds,
    string RootSet,
    int RootSamples,
    string TestSet,
    int TestSamples,
    RoundReport.Metrics Start,
    IReadOnlyList<SimulatedRound> Rounds,
    string? Failure,
    IReadOnlyList<TrainerTotal> Trainers,
    SimulatedCosts Costs,
    IReadOnlyList<string> Warnings)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // The loss of a model that diverges is no number.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new AmountConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Amounts as decimal text, because JSON numbers lose digits.</summary>
    private sealed class AmountConverter : JsonConverter<BigInteger>
    {
        public override BigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("results are written only");

        public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) => writer.WriteStringValue($"{value}");
    }
}
