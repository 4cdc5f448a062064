using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Training;

namespace Marketplace.Laboratory.Tasks;

/// <summary>Loads the tasks by name: drawn digits, which need no file, and public data sets from a folder as their sources publish them.</summary>
/// <param name="folder">
/// Holds <c>mnist</c>, <c>fashion-mnist</c> (IDX, raw or gzip), <c>heart-disease</c> (<c>processed.HOSPITAL.data</c>) and <c>adult</c>
/// (<c>adult.data.gz</c>, <c>adult.test.gz</c>); null where there is none.
/// </param>
public sealed class TaskLoader(string? folder)
{
    /// <summary>The name of the task that needs no file.</summary>
    public const string Digits = "digits";

    private const int DrawnSamples = 12_000, DrawnTestSamples = 4000, DigitSide = 16;
    private const ulong DrawnSeed = 1;

    private static readonly string[] Hospitals = ["cleveland", "hungarian", "switzerland", "va"];

    /// <summary>The tasks that can be loaded here.</summary>
    public IReadOnlyList<string> Names => folder is null ? [Digits] : ["mnist", "fashion-mnist", "heart-disease", "adult", Digits];

    /// <summary>Loads one.</summary>
    /// <exception cref="ArgumentException">There is no task of this name, or it needs a folder and none was given.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public LearningTask Load(string name, CancellationToken cancellationToken) => name switch
    {
        _ when !Names.Contains(name) => throw new ArgumentException(
            $"There is no task '{name}' here; expected one of {string.Join(", ", Names)}{(folder is null ? ", others with --data" : "")}."),
        Digits => Images(
            name,
            RenderedDigits.Generate(DrawnSamples, DrawnSeed, DigitSide),
            RenderedDigits.Generate(DrawnTestSamples, DrawnSeed + 1, DigitSide)),
        "heart-disease" => HeartDisease(cancellationToken),
        "adult" => Adult(cancellationToken),
        _ => Images(
            name,
            IdxLoader.LoadDirectory(PathOf(name), "train", cancellationToken),
            IdxLoader.LoadDirectory(PathOf(name), "t10k", cancellationToken)),
    };

    private string PathOf(params string[] parts) => Path.Combine([folder!, .. parts]);

    private static LearningTask Images(string name, Dataset pool, Dataset held) => new(
        name,
        ModelSpecification.Parse($$"""
            {"input":[{{string.Join(',', pool.Shape)}}],"layers":[{"type":"flatten"},{"type":"linear","name":"hidden","out":32},{"type":"relu"},
            {"type":"linear","name":"output","out":{{pool.ClassCount}}}],"loss":"crossEntropy"}
            """),
        new LocalTraining { LearningRate = 0.05f, Momentum = 0.9f, BatchSize = 32 },
        pool,
        held);

    private static ModelSpecification Table(Dataset data, int hidden) => ModelSpecification.Parse($$"""
        {"input":[{{data.SampleSize}}],"layers":[{"type":"linear","name":"hidden","out":{{hidden}}},{"type":"relu"},
        {"type":"linear","name":"output","out":{{data.ClassCount}}}],"loss":"crossEntropy"}
        """);

    /// <summary>
    /// Each hospital's patients (Detrano et al., 1989) are a part of the pool; the columns that most hospitals did not record are left out. What is
    /// missing becomes the mean of Cleveland's, where the data set's authors work.
    /// </summary>
    private LearningTask HeartDisease(CancellationToken cancellationToken)
    {
        CsvColumn Fitted(string name, params string[] missing) => new() { Name = name, Kind = CsvColumnKind.Numeric, Fit = true, Missing = missing };
        CsvColumn Flag(string name) => new() { Name = name, Kind = CsvColumnKind.Numeric, ReplaceMissing = 0 };
        CsvColumn Ignored(string name) => new() { Name = name, Kind = CsvColumnKind.Ignored };
        CsvColumn Choice(string name, params string[] categories) => new() { Name = name, Kind = CsvColumnKind.Categorical, Categories = categories };
        CsvSchema schema = new()
        {
            Columns =
            [
                Fitted("age"), Flag("sex"), Choice("cp", "1", "2", "3", "4"), Fitted("trestbps", "0"), Fitted("chol", "0"), Flag("fbs"),
                Choice("restecg", "0", "1", "2"), Fitted("thalach"), Flag("exang"), Fitted("oldpeak"), Ignored("slope"), Ignored("ca"),
                Ignored("thal"), new CsvColumn { Name = "num", Kind = CsvColumnKind.Label, Classes = [["0"], ["1", "2", "3", "4"]] },
            ],
        };
        string FileOf(string hospital) => PathOf("heart-disease", $"processed.{hospital}.data");
        (_, CsvSchema fitted) = CsvLoader.LoadAndFit(FileOf(Hospitals[0]), schema, cancellationToken);
        Dataset[] parts = [.. Hospitals.Select(hospital => CsvLoader.Load(FileOf(hospital), fitted, cancellationToken))];
        Dataset pool = Datasets.Join(parts);
        var owners = new List<int[]>();
        foreach (Dataset part in parts)
            owners.Add([.. Enumerable.Range(owners.Sum(owner => owner.Length), part.Count)]);

        // Nobody published a part of these 920 patients to be tested on: a federation holds some of each hospital back.
        return new LearningTask(
            "heart-disease", Table(pool, 16), new LocalTraining { LearningRate = 0.05f, BatchSize = 16 }, pool, pool.Slice(0, 0), owners);
    }

    /// <summary>Who earns more than 50,000 dollars a year (Kohavi, 1996).</summary>
    private LearningTask Adult(CancellationToken cancellationToken)
    {
        CsvColumn Number(string name) => new() { Name = name, Kind = CsvColumnKind.Numeric, Fit = true };
        CsvColumn Choice(string name) => new() { Name = name, Kind = CsvColumnKind.Categorical };
        CsvSchema schema = new()
        {
            Comment = "|",
            Columns =
            [
                Number("age"), Choice("workclass"), Number("fnlwgt"), Choice("education"), Number("education-num"), Choice("marital-status"),
                Choice("occupation"), Choice("relationship"), Choice("race"), Choice("sex"), Number("capital-gain"), Number("capital-loss"),
                Number("hours-per-week"), Choice("native-country"),
                new CsvColumn { Name = "income", Kind = CsvColumnKind.Label, Classes = [["<=50K", "<=50K."], [">50K", ">50K."]] },
            ],
        };
        (Dataset pool, CsvSchema fitted) = CsvLoader.LoadAndFit(PathOf("adult", "adult.data.gz"), schema, cancellationToken);
        Dataset held = CsvLoader.Load(PathOf("adult", "adult.test.gz"), fitted, cancellationToken);
        return new LearningTask("adult", Table(pool, 16), new LocalTraining { LearningRate = 0.05f, BatchSize = 32 }, pool, held);
    }
}
