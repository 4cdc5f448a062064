using System.Globalization;
using System.Text.Json.Nodes;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Templates;

namespace Marketplace.Web.Posting;

/// <summary>A project while its owner writes it: the fields of terms file and project document as they stand in the form, right or not.</summary>
public sealed class BountyForm
{
    private const string DocumentName = "project.json";

    private ProjectDocument.Draft _original = new() { Title = "" };
    private CsvSchema? _wholeSchema;

    public string Title { get; set; } = "";
    public string Description { get; set; } = "";

    /// <summary>The model's document, which need not be in order; null where there is none.</summary>
    public JsonNode? Model { get; set; }

    public string DataKind { get; set; } = "idx";

    /// <summary>The columns of a table, which need not be in order; null where nobody has said any.</summary>
    public CsvSchema? Schema { get; set; }

    public string Conditions { get; set; } = "";
    public string License { get; set; } = "CC-BY-4.0";
    public string Optimizer { get; set; } = "sgd";
    public double Momentum { get; set; } = 0.9;

    public string Aggregator { get; set; } = "";

    /// <summary>The court; empty where there is none.</summary>
    public string Arbitrator { get; set; } = "";

    public int MinTrainers { get; set; } = 3;
    public int MaxTrainers { get; set; } = 100;
    public string Stake { get; set; } = "0.1";

    /// <summary>Addresses, separated by whatever; empty when everybody may join.</summary>
    public string Allowlist { get; set; } = "";

    public string Token { get; set; } = "native";
    public string Bounty { get; set; } = "10";
    public string Fee { get; set; } = "0.5";

    /// <summary>Empty for the least that the contract accepts.</summary>
    public string Bond { get; set; } = "";

    public int Rounds { get; set; } = 5;

    /// <summary>One a round, separated by commas; empty for equal rewards.</summary>
    public string Weights { get; set; } = "";

    public string JoinWithin { get; set; } = "7d";
    public string Open { get; set; } = "1h";
    public string Training { get; set; } = "6h";
    public string Settling { get; set; } = "2h";
    public string Contest { get; set; } = "3d";

    public int Expiries { get; set; } = 1;
    public int Absences { get; set; } = 2;
    public decimal AbsencePenalty { get; set; } = 25;
    public decimal[] LearningRate { get; set; } = [0.001m, 0.05m];
    public int[] LocalEpochs { get; set; } = [1, 4];
    public int[] BatchSize { get; set; } = [16, 64];

    /// <summary>Takes over a template but for what it says about this project: title, description and license.</summary>
    public void Use(ProjectTemplate template)
    {
        Take(template.Draft with { Title = Title, Description = Description, License = License });
        LearningRate = [.. template.LearningRate];
    }

    /// <summary>Says other columns, and has the model follow them.</summary>
    public void Use(CsvSchema columns)
    {
        Schema = columns;
        TableModel.Follow(Model, columns);
    }

    /// <summary>Whether the model is still a template's.</summary>
    public bool IsFrom(ProjectTemplate template) => JsonNode.DeepEquals(Model, template.Draft.Model);

    /// <summary>What a local market's own aggregator and trainers take on by themselves, and end within a minute.</summary>
    /// <param name="court">The local market's, where it has one.</param>
    public void UseLocal(Chain.Address aggregator, Chain.Address? court)
    {
        Use(ProjectTemplate.Digits);
        (Aggregator, Arbitrator, MinTrainers, MaxTrainers) = (aggregator.ToString(), court?.ToString() ?? "", 3, 3);
        (JoinWithin, Open, Training, Settling, Contest) = ("1h", "10m", "30m", "30m", "10m");
        (LearningRate, LocalEpochs, License) = ([0.001m, 0.05m], [2, 4], "CC0-1.0");
    }

    /// <summary>Terms and draft as they stand.</summary>
    /// <param name="problems">What cannot even be put into them, beside all that they find wrong themselves.</param>
    /// <param name="decimals">The payment token's decimals.</param>
    public (TermsFile Terms, ProjectDocument.Draft Draft) Read(int decimals, out IReadOnlyList<DocumentException> problems)
    {
        var found = new List<DocumentException>();
        TermsFile terms = ToTerms(found);
        ProjectDocument.Draft draft = ToDraft(found);
        HashSet<string?> named = [.. found.Select(problem => problem.Field)];
        found.AddRange(draft.FindProblems().Concat(terms.FindProblems(decimals)).Where(problem => !named.Contains(problem.Field)));
        problems = found;
        return (terms, draft);
    }

    /// <summary>A model without layers.</summary>
    public static JsonObject EmptyModel() => new() { ["input"] = new JsonArray(1, 28, 28), ["layers"] = new JsonArray(), ["loss"] = "crossEntropy" };

