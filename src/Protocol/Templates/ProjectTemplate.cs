using System.Text;
using Marketplace.Chain;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Templates;

/// <summary>A beginning for a project: a document with a model and the data that it takes, and terms that suit them. From docs/examples.</summary>
public sealed class ProjectTemplate
{
    private const string TermsFileName = "terms.json", DocumentFileName = "project.json";

    private static readonly TermsFile Example = TermsFile.Parse(Encoding.UTF8.GetBytes(Read(TermsFileName)));

    /// <summary>Adam's steps are as long as its rate, whatever the gradient: what suits SGD is too much for it.</summary>
    private static readonly decimal[] AdamRates = [0.0005m, 0.005m];

    private ProjectTemplate(string key, string name, string about)
    {
        (Key, Name, About) = (key, name, about);
        Document = Read($"{key}.json");
        Draft = ProjectDocument.Draft.Parse(Encoding.UTF8.GetBytes(Document), $"the template '{key}'");
    }

    /// <summary>All of them, the simplest first.</summary>
    public static IReadOnlyList<ProjectTemplate> All { get; } =
    [
        new("digits", "Digits 16×16", "A small perceptron for images of 16×16 pixels in ten classes."),
        new("images", "Images 28×28", "A convolutional network for images of 28×28 pixels in ten classes, MNIST's format."),
        new("table", "Table", "A perceptron on the columns of a CSV file, here thirteen measurements of the heart."),
        new("text", "Text", "A vector for each word, and their mean: texts in two classes, each a row of 32 word numbers in a CSV file."),
        new("adapter", "Adapter", "What comes after a frozen encoder: each row of a CSV file has the encoder's 64 outputs for a sample."),
        new("external", "External", "A model that a program of yours computes: its parameters' names and shapes, here of a maxout network."),
    ];

    /// <summary>The one whose images can be drawn, so that it needs nobody's data.</summary>
    public static ProjectTemplate Digits => All[0];

    public string Key { get; }

    public string Name { get; }

    /// <summary>One line for whoever chooses.</summary>
    public string About { get; }

    /// <summary>The document's draft as its author would write it.</summary>
    public string Document { get; }

    /// <summary><see cref="Document"/>, read.</summary>
    public ProjectDocument.Draft Draft { get; }

    /// <summary>Bounds of the learning rate that suit the document's optimizer.</summary>
    public decimal[] LearningRate => Draft.Training.Optimizer == "sgd" ? Example.HyperParameters.LearningRate : AdamRates;

    /// <summary>A terms file for the document, which lies beside it as <c>project.json</c>, with what the example says about its entries.</summary>
    /// <param name="aggregator">Account of the aggregator; zero where it is yet to be filled in.</param>
    /// <param name="arbitrator">Address of the court; zero where it is yet to be filled in.</param>
    public string WriteTerms(Address aggregator, Address arbitrator) => Read(TermsFileName)
        .Replace(Example.Aggregator, $"{aggregator}", StringComparison.Ordinal)
        .Replace(Example.Arbitrator!, $"{arbitrator}", StringComparison.Ordinal)
        .Replace(Rates(Example.HyperParameters.LearningRate), Rates(LearningRate), StringComparison.Ordinal)
        .Replace(Example.Document, DocumentFileName, StringComparison.Ordinal);

    private static string Rates(decimal[] bounds) => $"\"learningRate\": [{string.Join(", ", bounds)}]";

    private static string Read(string name)
    {
        using Stream stream = typeof(ProjectTemplate).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the template file {name} is not part of this program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
