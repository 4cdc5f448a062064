using System.Net;
using System.Text;

namespace Marketplace.Http.Tests;

/// <summary>Which requests to a node are repeated, and how long they may take.</summary>
public sealed class JsonRpcHttpTests
{
    private const string Answer = """{"jsonrpc":"2.0","id":1,"result":"0x1"}""";

    private static readonly ResilienceOptions Fast = new()
    {
        Retries = 2,
        FirstDelay = TimeSpan.FromMilliseconds(1),
        AttemptTimeout = TimeSpan.FromMilliseconds(200),
        TotalTimeout = TimeSpan.FromSeconds(20),
        IsTransient = response => (int)response.StatusCode >= 500,
    };

    [Theory]
    [InlineData("eth_call", 3)]
    [InlineData("eth_getLogs", 3)]
    [InlineData("net_version", 3)]
    [InlineData("eth_sendRawTransaction", 1)]
    [InlineData("eth_sendTransaction", 1)]
    [InlineData("eth_submitWork", 1)]
    [InlineData("evm_mine", 1)]
    [InlineData("personal_sign", 1)]
    public async Task Only_what_reads_is_repeated(string method, int expected)
    {
        int asked = 0;
        using HttpClient client = Client((_, _) =>
        {
            asked++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        });
        using HttpResponseMessage response = await SendAsync(client, Request(method));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, expected), (response.StatusCode, asked));
    }

    [Theory]
    [InlineData("eth_call", "eth_getLogs", 3)]
    [InlineData("eth_call", "eth_sendRawTransaction", 1)]
    public async Task A_batch_is_repeated_only_as_a_whole(string first, string second, int expected)
    {
        int asked = 0;
        using HttpClient client = Client((_, _) =>
        {
            asked++;
            throw new HttpRequestException("reset");
        });
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, $"[{Request(first)},{Request(second)}]"));
        Assert.Equal(expected, asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task What_is_not_understood_is_sent_once(string body)
    {
        int asked = 0;
        using HttpClient client = Client((_, _) =>
        {
            asked++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway));
        });
        using HttpResponseMessage response = await SendAsync(client, body);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        int asked = 0;
        using HttpClient client = Client((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = ++asked == 1 ? new StreamContent(new BrokenStream()) : new StringContent(Answer),
        }));
        using HttpResponseMessage response = await SendAsync(client, Request("eth_call"));
        Assert.Equal((Answer, 2), (await response.Content.ReadAsStringAsync(), asked));
    }

    [Fact]
    public async Task Silence_ends_with_the_attempts()
    {
        int asked = 0;
        using HttpClient client = Client(async (_, cancellationToken) =>
        {
            asked++;
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("silence does not end");
        });
        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, Request("eth_call")));
        Assert.Contains("no answer within 0.2 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, asked);
    }

    [Theory]
    [InlineData(429, "slow down", 2)]
    [InlineData(-32005, "request rate limited", 2)]
    [InlineData(-32005, "query returned more than 10000 results", 1)]
    [InlineData(-32000, "execution reverted", 1)]
    public async Task A_refusal_by_request_rate_is_no_answer_yet(int code, string message, int expected)
    {
        int asked = 0;
        string refusal = $$$"""{"jsonrpc":"2.0","id":1,"error":{"code":{{{code}}},"message":"{{{message}}}"}}""";
        using var client = new HttpClient(JsonRpcHttp.CreateHandler(new Stub((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(++asked == 1 ? refusal : Answer),
        }))));
        using HttpResponseMessage response = await SendAsync(client, Request("eth_getLogs"));
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        Assert.Equal((expected == 1 ? refusal : Answer, expected), (await reader.ReadToEndAsync(), asked));
    }

    [Fact]
    public async Task A_server_that_always_fails_is_left_alone()
    {
        int asked = 0;
        using HttpClient client = Client((_, _) =>
        {
            asked++;
            throw new HttpRequestException("refused");
        });
        HttpRequestException? last = null;
        for (int k = 0; k < 30; k++)
            last = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, Request("eth_sendRawTransaction")));
        Assert.InRange(asked, 1, 25);
        Assert.Contains("left alone", last!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_once_is_never_put_off()
    {
        int asked = 0;
        Stub refusing = new((_, _) =>
        {
            asked++;
            throw new HttpRequestException("refused");
        });
        using var client = new HttpClient(JsonRpcHttp.CreateHandler(refusing, Fast with { Retries = 0 }));
        for (int k = 0; k < 30; k++)
            await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, Request("eth_chainId")));
        Assert.Equal(30, asked);
    }

    private static HttpClient Client(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) =>
        new(JsonRpcHttp.CreateHandler(new Stub(answer), Fast));

    private static string Request(string method) => $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":[]}""";

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string body) =>
        client.PostAsync("http://node.test", new StringContent(body, Encoding.UTF8, "application/json"));

    private sealed class Stub(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request, cancellationToken);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("the connection was reset");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new IOException("the connection was reset");
    }
}
