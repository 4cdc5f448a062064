using Marketplace.Protocol.Audit;

namespace Marketplace.Protocol.Tests.Audit;

/// <summary>An audit's checks by their subjects.</summary>
public sealed class CheckGroupsTests
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

    [Fact]
    public void Counts_are_those_of_the_checks()
    {
        CheckGroups groups = Of(Checks);
        Assert.Equal((7, 4, 2, 1), (groups.Count, groups.Passed, groups.Failed, groups.Unchecked));
        Assert.Equal(("e", "g"), (groups.FirstFailure!.Name, groups.Latest!.Name));
        CheckGroups none = new();
        Assert.Equal((0, null, null), (none.Count, none.FirstFailure, none.Latest));
    }

    [Fact]
    public void What_failed_comes_first_and_then_what_could_not_be_checked()
    {
        CheckGroups groups = Of(Checks[..6]);
        Assert.Equal(["round 2", "round 1", "project", "money"], groups.Shown(null).Select(group => group.Subject));
        Assert.Equal(["round 2"], groups.Shown(AuditResult.Failed).Select(group => group.Subject));
        Assert.Equal(["round 1"], groups.Shown(AuditResult.Unchecked).Select(group => group.Subject));
        Assert.Equal(["e", "d"], groups.Shown(null).First().Shown(null).Select(check => check.Name));
        Assert.Equal(["d"], groups.Shown(null).First().Shown(AuditResult.Passed).Select(check => check.Name));
    }

    [Fact]
    public void A_group_is_as_bad_as_its_worst_check()
    {
        CheckGroup round = Of(Checks).Shown(null).First();
        Assert.Equal(("round 1", AuditResult.Failed, 1, 1, 1), (round.Subject, round.Result, round.Passed, round.Failed, round.Unchecked));
        Assert.Equal(AuditResult.Unchecked, Of(Checks[..3]).Shown(AuditResult.Unchecked).Single().Result);
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
