using Marketplace.Protocol.Projects;

namespace Marketplace.Web.Posting;

/// <summary>What is wrong with a form's fields, and which of it is shown: what was touched, or all once the user wants to send.</summary>
public sealed class FormProblems
{
    private readonly HashSet<string> _touched = [];
    private Dictionary<string, string> _byField = [];

    /// <summary>Whether fields that were not touched show their problems too.</summary>
    public bool ShowsAll { get; set; }

    public IReadOnlyDictionary<string, string> All => _byField;

    public void Touch(string field) => _touched.Add(field);

    /// <summary>The problems of a step's fields, by their paths. From now on they are shown at the fields too.</summary>
    /// <param name="step">From 0.</param>
    public IReadOnlyList<KeyValuePair<string, string>> CheckStep(int step)
    {
        KeyValuePair<string, string>[] found = [.. _byField.Where(problem => BountyStep.Of(problem.Key) == step)];
        foreach ((string field, _) in found)
            Touch(field);
        return found;
    }

    /// <summary>The problem to show at a field; null when there is none, or it is too early to tell.</summary>
    public string? Of(string field) => (ShowsAll || _touched.Contains(field)) && _byField.TryGetValue(field, out string? problem) ? problem : null;

    public void Set(IEnumerable<DocumentException> problems) => _byField = problems
        .GroupBy(problem => FieldOf(problem.Field ?? ""))
        .ToDictionary(group => group.Key, group => Sentence(BountyStep.InWords(group.First().Problem)));

    /// <summary>Begins with a capital and ends with a full stop.</summary>
    public static string Sentence(string problem) =>
        problem.Length == 0 ? problem : $"{char.ToUpperInvariant(problem[0])}{problem[1..].TrimEnd('.')}.";

    /// <summary>The field of the form: an entry's number in a list is none of its own.</summary>
    private static string FieldOf(string path) => path.IndexOf('[', StringComparison.Ordinal) is >= 0 and var bracket ? path[..bracket] : path;
}