    /// <summary>The document as it stands, right or not.</summary>
    public ProjectDocument.Draft ReadDraft() => ToDraft([]);

    /// <summary>What to remember of a draft: columns that are not in order just now could not be read back, so they are as they last were.</summary>
    public ProjectDocument.Draft Complete(ProjectDocument.Draft draft) =>
        draft with { Data = draft.Data with { Schema = draft.Data.Schema ?? _wholeSchema } };

    /// <summary>Takes over what a terms file says.</summary>
    public void Take(TermsFile terms)
    {
        (Aggregator, Arbitrator, Rounds) = (terms.Aggregator, terms.Arbitrator ?? "", terms.Rounds);
        Weights = string.Join(", ", terms.RewardWeights);
        (Token, Bounty, Fee, Bond, Stake) = (
            terms.Payment.Token, terms.Payment.Bounty, terms.Payment.AggregatorFee, terms.Payment.AggregatorBond ?? "", terms.Payment.TrainerStake);
        (MinTrainers, MaxTrainers, JoinWithin) = (terms.Trainers.Minimum, terms.Trainers.Maximum, terms.Trainers.JoinWithin);
        Allowlist = string.Join('\n', terms.Trainers.Allowlist ?? []);
        (Open, Training, Settling, Contest) = (terms.Deadlines.Open, terms.Deadlines.Training, terms.Deadlines.Settling, terms.Deadlines.Contest);
        (Expiries, Absences, AbsencePenalty) = (terms.Tolerance.Expiries, terms.Tolerance.Absences, terms.Tolerance.AbsencePenaltyPercent);
        (LearningRate, LocalEpochs, BatchSize) = (
            Pair(terms.HyperParameters.LearningRate), Pair(terms.HyperParameters.LocalEpochs), Pair(terms.HyperParameters.BatchSize));
    }

    /// <summary>Takes over what a project document or its draft says; what the form has no field for is kept as it is.</summary>
    public void Take(ProjectDocument.Draft draft)
    {
        _original = draft;
        (Title, Description, License) = (draft.Title, draft.Description, draft.License);
        Model = draft.Model?.DeepClone();
        (DataKind, Conditions) = (draft.Data.Kind, draft.Data.Conditions);
        Schema = draft.Data.Schema;
        (Optimizer, Momentum) = (draft.Training.Optimizer, draft.Training.Momentum);
    }

    private static T[] Pair<T>(T[] values) where T : struct => values is [var low, var high] ? [low, high] : [default, default];

    private TermsFile ToTerms(List<DocumentException> found) => new()
    {
        Aggregator = Aggregator.Trim(),
        Arbitrator = Arbitrator.Trim() is { Length: > 0 } arbitrator ? arbitrator : null,
        Payment = new(Bounty.Trim(), Fee.Trim(), Bond.Trim() is { Length: > 0 } bond ? bond : null, Stake.Trim(), Token.Trim()),
        Rounds = Rounds,
        RewardWeights = ReadWeights(found),
        Trainers = new(MinTrainers, MaxTrainers, JoinWithin.Trim(), Words(Allowlist) is { Length: > 0 } allowed ? allowed : null),
        Deadlines = new(Open.Trim(), Training.Trim(), Settling.Trim(), Contest.Trim()),
        Tolerance = new(Expiries, Absences, AbsencePenalty),
        HyperParameters = new() { LearningRate = LearningRate, LocalEpochs = LocalEpochs, BatchSize = BatchSize },
        Document = DocumentName,
    };

    private ProjectDocument.Draft ToDraft(List<DocumentException> found) => _original with
    {
        Title = Title.Trim(),
        Description = Description,
        Model = Model?.DeepClone(),
        Training = _original.Training with { Optimizer = Optimizer, Momentum = Momentum },
        Data = new DataRequirements(DataKind, DataKind == "csv" ? ReadSchema(found) : null, Conditions),
        License = License.Trim(),
        Allowlist = null,
    };

    private int[] ReadWeights(List<DocumentException> found)
    {
        string[] words = Words(Weights);
        var weights = new int[words.Length];
        for (int k = 0; k < words.Length; k++)
        {
            if (!int.TryParse(words[k], NumberStyles.None, CultureInfo.InvariantCulture, out weights[k]))
            {
                found.Add(new DocumentException("terms file", "rewardWeights", $"expected whole numbers separated by commas, got '{words[k]}'"));
                return [];
            }
        }

        return weights;
    }

    private CsvSchema? ReadSchema(List<DocumentException> found)
    {
        try
        {
            Schema?.Validate();
            return _wholeSchema = Schema;
        }
        catch (InvalidDataException e)
        {
            found.Add(new DocumentException("project document", "data.schema", e.Message, e));
            return null;
        }
    }

    private static string[] Words(string text) => text.Split([' ', ',', ';', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
