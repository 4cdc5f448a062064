using System.Globalization;

namespace Marketplace.Laboratory.Experiments;

/// <summary>What a command is asked for.</summary>
public sealed record LaboratoryOptions
{
    private const int MaxSeeds = 1000;

    /// <summary>How options are written.</summary>
    public const string Usage = "[--quick] [--seeds N] [--data FOLDER] [--task NAME]… [--rule NAME]… [--out FOLDER]";

    /// <summary>What each is for.</summary>
    public const string Help = """
          --quick        small sizes, and one seed unless --seeds says otherwise: whether everything works
          --seeds N      seeds 1 to N, each a project of its own; 5 by default. The same seeds give the same numbers on one machine
          --data FOLDER  has mnist, fashion-mnist, heart-disease and adult as their sources publish them; without it digits are drawn
          --task NAME    one of these, or digits; may be repeated
          --rule NAME    robustness only: one of the rules that it compares, all by default; may be repeated
          --out FOLDER   where every number goes as CSV, means and intervals as JSON, and every table as a picture
        """;

    /// <summary>Small sizes, and one seed unless asked for more: whether everything works. Default no.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Seeds 1 to N. Default 5, or 1 where <see cref="IsQuick"/>.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Where public data sets are; null, the default, for drawn digits only.</summary>
    public string? Data { get; init; }

    /// <summary>The tasks to use; by default those that the experiment is meant for, as far as there are data for them.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Of the rules that <see cref="Robustness"/> compares those to play; by default all.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Where files go; null, the default, prints tables only.</summary>
    public string? Out { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ArgumentException">An option is unknown, or has no value or a wrong one.</exception>
    public static LaboratoryOptions Parse(IReadOnlyList<string> arguments)
    {
        LaboratoryOptions options = new();
        int? seeds = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            string Value() => ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"{arguments[i - 1]} lacks its value; {Usage}");
            options = arguments[i] switch
            {
                "--quick" => options with { IsQuick = true },
                "--data" => options with { Data = Value() },
                "--task" => options with { Tasks = [.. options.Tasks, Value()] },
                "--rule" => options with { Rules = [.. options.Rules, Value()] },
                "--out" => options with { Out = Value() },
                "--seeds" => WithSeeds(Value()),
                _ => throw new ArgumentException($"'{arguments[i]}' is no option of this command; {Usage}"),
            };
        }

        return options with { Seeds = seeds ?? (options.IsQuick ? 1 : options.Seeds) };

        LaboratoryOptions WithSeeds(string text)
        {
            seeds = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= MaxSeeds
                ? count
                : throw new ArgumentException($"--seeds is '{text}'; expected 1 to {MaxSeeds}");
            return options;
        }
    }

    /// <summary>The same as a command line, without where files go.</summary>
    public override string ToString() => string.Join(' ',
    [
        .. IsQuick ? ["--quick"] : Array.Empty<string>(),
        FormattableString.Invariant($"--seeds {Seeds}"),
        .. Data is null ? Array.Empty<string>() : ["--data FOLDER"],
        .. Tasks.Select(task => $"--task {task}"),
        .. Rules.Select(rule => $"--rule '{rule}'"),
    ]);
}
