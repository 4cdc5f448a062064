using Marketplace.Protocol.Templates;

namespace Marketplace.Templates;

/// <summary>What a new project's folder says to its owner.</summary>
internal static class ProjectReadme
{
    /// <summary>The README of a project's folder.</summary>
    /// <param name="template">What it was made from.</param>
    /// <param name="name">The folder's name.</param>
    public static string Of(ProjectTemplate template, string name) => $"""
        # {name}

        A project of the marketplace, made from the template `{template.Key}`: {LowerFirst(template.About)}

        ## What comes next

        {string.Join('\n', NextSteps(template, ".").Select(step => $"    {step}"))}

        ## What to change first

        {Guide(template)}

        ## The root set

        Not in these files, and never published: the samples of yours that you give to the aggregator. What the same training makes of them is the
        measure by which updates are kept and paid. A small or one-sided root set pays the wrong trainers: `simulate` warns of it.

        ## All entries of terms.json

        {Entries("terms.md")}

        ## All entries of project.json

        {Entries("document.md")}
        """;

    /// <summary>The commands that follow, as lines for a shell.</summary>
    /// <param name="template">What the project was made from.</param>
    /// <param name="folder">Path of its folder.</param>
    public static IEnumerable<string> NextSteps(ProjectTemplate template, string folder)
    {
        bool isDrawn = template == ProjectTemplate.Digits || template.Key == "images";
        string terms = Path.Combine(folder, "terms.json");
        yield return $"# read {Path.Combine(folder, "README.md")}, change terms.json and project.json; then see what would happen:";
        yield return template.Draft.ParseModel().IsExternal
            ? "# (it cannot be simulated: only your program computes its model)"
            : $"marketplace simulate {folder} --trainers 5 --attackers flip:1,replay:1{(isDrawn ? "" : " --data YOUR.csv")}";
        yield return "# fill in aggregator and arbitrator, then post it; this escrows the bounty:";
        yield return $"marketplace create {terms} --keystore me.json --password-file secret";
        if (template.Draft.ParseModel().IsExternal)
        {
            yield return "# nobody can serve it without your program: publish that, and give it to 'aggregator run' by --train-command and "
                + "--measure-command.";
        }
        else if (template != ProjectTemplate.Digits)
        {
            yield return "# on a local market nobody serves it by itself: its parties have images of 16x16 pixels in ten classes only.";
            yield return "# run 'aggregator run --project ID=ROOTSET' and 'trainer run --project ID --data PATH' with data of your own.";
        }
    }

    private static string Guide(ProjectTemplate template) => template.Key switch
    {
        "digits" or "images" => """
            - Other images: `model.input` is [channels, height, width] in pixels, the last layer's `out` the number of classes.
            - Data are two IDX files a folder, as MNIST has them: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, raw or as .gz.
            - Without `--data` the simulation draws digits of the model's size. Simulate with data of your own before you pay.
            """,
        "table" => """
            - Your columns: `data.schema.columns`, in the order of the file. `mean` and `deviation` bring a number to a common scale; everybody uses
              the ones that stand here, so take them from what is known of the field, not from one party's data.
            - `model.input` is how many numbers a row gives: one for a numeric column, one for each category of a categorical one.
            - This template fits the processed files of the Cleveland heart disease study: 13 measurements and the finding, without a header.
            """,
        "text" => """
            - A row is 32 word numbers w0 to w31 and `favourable` (no or yes). A word's number is 1 + CRC-32 mod 999, so that nobody needs to share a
              list of words; 0 where the text is shorter. In Python:

                  import re, zlib
                  def row(text):
                      words = re.findall(r"\w+", text.lower())[:32]
                      numbers = [1 + zlib.crc32(word.encode()) % 999 for word in words]
                      return numbers + [0] * (32 - len(numbers))

            - Longer texts or more words: change the columns, `model.input` and the embedding's `vocabulary` together.
            """,
        "external" => """
            - `tensors` are your model's parameters, in your program's order: copy names and shapes from its `state_dict`, or what it has instead.
              They start from `center` and `spread`, or from weights of yours: a safetensors file with float32 tensors, by its path in
              `initialModel`. Names are the layer's and the tensor's, as in `maxout.hidden.weight`.
            - Publish the program: trainers need it, and pay depends on all of them computing the same. Say in `description` where it is, with a
              version or a checksum. `examples/external` of the marketplace has one, and what it is given and must write.
            - There can be no `testSet`: nobody but your program could measure on it.
            """,
        _ => """
            - Choose the encoder: say in `data.conditions` which, by name and SHA-256. Every trainer, and you for the root set, run it once over
              their own samples and write its outputs as a CSV file with the columns e0 to e63 and `wanted` (no or yes).
            - An encoder with another width: as many columns, the same number in `model.input`, and in the `out` of the layer `up`.
            - The encoder itself is never trained, sent or committed to: rounds stay as cheap as the adapter is small.
            """,
    };

    private static string LowerFirst(string text) => $"{char.ToLowerInvariant(text[0])}{text[1..]}";

    /// <summary>The tables of a page of docs/reference, which stands a level deeper here and has no neighbours to link to.</summary>
    private static string Entries(string page)
    {
        using Stream stream = typeof(ProjectReadme).Assembly.GetManifestResourceStream(page)
            ?? throw new InvalidOperationException($"{page} is not part of this program");
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        return text[text.IndexOf("| entry", StringComparison.Ordinal)..].Trim()
            .Replace("\n## ", "\n### ", StringComparison.Ordinal)
            .Replace("[layers](layers.md)", "docs/reference/layers.md of the marketplace", StringComparison.Ordinal);
    }
}
