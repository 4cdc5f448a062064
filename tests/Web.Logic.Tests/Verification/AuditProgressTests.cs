using Marketplace.Protocol.Audit;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Logic.Tests.Verification;

/// <summary>How far an audit is.</summary>
public sealed class AuditProgressTests
{
    private static readonly AuditCheck[] Checks =
    [
        Check("project", "a", AuditResult.Passed),
        Check("round 1", "b", AuditResult.Passed),
        Check("round 1", "c", AuditResult.Unchecked),
        Check("round 2", "d", AuditResult.Passed),
        Check("round 2", "e", AuditResult.Failed),
        Check("money", "f", AuditResult.Passed),
        Check("round 1", "g", AuditResult.Failed),
    ];

    [Theory]
    [InlineData(0, 0, "Reading the project's events from the chain")]
    [InlineData(1, 0.05, "Checking the project's document and first model")]
    [InlineData(2, 0.05, "Round 1 of 2: proof, decisions, files")]
    [InlineData(4, 0.475, "Round 2 of 2: proof, decisions, files")]
    [InlineData(6, 0.9, "Following the money, block by block")]
    public void Progress_is_told_by_the_latest_check(int made, double part, string about)
    {
        CheckGroups groups = Of(Checks[..made]);
        Assert.Equal(part, AuditProgress.Part(groups, rounds: 2), 9);
        Assert.Equal(about, AuditProgress.Describe(groups, rounds: 2));
    }

    [Theory]
    [InlineData("round 3")]
    [InlineData("round 0")]
    [InlineData("round 01")]
    [InlineData("Money")]
    public void A_subject_that_no_audit_has_is_taken_for_the_beginning(string subject)
    {
        CheckGroups groups = Of([Check(subject, "x", AuditResult.Passed)]);
        Assert.Equal(0.05, AuditProgress.Part(groups, rounds: 2));
        Assert.InRange(AuditProgress.Part(groups, rounds: 0), 0, 1);
    }

    private static AuditCheck Check(string subject, string name, AuditResult result) => new(subject, name, result, "");

    private static CheckGroups Of(IEnumerable<AuditCheck> checks)
    {
        var groups = new CheckGroups();
        foreach (AuditCheck check in checks)
            groups.Add(check);
        return groups;
    }
}
