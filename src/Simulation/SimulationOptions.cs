using System.Globalization;
using Marketplace.Hosting;
using Marketplace.LocalMarket;
using Marketplace.Protocol;

namespace Marketplace.Simulation;

/// <summary>What a simulation is asked for beside the project.</summary>
public sealed record SimulationOptions
{
    /// <summary>How many trainers take part, attackers among them: 1 to 32.</summary>
    public required int Trainers { get; init; }

    /// <summary>How the first of them behave; the others are honest.</summary>
    public IReadOnlyList<Behavior> Attackers { get; init; } = [];

    /// <summary>A folder with IDX files, or a CSV file; null for drawn digits.</summary>
    public string? Data { get; init; }

    /// <summary>The root set, in the same form; null for a part of the data.</summary>
    public string? Root { get; init; }

    /// <summary>The test set, in the same form; null for what the document names, or a part of the data.</summary>
    public string? Test { get; init; }

    /// <summary>Samples of a root set that is a part of the data; null for as many as a trainer has on average.</summary>
    public int? RootSamples { get; init; }

    /// <summary>Concentration of a Dirichlet distribution by which each class is divided; null for equal parts at random.</summary>
    public double? Concentration { get; init; }

    /// <summary>How many of the project's rounds to play; null for all.</summary>
    public int? Rounds { get; init; }

    /// <summary>Decides who gets which samples, and their order in training.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Reads <c>iid</c> or <c>dirichlet:0.5</c>.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static double? ParsePartition(string text) => text.Split(':') switch
    {
        ["iid"] => null,
        ["dirichlet", var number] when double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double above)
            && above is > 0 and <= 1_000_000 => above,
        _ => throw new UsageException(
            $"--partition expects iid, or dirichlet:C with a concentration C above 0, such as dirichlet:0.5; got '{text}'"),
    };

    /// <summary>Reads a list such as <c>flip:1,replay:2</c>.</summary>
    /// <exception cref="UsageException">An entry is malformed, or there are more attackers than trainers but one.</exception>
    public static IReadOnlyList<Behavior> ParseAttackers(string? text, int trainers)
    {
        List<Behavior> attackers = [];
        foreach (string entry in text?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            string[] parts = entry.Split(':');
            Behavior? behavior = parts[0] switch
            {
                "flip" => Behavior.Flipping,
                "noise" => Behavior.Noisy,
                "replay" => Behavior.Replaying,
                _ => null,
            };
            if (behavior is not { } known || parts.Length != 2
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > MarketLimits.Seats)
            {
                throw new UsageException(
                    $"--attackers expects a list of flip:N, noise:N and replay:N with N from 1 to {MarketLimits.Seats}, "
                        + $"such as flip:1,replay:1; got '{entry}'");
            }
            attackers.AddRange(Enumerable.Repeat(known, count));
        }

        return attackers.Count < trainers
            ? attackers
            : throw new UsageException(
                $"--attackers names {attackers.Count} of {trainers} trainers; at least one is honest: raise --trainers to {attackers.Count + 1}");
    }
}
