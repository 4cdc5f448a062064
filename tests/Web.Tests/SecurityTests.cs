using Marketplace.Testing.Nodes;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests;

/// <summary>What the server lets browsers do, and what it never says.</summary>
public sealed class SecurityTests(Chromium chromium, LiveMarket market)
{
    [Theory]
    [MemberData(nameof(EveryPage.Paths), MemberType = typeof(EveryPage))]
    public async Task A_page_obeys_a_strict_policy(string path)
    {
        IPage page = await chromium.OpenAsync();
        List<string> complaints = [];
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);

        IResponse? answer = await page.GotoAsync(market.Dashboard.At(path), new() { WaitUntil = WaitUntilState.NetworkIdle });

        Dictionary<string, string> headers = await answer!.AllHeadersAsync();
        string policy = headers["content-security-policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", headers["x-content-type-options"]);
        Assert.DoesNotContain("server", headers.Keys);
        Assert.True(complaints.Count == 0, $"{path}: {string.Join("; ", complaints)}");
    }

    [Theory]
    [MemberData(nameof(EveryPage.Paths), MemberType = typeof(EveryPage))]
    public async Task A_page_holds_no_secret(string path)
    {
        using var http = new HttpClient();

        string html = await http.GetStringAsync(market.Dashboard.At(path));

        Assert.All(EthereumNode.Keys, key => Assert.DoesNotContain(key[2..], html, StringComparison.OrdinalIgnoreCase));
        // An audit's page has the command by which its reader audits: on a development chain, which is on the reader's machine, with addresses.
        if (path.StartsWith("audit/", StringComparison.Ordinal))
            return;
        Assert.DoesNotContain(market.Gate.Url.Authority, html, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), html, StringComparison.Ordinal);
    }
}
