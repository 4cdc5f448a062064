using System.Globalization;
using System.Numerics;
using Marketplace.Contracts;
using Marketplace.Http;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Projects;

namespace Marketplace.Commands;

/// <summary>What is known of a project, as one screen for people who think about training for it.</summary>
/// <param name="facts">What is known.</param>
/// <param name="output">Gets the screen.</param>
internal sealed class ProjectSheet(ProjectFacts facts, TextWriter output)
{
    /// <summary>Most characters of what strangers have written: a paragraph, and a name.</summary>
    private const int MaxText = 2000, MaxName = 60;

    /// <summary>Most layers that are listed one by one.</summary>
    private const int MaxLayers = 40;

    private readonly Terms _terms = facts.Terms;

    private string Wanted =>
        _terms.MinTrainers == _terms.MaxTrainers ? $"{_terms.MinTrainers}" : $"{_terms.MinTrainers} to {_terms.MaxTrainers}";

    /// <param name="nextSteps">Commands that the reader may want to run next.</param>
    public void Write(IEnumerable<string> nextSteps)
    {
        output.WriteLine($"project {facts.Id}: {Printable.Line(facts.Document.Title, MaxText)}");
        output.WriteLine($"  {facts.Standing}");
        if (facts.Document.Description.Length > 0)
            output.WriteLine($"  {Printable.Line(facts.Document.Description, MaxText)}");
        WriteMoney();
        WriteWork();
        WriteData();
        WriteModel();
        WriteParties();
        output.WriteLine("next");
        foreach (string step in nextSteps)
            output.WriteLine($"  {step}");
    }

    private void WriteMoney()
    {
        Section("what is paid");
        string rollover = facts.State.Rollover.IsZero ? "" : $", {Amount(facts.State.Rollover)} of it left by rounds in which nobody earned";
        if (facts.Standing.Next is not null)
            Line("reward", $"{Amount(facts.Reward)} in round {facts.State.Round + 1} of {_terms.Rounds}, by contribution{rollover}");
        string weights = facts.RewardWeights.Count == 0 ? "the same in every round" : $"by round as {string.Join(" : ", facts.RewardWeights)}";
        Line("bounty", $"{Amount(_terms.Bounty)} over {_terms.Rounds} rounds, {weights}; what nobody earns goes on to the next round");
        Line("stake", $"{Amount(_terms.TrainerStake)}, locked until the project's end; {DescribePenalty()}");
    }

    private string DescribePenalty()
    {
        if (_terms.AbsencePenaltyBps == 0)
            return "nothing of it is lost by missing rounds";
        string part = (_terms.AbsencePenaltyBps / 100m).ToString("0.##", CultureInfo.InvariantCulture);
        return $"{part} % of it is lost with every round missed beyond {_terms.ToleratedAbsences}; to refuse is not to miss";
    }

    private void WriteWork()
    {
        Section("what is to be done");
        HyperBounds bounds = _terms.HyperBounds;
        Line("training", $"within {Time(_terms.TrainingDuration)} of a round's opening, {_terms.Rounds} rounds; opened within " +
            $"{Time(_terms.OpenDuration)}, settled within {Time(_terms.SettlingDuration)}");
        Line(
            "settings",
            $"{facts.Document.Training.Optimizer}, learning rate {Rate(bounds.MinLearningRate)} to {Rate(bounds.MaxLearningRate)}, "
                + $"{bounds.MinLocalEpochs} to {bounds.MaxLocalEpochs} epochs, batches of {bounds.MinBatchSize} to {bounds.MaxBatchSize}");
    }

    private void WriteData()
    {
        Section("which data");
        DataRequirements data = facts.Document.Data;
        string shape = string.Join(" × ", facts.Document.Model.Input);
        if (data.Conditions.Length > 0)
            Line("conditions", Printable.Line(data.Conditions, MaxText));
        Line("form", data.Schema is { } schema
            ? $"a CSV file {(schema.HasHeader ? "with" : "without")} a header, fields split at '{Printable.Line($"{schema.Separator}")}', "
                + $"{(schema.DropMissing ? "rows with missing values left out" : "missing values as the columns say")}"
            : $"IDX files train-images-idx3-ubyte and train-labels-idx1-ubyte, as MNIST has them: samples of {shape} with "
                + $"labels from 0 to {facts.Document.Model.OutputSize - 1}");
        foreach ((CsvColumn column, int index) in (data.Schema?.Columns ?? []).Select((column, index) => (column, index)))
            Line($"column {index + 1}", $"{Printable.Line(column.Name, MaxName)}: {Printable.Line(CsvColumnWords.Of(column), MaxText)}");
    }

    private void WriteModel()
    {
        Section("which model");
        Line("layers", string.Join(" → ", new[] { Shape(facts.Document.Model.Input) }.Concat(
            facts.Document.Model.Layers.Take(MaxLayers).Select(layer => $"{layer.Type} {Shape(layer.Output)}"))));
        string loss = facts.Document.Model.Loss == Learning.Models.LossKind.MeanSquaredError ? "mean squared error" : "cross-entropy";
        Line("size", string.Create(
            CultureInfo.InvariantCulture, $"{_terms.Dimension:N0} parameters, {facts.Document.Model.Layers.Count} layers, {loss}"));
        Line("license", facts.Document.License.Length > 0 ? Printable.Line(facts.Document.License) : "the document names none");
        if (facts.Document.TestSet is not null)
            Line("test set", "published, anybody can measure the models");
    }

    private void WriteParties()
    {
        Section("who takes part");
        Line("trainers", $"{facts.State.Trainers} joined, {Wanted} wanted, "
            + (_terms.AllowlistRoot.IsZero ? "anybody may join" : $"only {facts.Document.Allowlist.Count} accounts that the document lists"));
        string posted = facts.State.Bonded ? "has posted" : "has yet to post";
        Line("aggregator", $"{_terms.Aggregator}, {posted} a bond of {Amount(_terms.AggregatorBond)}");
        Line("its record", $"{Count(facts.Aggregator.Projects, "project")} here, {Count(facts.Aggregator.Settled, "round")} settled, "
            + $"{facts.Aggregator.Missed} not opened or settled in time, {facts.Aggregator.Failed} failed for want of trainers");
        Line("court", _terms.Arbitrator.IsZero
            ? "none: that an update is invalid is the aggregator's word"
            : $"{_terms.Arbitrator}: an update that is declared invalid can be claimed for {Time(_terms.ContestDuration)}");
    }

    private void Section(string name) => output.WriteLine(name);

    private void Line(string what, string value) => output.WriteLine($"  {what,-12}{value}");

    private string Amount(BigInteger amount) => facts.Unit.Format(amount);

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Time(uint seconds) => Duration.Describe(TimeSpan.FromSeconds(seconds));

    private static string Rate(uint millionths) => (millionths / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture);

    private static string Shape(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
