using System.Net;
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
        Assert.DoesNotContain(market.Gate.Url.Authority, html, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-a-cid")]
    [InlineData("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")]
    [InlineData("..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("bafkrei%0d%0aset-cookie:a=b")]
    public async Task Content_that_is_not_there_is_not_found(string cid)
    {
        using var http = new HttpClient();

        using HttpResponseMessage answer = await http.GetAsync(market.Dashboard.At($"content/{cid}"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Content_is_a_file_and_never_a_page()
    {
        using var http = new HttpClient();
        Contracts.Terms terms = await market.Chain.Contract.TermsAsync(market.Project);

        using HttpResponseMessage answer = await http.GetAsync(market.Dashboard.At($"content/{terms.Document}"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.NotEqual("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Health_is_said_to_machines()
    {
        using var http = new HttpClient();

        Assert.Equal("Healthy", await http.GetStringAsync(market.Dashboard.At("health/live")));
        Assert.Contains("\"status\":\"Healthy\"", await http.GetStringAsync(market.Dashboard.At("health/ready")), StringComparison.Ordinal);
    }
}
