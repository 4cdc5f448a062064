namespace Marketplace.Benchmarks.Fleet;

/// <summary>Which faults come when. The seed alone decides; what the programs do at those moments is the machine's own.</summary>
internal static class FaultSchedule
{
    /// <summary>In seconds. Silos declare one of them dead after some 5 to 9 seconds: half of what freezes is back before, half is not.</summary>
    private const double ShortFreeze = 3, LeastLongFreeze = 8, MostLongFreeze = 20, MostBetween = 5, MostKilled = 5, MostWithoutDatabase = 12;

    /// <summary>Draws a schedule.</summary>
    public static IReadOnlyList<Fault> Draw(int seed, int machines, int faults)
    {
        // Seeded, the generator is the same in every version of .NET.
        Random random = new(seed);
        return [.. Enumerable.Range(0, faults).Select(_ => Next())];

        Fault Next()
        {
            TimeSpan after = Seconds(0, MostBetween);
            int machine = random.Next(machines);
            // The database is one, machines are several: it fails less often than they do.
            FaultKind kind = random.Next(7) switch { < 2 => FaultKind.Kill, < 4 => FaultKind.Freeze, < 6 => FaultKind.Stop, _ => FaultKind.Database };
            TimeSpan lasting = kind switch
            {
                FaultKind.Kill => Seconds(0, MostKilled),
                FaultKind.Freeze when random.Next(2) == 0 => Seconds(0, ShortFreeze),
                FaultKind.Freeze => Seconds(LeastLongFreeze, MostLongFreeze),
                FaultKind.Database => Seconds(0, MostWithoutDatabase),
                _ => TimeSpan.Zero,
            };
            return new Fault(kind, after, machine, lasting);
        }

        TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (most - least) * random.NextDouble());
    }

    /// <summary>A rolling upgrade: one machine after another ends by SIGTERM, and a new process takes its place.</summary>
    public static IReadOnlyList<Fault> Rolling(int machines) =>
        [.. Enumerable.Range(0, machines).Select(machine => new Fault(FaultKind.Stop, TimeSpan.FromSeconds(1), machine, TimeSpan.Zero))];
}
