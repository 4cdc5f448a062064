using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;

namespace Marketplace.Protocol.Projects;

/// <summary>What data the owner asks for.</summary>
/// <param name="Kind"><c>idx</c> (images and labels in MNIST's format) or <c>csv</c>.</param>
/// <param name="Schema">For CSV: the columns in the file's order. They must give as many numbers as the model takes.</param>
/// <param name="Conditions">What the data must be, in words.</param>
/// <param name="ClassNames">What the model's classes are called, in the order of its outputs; null leaves them numbers, or a schema's texts.</param>
public sealed record DataRequirements(
    string Kind = "idx", CsvSchema? Schema = null, string Conditions = "", IReadOnlyList<string>? ClassNames = null);

/// <summary>The off-chain half of a project: what is to be learned, from which start, how, and under which license.</summary>
/// <param name="Allowlist">Accounts that may join, from which trainers make their Merkle proofs; empty when everybody may.</param>
/// <param name="ServerMomentum">
/// FedAvgM's β, in [0, 1): the part of its last step by which a model goes on beside each aggregate; null for not at all.
/// </param>
/// <param name="TestSet">Data on which anybody can measure the project's models; null when the owner publishes none.</param>
/// <remarks>Its CID is part of the terms, so it is as fixed as they are.</remarks>
public sealed record ProjectDocument(
    string Title,
    string Description,
    ModelSpecification Model,
    int FractionBits,
    Cid InitialModel,
    TrainingRules Training,
    double? ServerMomentum,
    DataRequirements Data,
    string License,
    IReadOnlyList<Address> Allowlist,
    TestSet? TestSet = null)
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxTags = 8;
    public const int MaxTagLength = 32;

    private const string Source = "project document";
    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Format = new(JsonDocuments.Strict(maxDepth: 32))
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Words by which people find the project, such as <c>vision</c>; see <see cref="IsTag"/>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary><see cref="ServerMomentum"/> in units of 2^−16, rounded down: models are made of integers.</summary>
    public int ServerMomentumUnits => (int)((ServerMomentum ?? 0) * MarketLimits.One);

    /// <summary>Whether a text can be a tag: small letters, digits and hyphens, not too many.</summary>
    public static bool IsTag(string? text) =>
        text is { Length: > 0 and <= MaxTagLength } && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Reads a published document.</summary>
    /// <exception cref="DocumentException">It is not JSON, or not a project document of a version that this program knows.</exception>
    public static ProjectDocument Parse(ReadOnlySpan<byte> json) => Draft.Parse(json, "the project document").Publish(null);

    /// <summary>Reads the columns alone.</summary>
    /// <exception cref="DocumentException">It is no valid schema.</exception>
    public static CsvSchema ParseSchema(string json) =>
        JsonDocuments.Read<CsvSchema>(Encoding.UTF8.GetBytes(json), MaxBytes, Format, "the CSV schema");

    /// <summary>What <see cref="ParseSchema"/> reads back.</summary>
    public static string Write(CsvSchema schema) => JsonSerializer.Serialize(schema, Format);

    /// <summary>How data become the model's input.</summary>
    public InputFormat InputFormat => new(Data.Kind == "csv" ? Data.Schema : null);

    /// <summary>What the model's outputs are called, in their order; null where neither the document nor its schema says it.</summary>
    public IReadOnlyList<string>? OutputNames => ClassNames.Of(Data.ClassNames, Data.Schema) is { } names
        && ClassNames.FindProblem(names, Model) is null ? names : null;

    /// <summary>This document, after checking that the terms on chain say the same of the model, and of who may join.</summary>
    /// <exception cref="DocumentException">They do not.</exception>
    public ProjectDocument RequireAgreement(Terms terms)
    {
        if (Model.ParameterCount != terms.Dimension)
            throw new DocumentException($"the document's model has {Model.ParameterCount} parameters, the terms say {terms.Dimension}");
        if (FractionBits != terms.FractionBits)
            throw new DocumentException($"the document says {FractionBits} fraction bits, the terms {terms.FractionBits}");
        if (Allowlist.Count > 0 && new AllowlistTree(Allowlist).Root != terms.AllowlistRoot)
            throw new DocumentException($"the document lists {Allowlist.Count} accounts that may join, and the terms admit others");
        return this;
    }

    /// <summary>The bytes to publish; the same for equal documents.</summary>
    public byte[] ToBytes() => new Draft
    {
        Version = CurrentVersion,
        Title = Title,
        Description = Description,
        Model = JsonNode.Parse(Model.ToJson()),
        FractionBits = FractionBits,
        InitialModel = InitialModel.ToString(),
        Training = Training,
        ServerMomentum = ServerMomentum,
        Data = Data,
        License = License,
        Tags = Tags.Count == 0 ? null : [.. Tags],
        Allowlist = Allowlist.Count == 0 ? null : [.. Allowlist.Select(account => account.ToString())],
        TestSet = TestSet switch
        {
            null => null,
            { Labels: { } labels } => new TestSetFiles(Images: $"{TestSet.Data}", Labels: $"{labels}"),
            _ => new TestSetFiles(File: $"{TestSet.Data}"),
        },
    }.ToBytes();

    /// <summary>A document as its author writes it, before the initial weights have an address.</summary>
    public sealed record Draft
    {
        /// <summary>From which initial weights are made where the draft names neither them nor a seed.</summary>
        private const ulong StandardSeed = 1;

        /// <summary>Version of the document's form.</summary>
        public int Version { get; init; } = CurrentVersion;

        /// <summary>The project's name, 1 to 200 characters.</summary>
        public required string Title { get; init; }

        /// <summary>What the model is for, for trainers who decide whether to join.</summary>
        public string Description { get; init; } = "";

        /// <summary>
        /// The model to train: the shape of a sample, its layers, its loss. Trainers may use another framework (<c>trainer run --train-command</c>);
        /// the aggregator trains the reference from this description.
        /// </summary>
        public JsonNode? Model { get; init; }

        /// <summary>Bits f after the point of the integers that weights become: steps of 2^−f.</summary>
        public int FractionBits { get; init; } = 14;

        /// <summary>
        /// CID of the initial weights; a draft's may be the path of a safetensors file with float32 tensors, or left out for random ones.
        /// </summary>
        public string? InitialModel { get; init; }

        /// <summary>Drafts without initial weights start from random ones made from this seed.</summary>
        public ulong? InitialSeed { get; init; }

        /// <summary>How trainers train locally; the same for all, so that updates are comparable.</summary>
        public TrainingRules Training { get; init; } = new();

        /// <summary>
        /// FedAvgM's β, in [0, 1): the part of its last step by which a model goes on beside each aggregate; left out for not at all.
        /// </summary>
        public double? ServerMomentum { get; init; }

        /// <summary>What data the owner asks for.</summary>
        public DataRequirements Data { get; init; } = new();

        /// <summary>Under which license the model is published, such as <c>CC-BY-4.0</c>.</summary>
        public string License { get; init; } = "";

        /// <summary>Words by which people find the project; may be left out.</summary>
        public string[]? Tags { get; init; }

        /// <summary>Accounts that may join; drafts leave it out, the terms file says it.</summary>
        public string[]? Allowlist { get; init; }

        /// <summary>Files on which anybody can measure the model, which become public; those of a draft may still be paths.</summary>
        public TestSetFiles? TestSet { get; init; }

        /// <summary>Reads a draft or a published document.</summary>
        /// <exception cref="DocumentException">See the message; it starts with <paramref name="source"/>.</exception>
        public static Draft Parse(ReadOnlySpan<byte> json, string source) => JsonDocuments.Read<Draft>(json, MaxBytes, Format, source);

        public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Format);

        /// <summary>The document with the address of its initial weights, checked as a whole.</summary>
        /// <exception cref="DocumentException">A field is missing or out of range.</exception>
        public ProjectDocument Publish(Cid? initialModel)
        {
            var problems = new FieldProblems();
            ModelSpecification? model = Check(problems);
            problems.ThrowIfAny();
            if (initialModel is null && Cid.TryParse(InitialModel ?? "", out Cid published))
                initialModel = published;
            return new ProjectDocument(
                Title,
                Description,
                model!,
                FractionBits,
                initialModel ?? throw Wrong("initialModel", "the CID of the initial weights", InitialModel ?? "nothing"),
                Training,
                ServerMomentum,
                Data,
                License,
                [.. (Allowlist ?? []).Select(account =>
                    Address.TryParse(account, out Address address) ? address : throw Wrong("allowlist", "addresses", account ?? "null"))],
                TestSet switch
                {
                    null => null,
                    { File: { } file } => new TestSet(ParseCid(file, "testSet.file")),
                    _ => new TestSet(ParseCid(TestSet.Images!, "testSet.images"), ParseCid(TestSet.Labels!, "testSet.labels")),
                })
            {
                Tags = Tags ?? [],
            };
        }

        /// <summary>
        /// Everything for which <see cref="Publish"/> would refuse this draft, but for its initial weights, which it may not have yet.
        /// </summary>
        public IReadOnlyList<DocumentException> FindProblems()
        {
            var problems = new FieldProblems();
            Check(problems);
            return problems.Found;
        }

        /// <summary>The model that the document describes.</summary>
        /// <exception cref="DocumentException">The description is missing or wrong.</exception>
        public ModelSpecification ParseModel()
        {
            string json = Model?.ToJsonString() ?? throw Wrong("model", "a model description", "nothing");
            try
            {
                return ModelSpecification.Parse(json);
            }
            catch (InvalidDataException e)
            {
                throw new DocumentException(Source, "model", e.Message, e);
            }
        }

        /// <summary>The initial weights where none are published, from <see cref="InitialSeed"/>: d weights in units of 2^−f.</summary>
        /// <param name="model">What <see cref="ParseModel"/> gave.</param>
        public int[] DrawInitialWeights(ModelSpecification model) =>
            Quantization.ToFixed(model.DrawInitialWeights(InitialSeed ?? StandardSeed), FractionBits);

        private ModelSpecification? Check(FieldProblems problems)
        {
            void Require(bool holds, string field, string expected, object actual) => problems.Check(() =>
            {
                if (!holds)
                    throw Wrong(field, expected, actual);
            });
            Require(Version == CurrentVersion, "version", $"{CurrentVersion}", Version);
            Require(Title.Length is > 0 and <= 200, "title", "1 to 200 characters", $"{Title.Length}");
            // Titles are printed; a control character could rewrite what a terminal shows.
            Require(!Title.Any(char.IsControl), "title", "one line without control characters", "some");
            Require(Description.Length <= 20_000, "description", "at most 20000 characters", $"{Description.Length}");
            Require(FractionBits is >= 1 and <= 24, "fractionBits", "1 to 24", FractionBits);
            Training.Check((holds, field, expected, actual) => Require(holds, $"training.{field}", expected, actual));
            Require(ServerMomentum is null or (>= 0 and < 1), "serverMomentum", "a number in [0, 1)", ServerMomentum ?? 0);
            Require(
                Tags is null || (Tags.Length <= MaxTags && Tags.All(IsTag) && Tags.Distinct().Count() == Tags.Length),
                "tags",
                $"at most {MaxTags} different words of small letters, digits and hyphens, each of at most {MaxTagLength}",
                $"{Tags?.Length} tags, of which {Tags?.Count(tag => !IsTag(tag))} are no such words");
            Require(Data.Kind is "idx" or "csv", "data.kind", "idx or csv", Data.Kind);
            Require(Data.Kind != "csv" || Data.Schema is not null, "data.schema", "a schema, because data.kind is csv", "none");
            bool csv = Data.Kind == "csv";
            Require(
                TestSet is null || (TestSet.File is not null == csv && TestSet.Images is not null != csv && TestSet.Labels is not null != csv),
                "testSet", csv ? "file alone, because data.kind is csv" : "images and labels, because data.kind is idx", "others");
            ModelSpecification? model = problems.Read(ParseModel);
            Require(
                TestSet is null || model is not { IsExternal: true }, "testSet",
                "none: it is for everybody to measure by, and a model with an external layer is computed by the owner's program alone", "one");
            if (model is not null && Data.ClassNames is { } names)
            {
                string? wrong = ClassNames.FindProblem(names, model);
                problems.Check(() =>
                {
                    if (wrong is not null)
                        throw new DocumentException(Source, "data.classNames", wrong);
                });
            }

            // Nobody could train on such data, but the bounty would be locked until its owner cancels.
            if (model is not null && csv && Data.Schema?.FeatureCount is { } features)
            {
                Require(
                    model.Input.SequenceEqual([features]),
                    "data.schema",
                    $"columns that give the model its input [{string.Join(", ", model.Input)}]",
                    $"columns that give {features} values");
            }

            return model;
        }

        private static Cid ParseCid(string text, string field) =>
            Cid.TryParse(text, out Cid cid) ? cid : throw Wrong(field, "a CID", $"'{text}'");

        private static DocumentException Wrong(string field, string expected, object actual) =>
            new(Source, field, $"expected {expected}, got {actual}");
    }
}
