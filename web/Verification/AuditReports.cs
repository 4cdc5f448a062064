using System.Collections.Concurrent;
using System.Security.Cryptography;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.ModelCards;

namespace Marketplace.Web.Verification;

/// <summary>An audit's report, kept for the reader who ran the audit.</summary>
/// <param name="Report">What the audit found.</param>
/// <param name="Made">When it was finished.</param>
public sealed record KeptReport(AuditReport Report, DateTimeOffset Made);

/// <summary>
/// Reports of the audits that readers have run, so that each can download and print its own without another audit. A report is found by a name that
/// nobody can guess, for an hour, and while there is room.
/// </summary>
public sealed class AuditReports(TimeProvider time)
{
    /// <summary>Some hundred bytes each.</summary>
    private const int MaxChecks = 200_000;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, KeptReport> _reports = [];

    /// <summary>Keeps a report under a name that nobody can guess.</summary>
    /// <returns>Its name: 32 hexadecimal digits.</returns>
    public string Keep(AuditReport report)
    {
        string name = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _reports[name] = new KeptReport(report, time.GetUtcNow());
        MakeRoom(name);
        return name;
    }

    /// <summary>A report that was kept; null when there is none of that name, or none any more.</summary>
    public KeptReport? Find(string? name) =>
        name is not null && _reports.TryGetValue(name, out KeptReport? kept) && time.GetUtcNow() - kept.Made < Kept ? kept : null;

    /// <summary>What the newest report of a project that is kept says, for its model card, whoever ran the audit; null when there is none.</summary>
    public CardAudit? LatestOf(long project) => _reports.Values
        .Where(kept => kept.Report.Project == $"{project}" && time.GetUtcNow() - kept.Made < Kept)
        .OrderByDescending(kept => kept.Made)
        .Select(kept => new CardAudit(kept.Report, kept.Made, "a dashboard"))
        .FirstOrDefault();

    /// <summary>Lets go of what is too old and, from the oldest on, of what is too much.</summary>
    private void MakeRoom(string newest)
    {
        int checks = 0;
        foreach ((string name, KeptReport report) in _reports.OrderByDescending(entry => entry.Key == newest)
            .ThenByDescending(entry => entry.Value.Made))
        {
            checks += report.Report.Checks.Count;
            if (name != newest && (checks > MaxChecks || time.GetUtcNow() - report.Made >= Kept))
                _reports.TryRemove(name, out _);
        }
    }
}
