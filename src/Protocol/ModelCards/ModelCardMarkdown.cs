using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Chain;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.ModelCards;

/// <summary>A model card as a Markdown file.</summary>
public static partial class ModelCardMarkdown
{
    /// <summary>Writes the file. What strangers have written is text in it, and neither markup nor HTML.</summary>
    public static string Write(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        ModelOrigin origin = card.Model.Origin;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Plain(origin.Title)}\n\n");
        text.Append(Paragraph(card.Document.Description, "The owner has not described the model."));
        text.Append("## License\n\n").Append(Paragraph(origin.License, "The owner has named none: ask before you use the model."));
        text.Append("## Data\n\n");
        text.Append(Paragraph(
            card.Document.Data.Conditions, "The owner has set no conditions for the data."));
        text.Append("Trainers kept their data to themselves; what they trained on is known from these conditions alone.\n\n");
        WriteArchitecture(text, card);
        WriteMetrics(text, card);
        WriteProvenance(text, card);
        WriteUse(text, card);
        return text.ToString();
    }

    private static void WriteArchitecture(StringBuilder text, ModelCard card)
    {
        ModelSpecification model = card.Model.Model;
        text.Append(
            CultureInfo.InvariantCulture,
            $"## Architecture\n\n{model.ParameterCount:N0} parameters. Input [{string.Join(", ", model.Input)}], loss {Loss(model)}.\n\n");
        if (card.Model.ClassNames is { } names)
            text.Append(CultureInfo.InvariantCulture, $"Classes, in the order of the outputs: {string.Join(", ", names.Select(Plain))}.\n\n");
        text.Append("| layer | name | output | parameters |\n|---|---|---|---:|\n");
        foreach (LayerLine layer in card.Layers)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {string.Concat(Enumerable.Repeat("· ", layer.Depth))}{layer.Type} | {layer.Name} | [{string.Join(", ", layer.Output)}] "
                    + $"| {layer.Parameters:N0} |\n");
        }

        text.Append('\n');
    }

    private static void WriteMetrics(StringBuilder text, ModelCard card)
    {
        text.Append("## How it does\n\n");
        if (card.Measured is { } measured)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"On the project's public test set of {measured.Samples:N0} samples, measured for this card: {measured.Metrics.InWords()}.\n\n");
        }
        else
        {
            text.Append(card.Document.TestSet is null
                ? "The project has no public test set, so nobody but the aggregator can measure the model.\n\n"
                : "Nothing was measured on the public test set for this card.\n\n");
        }

        if (card.Rounds.Any(round => round.Reported.Any()))
        {
            text.Append("By round, as the aggregator reports it; no payout depends on it:\n\n");
            text.Append("| round | measured on | loss | accuracy |\n|---:|---|---:|---:|\n");
            foreach (RoundLine round in card.Rounds)
            {
                foreach ((string set, RoundReport.Metrics metrics) in round.Reported)
                    text.Append(CultureInfo.InvariantCulture, $"| {round.Number} | {set} | {Loss(metrics)} | {Accuracy(metrics) ?? "–"} |\n");
            }

            text.Append('\n');
        }
    }

    private static void WriteProvenance(StringBuilder text, ModelCard card)
    {
        ModelOrigin origin = card.Model.Origin;
        string audit = card.Audit?.InWords(origin.ModelCid) ?? "Nobody has audited the project for this card.";
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            ## Where it comes from

            | | |
            |---|---|
            | chain | {origin.ChainId} |
            | market | {origin.Market} |
            | project | {origin.Project}, {card.Status.ToString().ToLowerInvariant()} |
            | rounds | {origin.Rounds} of {card.Terms.Rounds} have ended, {card.SettledRounds} were settled |
            | document | {card.Terms.Document} |
            | initial weights | {card.Document.InitialModel} |
            | model | {origin.ModelCid}, the same weights as integers in units of 2^−{card.Document.FractionBits} |
            | aggregator | {card.Terms.Aggregator} |

            The weights were derived for this card from the initial weights and the published aggregates, whose divisors are those that the
            contract computed. The contract has verified a proof of the Gram matrix of each of the {card.SettledRounds} settled rounds, and decided
            itself who was kept.

            {audit} Anybody can audit it, from public data alone: `marketplace audit {origin.Project}`.


            """);
        text.Append("| round | kept | aggregate | settlement |\n|---:|---|---|---|\n");
        foreach (RoundLine round in card.Rounds)
        {
            string settlement = round.Settlement is { } hash ? $"{hash}" : "expired";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {round.Number} | {round.Kept} of {round.Submitted} | {round.Aggregate?.ToString() ?? "none"} | {settlement} |\n");
        }

        text.Append("\nTrainers whose updates are in the model:\n\n");
        foreach (Address trainer in card.Trainers)
            text.Append(CultureInfo.InvariantCulture, $"- {trainer}\n");
        text.Append(card.Trainers.Count == 0 ? "- none yet\n\n" : "\n");
    }

    private static void WriteUse(StringBuilder text, ModelCard card) => text.Append(
        CultureInfo.InvariantCulture,
        $"""
        ## How to use it

        ```
        {string.Join('\n', ModelCardUse.Commands(card.Model))}
        ```

        {ModelCardUse.Input(card.Model)}

        """);

    private static string Loss(RoundReport.Metrics metrics) => metrics.Loss.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string? Accuracy(RoundReport.Metrics metrics) => metrics.Accuracy?.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Loss(ModelSpecification model) => model.Loss == LossKind.CrossEntropy ? "cross-entropy" : "mean squared error";

    private static string Paragraph(string words, string otherwise) =>
        $"{(string.IsNullOrWhiteSpace(words) ? otherwise : string.Join("\n", words.Split('\n').Select(Plain)))}\n\n";

    /// <summary>A line in which Markdown and HTML find nothing of theirs.</summary>
    private static string Plain(string words) => Markup().Replace(string.Concat(words.Select(c => char.IsControl(c) ? ' ' : c)).Trim(), @"\$0");

    [GeneratedRegex(@"[\\`*_{}\[\]()#+\-.!|<>~&:=]")]
    private static partial Regex Markup();
}
