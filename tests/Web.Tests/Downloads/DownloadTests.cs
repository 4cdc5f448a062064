using System.Net;
using Marketplace.Web.Tests.Support;

namespace Marketplace.Web.Tests.Downloads;

/// <summary>What strangers have published is handed out as files.</summary>
public sealed class DownloadTests(LiveMarket market)
{
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
}
