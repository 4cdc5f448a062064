namespace Marketplace.Benchmarks.Dashboard;

/// <summary>What was demanded and not kept.</summary>
internal sealed class Bounds
{
    private readonly List<string> _missed = [];

    public void Require(bool isKept, string otherwise)
    {
        if (!isKept)
            _missed.Add(otherwise);
    }

    /// <summary>Prints what was missed.</summary>
    /// <returns>The exit code: 1 when anything was.</returns>
    public int Report()
    {
        Console.WriteLine(_missed.Count == 0 ? "\nAll bounds were kept." : $"\nMissed:\n{string.Join('\n', _missed.Select(what => $"- {what}"))}");
        return _missed.Count == 0 ? 0 : 1;
    }
}
