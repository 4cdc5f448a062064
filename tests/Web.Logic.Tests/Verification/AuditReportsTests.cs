using Marketplace.Protocol.Audit;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Logic.Tests.Verification;

/// <summary>Reports are kept for their readers: for an hour, while there is room, under names that nobody guesses.</summary>
public sealed class AuditReportsTests
{
    private readonly HandClock clock = new();
    private readonly AuditReports reports;

    public AuditReportsTests() => reports = new AuditReports(clock);

    [Fact]
    public void A_report_is_found_by_its_name_alone()
    {
        AuditReport report = Report(1);
        string name = reports.Keep(report);
        Assert.Matches("^[0-9a-f]{32}$", name);
        Assert.Equal(new KeptReport(report, clock.GetUtcNow()), reports.Find(name));
        Assert.All([null, "", "1", name.ToUpperInvariant() + "0", name[..31], "../../etc/passwd", new string('a', 100_000)], other => Assert.Null(reports.Find(other)));
        Assert.NotEqual(name, reports.Keep(report));
    }

    [Fact]
    public void A_report_is_kept_for_an_hour()
    {
        string name = reports.Keep(Report(1));
        clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromTicks(1));
        Assert.NotNull(reports.Find(name));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(reports.Find(name));
        string next = reports.Keep(Report(1));
        Assert.Null(reports.Find(name));
        Assert.NotNull(reports.Find(next));
    }

    [Fact]
    public void The_oldest_go_when_there_is_no_room()
    {
        string[] names = new string[5];
        for (int k = 0; k < names.Length; k++)
        {
            names[k] = reports.Keep(Report(60_000));
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([false, false, true, true, true], names.Select(name => reports.Find(name) is not null));
    }

    [Fact]
    public void The_newest_is_kept_however_large_it_is()
    {
        string small = reports.Keep(Report(1)), large = reports.Keep(Report(200_001));
        Assert.Null(reports.Find(small));
        Assert.NotNull(reports.Find(large));
    }

    private static AuditReport Report(int checks) =>
        new(31337, "0x00", "1", 9, null, new AuditCheck[checks]);

    /// <summary>A clock that is set by hand.</summary>
    private sealed class HandClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan by) => now += by;
    }
}
