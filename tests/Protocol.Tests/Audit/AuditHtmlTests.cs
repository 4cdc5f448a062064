using Marketplace.Protocol.Audit;

namespace Marketplace.Protocol.Tests.Audit;

/// <summary>An audit's report as a page.</summary>
public sealed class AuditHtmlTests
{
    private static readonly AuditReport Report = new(
        31337,
        "0x5FbDB2315678afecb367f032d93F642f64180aa3",
        "7",
        42,
        null,
        [
            new("project", "The terms are fixed", AuditResult.Passed, "as created"),
            new("round 1", "The payouts follow", AuditResult.Failed, "<script>alert('1')</script> & more"),
            new("round 1", "The report is published", AuditResult.Unchecked, "not found"),
            new("round 1", "The model follows", AuditResult.Passed, "bafk"),
        ]);

    [Fact]
    public void A_page_says_what_failed_first_and_lists_all()
    {
        string html = AuditHtml.Write(Report, DateTimeOffset.UnixEpoch);
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        Assert.Contains("1 of 4 checks failed; first, in round 1: The payouts follow", html, StringComparison.Ordinal);
        Assert.Contains("block 42, made 1970-01-01 00:00:00 UTC", html, StringComparison.Ordinal);
        Assert.All(Report.Checks, check => Assert.Contains($"<td>{check.Name}</td>", html, StringComparison.Ordinal));
        Assert.True(
            html.IndexOf("round 1: 1 passed, 1 failed, 1 could not", StringComparison.Ordinal)
                < html.IndexOf("project: 1 passed", StringComparison.Ordinal),
            "the subject that failed stands after one that passed");
    }

    [Fact]
    public void What_strangers_wrote_runs_nowhere_and_nothing_is_fetched()
    {
        string html = AuditHtml.Write(Report, DateTimeOffset.UnixEpoch);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; more", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shorter_list_says_how_much_is_left_out()
    {
        string html = AuditHtml.WriteBody(Report, DateTimeOffset.UnixEpoch, maxRows: 1);
        Assert.Contains("2 more checks", html, StringComparison.Ordinal);
        Assert.Contains("The payouts follow", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<td>The model follows</td>", html, StringComparison.Ordinal);
    }
}
