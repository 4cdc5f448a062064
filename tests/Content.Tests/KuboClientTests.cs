using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace Marketplace.Content.Tests;

/// <summary>The client against a node that is played by the test: what an honest daemon never does.</summary>
public sealed class KuboClientTests
{
    private static readonly Cid Hello = Cid.Of(CidCodec.Raw, "hello"u8);

    [Fact]
    public async Task An_upload_asks_for_parity_with_Kubo_and_sends_the_bytes()
    {
        byte[] content = TestFiles.Pattern(300_000), sent = [];
        Cid cid = await TestFiles.CidOfAsync(content);
        StubHandler node = new((_, body) =>
        {
            sent = body;
            return StubHandler.Text(HttpStatusCode.OK, $"{{\"Name\":\"file\",\"Bytes\":1}}\n{{\"Name\":\"file\",\"Hash\":\"{cid}\"}}\n");
        });
        using KuboClient client = Connect(node);
        Assert.Equal(cid, await client.AddAsync(content));
        HttpRequestMessage request = Assert.Single(node.Requests);
        Assert.Equal((HttpMethod.Post, "/base/api/v0/add"), (request.Method, request.RequestUri!.AbsolutePath));
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        Assert.Equal(
            ("1", "true", "size-262144", "true", "base32"),
            (query["cid-version"], query["raw-leaves"], query["chunker"], query["pin"], query["cid-base"]));
        Assert.True(sent.AsSpan().IndexOf(content) > 0);
        Assert.Equal("Basic", request.Headers.Authorization?.Scheme);
        Assert.Equal("user:pass word", Encoding.UTF8.GetString(Convert.FromBase64String(request.Headers.Authorization!.Parameter!)));
    }

    [Theory]
    [InlineData("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")]
    [InlineData("nonsense")]
    public async Task Another_cid_for_an_upload_is_a_mismatch(string claimed)
    {
        using KuboClient client = Connect(new StubHandler((_, _) =>
            StubHandler.Text(HttpStatusCode.OK, $"{{\"Hash\":\"{claimed}\"}}")));
        var error = await Assert.ThrowsAsync<ContentMismatchException>(() => client.AddAsync("hello"u8.ToArray()));
        Assert.Equal((Hello, "http://node.test:5001/base"), (error.Cid, error.ContentSource));
        Assert.Contains(claimed, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{\"Hash\":5}")]
    public async Task Other_answers_to_an_upload_are_refused(string answer)
    {
        using KuboClient client = Connect(new StubHandler((_, _) => StubHandler.Text(HttpStatusCode.OK, answer)));
        await Assert.ThrowsAsync<ContentStoreException>(() => client.AddAsync("hello"u8.ToArray()));
    }

    [Fact]
    public async Task Endless_answers_are_cut_off()
    {
        using KuboClient client = Connect(new StubHandler((_, _) => new HttpResponseMessage { Content = new EndlessContent(stalls: false) }));
        await Assert.ThrowsAsync<ContentTooLargeException>(() => client.GetAsync(Hello, 100));
        await Assert.ThrowsAsync<ContentStoreException>(() => client.AddAsync("hello"u8.ToArray()));
    }

    [Fact]
    public async Task Silence_ends_with_the_timeout_and_cancellation_at_once()
    {
        StubHandler node = new((_, _) => new HttpResponseMessage { Content = new EndlessContent(stalls: true) });
        using KuboClient client = new(
            new Uri("http://node.test:5001"), new ContentStoreOptions(BlockTimeout: TimeSpan.FromMilliseconds(50), Handler: node));
        var error = await Assert.ThrowsAsync<ContentStoreException>(() => client.GetAsync(Hello, 100));
        Assert.Contains("did not answer within 0.05 s", error.Message, StringComparison.Ordinal);

        using KuboClient patient = Connect(node);
        using CancellationTokenSource cancelled = new(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient.GetAsync(Hello, 100, cancelled.Token));
    }

    [Fact]
    public async Task Wrong_bytes_are_a_mismatch()
    {
        using KuboClient client = Connect(new StubHandler((_, _) => StubHandler.Bytes("jello"u8.ToArray())));
        var error = await Assert.ThrowsAsync<ContentMismatchException>(() => client.GetAsync(Hello, 100));
        Assert.Equal((Hello, "http://node.test:5001/base"), (error.Cid, error.ContentSource));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "{\"Message\":\"block was not found locally (offline): ipld: could not find x\"}", true)]
    [InlineData(HttpStatusCode.InternalServerError, "{\"Message\":\"context deadline exceeded\"}", true)]
    [InlineData(HttpStatusCode.InternalServerError, "{\"Message\":\"disk on fire\\r\\nX: y\"}", false)]
    [InlineData(HttpStatusCode.Forbidden, "403 - Forbidden", false)]
    [InlineData(HttpStatusCode.NotFound, "404 page not found", false)]
    public async Task Errors_say_what_the_node_said(HttpStatusCode status, string body, bool absent)
    {
        using KuboClient client = Connect(new StubHandler((_, _) => StubHandler.Text(status, body)));
        var error = await Assert.ThrowsAnyAsync<ContentStoreException>(() => client.GetAsync(Hello, 100));
        Assert.Equal(absent, error is ContentNotFoundException);
        Assert.Contains("http://node.test:5001/base", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain("pass word", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Truncated_answers_are_connection_errors()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Task serve = Task.Run(async () =>
        {
            using TcpClient peer = await listener.AcceptTcpClientAsync();
            await using NetworkStream stream = peer.GetStream();
            // The client's request has no body and ends with an empty line.
            StringBuilder request = new();
            byte[] buffer = new byte[1024];
            while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                int count = await stream.ReadAsync(buffer);
                Assert.NotEqual(0, count);
                request.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"u8.ToArray());
        });
        using KuboClient client = new(new Uri($"http://127.0.0.1:{port}"));
        var error = await Assert.ThrowsAsync<ContentStoreException>(() => client.GetAsync(Hello, 100));
        await serve;
        Assert.Contains($"http://127.0.0.1:{port}", error.Message, StringComparison.Ordinal);

        listener.Stop();
        error = await Assert.ThrowsAsync<ContentStoreException>(() => client.GetAsync(Hello, 100));
        Assert.Contains("ipfs daemon", error.Message, StringComparison.Ordinal);
    }

    private static KuboClient Connect(StubHandler node) =>
        new(new Uri("http://user:pass%20word@node.test:5001/base/"), new ContentStoreOptions(Handler: node));
}
