namespace Marketplace.Protocol.Audit;

/// <summary>The checks of one subject, in the order in which they were made.</summary>
public sealed class CheckGroup(string subject)
{
    private readonly List<AuditCheck> _checks = [];

    public string Subject { get; } = subject;

    public IReadOnlyList<AuditCheck> Checks => _checks;

    public int Failed { get; private set; }

    public int Unchecked { get; private set; }

    public int Passed => _checks.Count - Failed - Unchecked;

    /// <summary>The worst that happened to it.</summary>
    public AuditResult Result => Failed > 0 ? AuditResult.Failed : Unchecked > 0 ? AuditResult.Unchecked : AuditResult.Passed;

    /// <summary>Its checks of one result, or all; those that failed first, then those that could not be made.</summary>
    public IEnumerable<AuditCheck> Shown(AuditResult? only) =>
        _checks.Where(check => only is null || check.Result == only).OrderBy(check => Severity(check.Result));

    /// <summary>0 for the worst.</summary>
    public static int Severity(AuditResult result) => result switch
    {
        AuditResult.Failed => 0,
        AuditResult.Unchecked => 1,
        _ => 2,
    };

    internal void Add(AuditCheck check)
    {
        _checks.Add(check);
        Failed += check.Result == AuditResult.Failed ? 1 : 0;
        Unchecked += check.Result == AuditResult.Unchecked ? 1 : 0;
    }
}

/// <summary>Checks by their subjects.</summary>
public sealed class CheckGroups
{
    private readonly List<CheckGroup> _groups = [];

    public int Count => _groups.Sum(group => group.Checks.Count);

    public int Passed => _groups.Sum(group => group.Passed);

    public int Failed => _groups.Sum(group => group.Failed);

    public int Unchecked => _groups.Sum(group => group.Unchecked);

    /// <summary>The check that failed before all others; null when none has.</summary>
    public AuditCheck? FirstFailure { get; private set; }

    /// <summary>The check that was made last.</summary>
    public AuditCheck? Latest { get; private set; }

    public void Add(AuditCheck check)
    {
        CheckGroup? group = _groups.FindLast(candidate => candidate.Subject == check.Subject);
        if (group is null)
            _groups.Add(group = new CheckGroup(check.Subject));
        group.Add(check);
        Latest = check;
        if (check.Result == AuditResult.Failed)
            FirstFailure ??= check;
    }

    /// <summary>
    /// The groups that have a check of a result, or all; those with failures first, then those with checks
    /// that could not be made, each in the order of the audit.
    /// </summary>
    public IEnumerable<CheckGroup> Shown(AuditResult? only) => _groups
        .Where(group => only is null || group.Checks.Any(check => check.Result == only))
        .OrderBy(group => CheckGroup.Severity(group.Result));
}
