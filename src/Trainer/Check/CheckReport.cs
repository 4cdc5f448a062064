namespace Marketplace.Trainer.Check;

/// <summary>What a check has found, line by line as it is found, and what speaks against taking part.</summary>
/// <param name="output">Gets the lines.</param>
internal sealed class CheckReport(TextWriter output)
{
    private readonly List<string> _obstacles = [];

    public bool Fits => _obstacles.Count == 0;

    public void Section(string name) => output.WriteLine(name);

    public void Line(string what, string value) => output.WriteLine($"  {what,-10}{value}");

    /// <summary>Something for which nobody should lock a stake.</summary>
    public void Obstacle(string why) => _obstacles.Add(why);

    /// <summary>The verdict.</summary>
    public void Conclude()
    {
        Section("verdict");
        if (Fits)
            output.WriteLine("  fits: nothing speaks against 'trainer run'");
        foreach (string obstacle in _obstacles)
            output.WriteLine($"  does not fit: {obstacle}");
    }
}
