using System.Diagnostics;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>What something took: medians over its repetitions.</summary>
/// <param name="Cpu">Processor time of all threads, in seconds.</param>
/// <param name="Wall">Time on the wall, in seconds.</param>
internal readonly record struct Timing(double Cpu, double Wall)
{
    private static readonly CpuClock Clock = new();

    /// <summary>Runs something several times.</summary>
    public static Timing Median(int repeats, Action action)
    {
        double[] cpu = new double[repeats], wall = new double[repeats];
        for (int k = 0; k < repeats; k++)
        {
            long cpuStart = Clock.GetTimestamp(), wallStart = Stopwatch.GetTimestamp();
            action();
            wall[k] = Stopwatch.GetElapsedTime(wallStart).TotalSeconds;
            cpu[k] = TimeSpan.FromTicks(Clock.GetTimestamp() - cpuStart).TotalSeconds;
        }

        return new Timing(Middle(cpu), Middle(wall));
    }

    /// <summary>Runs something until it has had a processor-second, so that the compiler is done with it.</summary>
    public static void WarmUp(Action action)
    {
        long start = Clock.GetTimestamp();
        while (Clock.GetTimestamp() - start < TimeSpan.TicksPerSecond) action();
    }

    /// <summary>The same per one of many.</summary>
    public Timing Per(double count) => new(Cpu / count, Wall / count);

    private static double Middle(double[] values)
    {
        Array.Sort(values);
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
