using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Support;

namespace Marketplace.Web.Tests.Hosting;

/// <summary>Blazor's own script comes with the dashboard: small, and under a name that changes with it.</summary>
public sealed partial class ScriptTests(LiveMarket market)
{
    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task The_script_is_compressed_and_kept_by_browsers(string encoding)
    {
        using var http = new HttpClient();
        Match script = ScriptPattern().Match(await http.GetStringAsync(market.Dashboard.At("")));
        Assert.True(script.Success, "the page names no fingerprinted script");

        using var request = new HttpRequestMessage(HttpMethod.Get, market.Dashboard.At(script.Groups[1].Value));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        using HttpResponseMessage answer = await http.SendAsync(request);

        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal([encoding], answer.Content.Headers.ContentEncoding);
        Assert.Contains("immutable", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 10_000, 100_000);
    }

    [GeneratedRegex("""<script src="(_framework/blazor\.web\.[a-z0-9]+\.js)">""")]
    private static partial Regex ScriptPattern();
}
