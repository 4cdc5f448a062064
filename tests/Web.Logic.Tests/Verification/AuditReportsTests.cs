using Marketplace.Protocol.Audit;
using Marketplace.Protocol.ModelCards;
using Marketplace.Testing.Time;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Logic.Tests.Verification;

/// <summary>Reports are kept for their readers: for an hour, while there is room, under names that nobody guesses.</summary>
public sealed class AuditReportsTests
{
    private readonly HandClock _clock = new();
    private readonly AuditReports _reports;

    public AuditReportsTests() => _reports = new AuditReports(_clock);

    [Fact]
    public void A_projects_card_tells_of_its_newest_audit_for_an_hour()
    {
        Assert.Null(_reports.LatestOf(1));
        _reports.Keep(Report(1));
        _clock.Advance(TimeSpan.FromMinutes(10));
        _reports.Keep(Report(2));
        _reports.Keep(Report(3) with { Project = "11" });
        CardAudit latest = _reports.LatestOf(1)!;
        Assert.Equal((2, _clock.GetUtcNow()), (latest.Report.Checks.Count, latest.Made));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(_reports.LatestOf(1));
    }

    [Fact]
    public void A_report_is_found_by_its_name_alone()
    {
        AuditReport report = Report(1);
        string name = _reports.Keep(report);
        Assert.Matches("^[0-9a-f]{32}$", name);
        Assert.Equal(new KeptReport(report, _clock.GetUtcNow()), _reports.Find(name));
        Assert.All(
            [null, "", "1", name.ToUpperInvariant() + "0", name[..31], "../../etc/passwd", new string('a', 100_000)],
            other => Assert.Null(_reports.Find(other)));
        Assert.NotEqual(name, _reports.Keep(report));
    }

    [Fact]
    public void A_report_is_kept_for_an_hour()
    {
        string name = _reports.Keep(Report(1));
        _clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromTicks(1));
        Assert.NotNull(_reports.Find(name));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_reports.Find(name));
        string next = _reports.Keep(Report(1));
        Assert.Null(_reports.Find(name));
        Assert.NotNull(_reports.Find(next));
    }

    [Fact]
    public void The_oldest_go_when_there_is_no_room()
    {
        string[] names = new string[5];
        for (int k = 0; k < names.Length; k++)
        {
            names[k] = _reports.Keep(Report(60_000));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([false, false, true, true, true], names.Select(name => _reports.Find(name) is not null));
    }

    [Fact]
    public void The_newest_is_kept_however_large_it_is()
    {
        string small = _reports.Keep(Report(1)), large = _reports.Keep(Report(200_001));
        Assert.Null(_reports.Find(small));
        Assert.NotNull(_reports.Find(large));
    }

    private static AuditReport Report(int checks) =>
        new(31337, "0x00", "1", 9, null, new AuditCheck[checks]);
}
