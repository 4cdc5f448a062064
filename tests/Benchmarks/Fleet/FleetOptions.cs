using System.Globalization;

namespace Marketplace.Benchmarks.Fleet;

/// <summary>What the command is asked for.</summary>
internal sealed record FleetOptions
{
    public const string Usage =
        "--fleet [--projects 3] [--machines 3] [--faults 8] [--seed 1] [--schedules 1] [--rolling | --load] [--quick]; "
        + "--rolling and --load take no --faults";

    public int Projects { get; private init; } = 3;

    public int Machines { get; private init; } = 3;

    /// <summary>Of every schedule.</summary>
    public int Faults { get; private init; } = 8;

    /// <summary>Of the first schedule; the next one's is one more.</summary>
    public int Seed { get; private init; } = 1;

    public int Schedules { get; private init; } = 1;

    /// <summary>Whether machines are replaced one after another, instead of drawn faults.</summary>
    public bool IsRolling { get; private init; }

    /// <summary>Whether nothing happens to the machines and nothing is compared: only how many projects they bear.</summary>
    public bool IsLoad { get; private init; }

    /// <summary>Seconds between looks at the chain, for who looks after all projects.</summary>
    public double Poll => Projects <= 5 ? 0.2 : Projects <= 50 ? 1 : 3;

    /// <exception cref="ArgumentException">An option is unknown, or its value out of range.</exception>
    public static FleetOptions Parse(string[] arguments)
    {
        FleetOptions options = new();
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--projects" => options with { Projects = Number(1, 300) },
                "--machines" => options with { Machines = Number(1, 16) },
                "--faults" => options with { Faults = Number(0, 1000) },
                "--seed" => options with { Seed = Number(0, 1_000_000) },
                "--schedules" => options with { Schedules = Number(1, 1000) },
                "--rolling" => options with { IsRolling = true },
                "--load" => options with { IsLoad = true },
                "--quick" => options with { Projects = 2, Machines = 2, Faults = 4 },
                _ => throw new ArgumentException($"'{arguments[i]}' is no option. Usage: {Usage}"),
            };

            int Number(int least, int most)
            {
                string name = arguments[i], text = ++i < arguments.Length ? arguments[i] : "nothing";
                return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
                    ? number
                    : throw new ArgumentException($"{name} expects a number from {least} to {most}, got '{text}'. Usage: {Usage}");
            }
        }

        return options;
    }
}
