using Perfolizer.Horology;

namespace Marketplace.Benchmarks;

/// <summary>
/// Counts the processor time of this process instead of the time on the wall, so that other work on the machine does not count. A benchmark
/// on several threads shows the sum of their times.
/// </summary>
internal sealed class CpuClock : IClock
{
    public string Title => "Processor time";

    public bool IsAvailable => !OperatingSystem.IsBrowser();

    public Frequency Frequency { get; } = new(TimeSpan.TicksPerSecond);

    public long GetTimestamp() =>
        IsAvailable ? Environment.CpuUsage.TotalTime.Ticks : throw new PlatformNotSupportedException("no processor time here");
}
