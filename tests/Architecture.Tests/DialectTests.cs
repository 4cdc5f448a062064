using System.Text.RegularExpressions;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>One way to write everywhere, where analyzers have no rule for it.</summary>
public sealed partial class DialectTests
{
    private const int MaxWidth = 150;
    private const string Generated = "src/ReadModel/Migrations/";

    /// <summary>What is written with capitals also within a test's name.</summary>
    private static readonly string[] Names = ["JSON", "Kubo", "Nethereum", "PostgreSQL", "PyTorch", "RFC", "Shapley", "Solidity"];

    [Theory]
    [InlineData("*.cs")]
    [InlineData("*.razor")]
    public void Lines_are_narrow_enough_to_be_read_side_by_side(string pattern) => AssertNone(
        Lines(pattern).Where(line => line.Text.Length > MaxWidth)
            .Select(line => $"{line.Place} has {line.Text.Length} characters, at most {MaxWidth} may be"));

    [Theory]
    [InlineData("*.cs")]
    [InlineData("*.razor")]
    public void A_cancellation_token_has_one_name(string pattern) => AssertNone(
        Lines(pattern).SelectMany(line => Token().Matches(line.Text), (line, match) => (line.Place, Name: match.Groups["name"].Value))
            .Where(token => token.Name is not ("cancellationToken" or "_"))
            .Select(token => $"{token.Place} names the parameter '{token.Name}', expected 'cancellationToken'"));

    /// <summary>In C# files an analyzer holds this; what is generated from components it leaves alone.</summary>
    [Fact]
    public void A_components_private_fields_are_named_as_elsewhere() => AssertNone(
        Lines("*.razor").SelectMany(line => Field().Matches(line.Text), (line, match) => (line.Place, Name: match.Groups["name"].Value))
            .Where(field => !FieldName().IsMatch(field.Name))
            .Select(field => $"{field.Place} names the field '{field.Name}', expected an underscore and a small letter first"));

    [Fact]
    public void A_tests_name_is_a_sentence()
    {
        int tests = 0;
        List<string> faults = [];
        foreach (string file in Files("*.cs", "tests"))
        {
            foreach (Match match in TestMethod().Matches(File.ReadAllText(Repository.Path(file))))
            {
                tests++;
                string name = match.Groups["name"].Value;
                string[] words = name.Split('_');
                bool isSentence = words.Length > 1 && char.IsAsciiLetterUpper(words[0][0])
                    && words.Skip(1).All(word => Names.Contains(word) || PlainWord().IsMatch(word));
                if (!isSentence)
                    faults.Add($"{file}: the test '{name}' should be named like 'A_sentence_with_underscores'");
            }
        }

        Assert.NotEqual(0, tests);
        AssertNone(faults);
    }

    [Theory]
    [InlineData("*.cs")]
    [InlineData("*.razor")]
    [InlineData("*.sol")]
    [InlineData("*.js")]
    [InlineData("*.mjs")]
    [InlineData("*.md")]
    public void Words_have_one_spelling(string pattern)
    {
        // A word may also be parted by the end of a line, with a comment's mark before it goes on.
        List<string> faults = [];
        foreach (string file in Files(pattern))
        {
            string text = File.ReadAllText(Repository.Path(file));
            foreach (Match match in Misspelling().Matches(text))
            {
                int line = text.AsSpan(0, match.Index).Count('\n') + 1;
                faults.Add($"{file}:{line} writes '{match.Value}'; here it is 'cannot', 'cancelled' and 'cancelling'");
            }
        }

        AssertNone(faults);
    }

    private static void AssertNone(IEnumerable<string> faults)
    {
        string all = string.Join(Environment.NewLine, faults);
        Assert.True(all.Length == 0, all);
    }

    private static IEnumerable<(string Place, string Text)> Lines(string pattern) => Files(pattern).SelectMany(
        file => File.ReadLines(Repository.Path(file)).Select((text, index) => ($"{file}:{index + 1}", text)));

    private static string[] Files(string pattern, string folder = "")
    {
        string[] files = [.. Checkout.Files(pattern, folder).Where(file => !file.StartsWith(Generated, StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        return files;
    }

    /// <summary>A typed parameter, with or without a default; or one of a lambda by the names that were in use.</summary>
    [GeneratedRegex(
        @"\bCancellationToken\??\s+(?<name>[a-z_]\w*)\s*(?:[,)]|=\s*(?:default|null)\s*[,)]|$)"
        + @"|(?:\(|,\s*|\s)(?<name>cancellation|ct|stoppingToken)\)?\s*=>")]
    private static partial Regex Token();

    [GeneratedRegex(
        @"^ *private (?!const |static readonly )(?:static |readonly |volatile )*(?:\([^)]*\)[\[\]?]*|[\w.<>,?\[\] ]+?) (?<name>\w+)(?:;| =(?!>))")]
    private static partial Regex Field();

    [GeneratedRegex("^_[a-z]")]
    private static partial Regex FieldName();

    /// <summary>From a test's attribute to the name of the method that follows.</summary>
    [GeneratedRegex(
        @"^ *\[(?:\w+, )*(?:Fact|Theory)\b(?:.*\n)*? *public [^(\n]*?(?<name>\w+)(?:<\w+>)?\(", RegexOptions.Multiline)]
    private static partial Regex TestMethod();

    [GeneratedRegex("^[a-z0-9]+$")]
    private static partial Regex PlainWord();

    [GeneratedRegex(
        @"\bcan(?:[ ]|\s*\n\s*(?:///?|\*)?\s*)not\b|(?<![a-z.])cancel(?:ed|ing)(?![a-z:])",
        RegexOptions.IgnoreCase)]
    private static partial Regex Misspelling();
}
