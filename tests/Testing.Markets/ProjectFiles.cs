using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Protocol.Projects;

namespace Marketplace.Testing.Markets;

/// <summary>A project as its owner writes it down: unless told otherwise a linear classifier of small images of digits.</summary>
public sealed record ProjectFiles(string Title, TermsFile Terms)
{
    private const string DocumentName = "project.json";

    /// <summary>The model as the document has it, for images [1, 16, 16] in ten classes.</summary>
    public string Model { get; init; } = """
        {
          "input": [1, 16, 16],
          "layers": [{ "type": "flatten" }, { "type": "linear", "name": "output", "out": 10 }],
          "loss": "crossEntropy"
        }
        """;

    public string Description { get; init; } = "";

    /// <summary>Folder of a test set to publish; null for none.</summary>
    public string? TestData { get; init; }

    private ProjectDocument.Draft Document => new()
    {
        Title = Title,
        Description = Description,
        Model = JsonNode.Parse(Model),
        InitialSeed = 7,
        TestSet = TestData is null
            ? null
            : new TestSetFiles(Path.Combine(TestData, "t10k-images-idx3-ubyte"), Path.Combine(TestData, "t10k-labels-idx1-ubyte")),
    };

    /// <summary>Terms of two rounds that anybody accepts, for the accounts of development nodes.</summary>
    /// <param name="trainers">How many must join and how many can.</param>
    public static TermsFile TermsOf(Address aggregator, int trainers = 1) => new()
    {
        Aggregator = aggregator.ToString(),
        Payment = new("1", TrainerStake: "0.1"),
        Rounds = 2,
        Trainers = Invite(DevelopmentAccounts.Addresses) with { Minimum = trainers, Maximum = trainers },
        Deadlines = new("1h", "1h", "1h"),
        Document = DocumentName,
    };

    /// <summary>Trainers who alone may join, and all must.</summary>
    public static TermsFile.TrainerTerms Invite(params IReadOnlyCollection<Address> trainers) =>
        new(trainers.Count, trainers.Count, "1h", [.. trainers.Select(trainer => trainer.ToString())]);

    /// <summary>Writes the terms and the document into a folder.</summary>
    /// <returns>The terms file.</returns>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, DocumentName), Document.ToBytes());
        string terms = Path.Combine(folder, "terms.json");
        File.WriteAllBytes(terms, Terms.ToBytes());
        return terms;
    }
}
