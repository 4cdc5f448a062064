using System.Net;

namespace Marketplace.Content.Tests;

/// <summary>What a store's client asks again, and what it never does.</summary>
public sealed class ResilienceTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();
    private static readonly Cid HelloCid = Cid.Of(CidCodec.Raw, Hello);

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task A_question_is_asked_again_while_the_server_says_not_now(HttpStatusCode status)
    {
        int failures = 2;
        StubHandler server = new((_, _) => failures-- > 0 ? StubHandler.Text(status, "not now") : StubHandler.Bytes(Hello));
        using KuboClient client = Connect(server);
        Assert.Equal(Hello, await client.GetAsync(HelloCid, 100));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_question_is_asked_again_when_the_connection_breaks()
    {
        bool isFirst = true;
        StubHandler server = new((_, _) =>
        {
            (bool fails, isFirst) = (isFirst, false);
            return fails ? throw new HttpRequestException("reset") : StubHandler.Bytes(Hello);
        });
        using KuboClient client = Connect(server);
        Assert.Equal(Hello, await client.GetAsync(HelloCid, 100));
    }

    [Fact]
    public async Task An_upload_is_sent_once()
    {
        StubHandler server = new((_, _) => StubHandler.Text(HttpStatusCode.ServiceUnavailable, "not now"));
        using KuboClient client = Connect(server);
        ContentStoreException error = await Assert.ThrowsAsync<ContentStoreException>(() => client.AddAsync(Hello));
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task An_answer_is_an_answer(HttpStatusCode status)
    {
        StubHandler server = new((_, _) => StubHandler.Text(status, "block was not found"));
        using KuboClient client = Connect(server);
        await Assert.ThrowsAnyAsync<ContentStoreException>(() => client.GetAsync(HelloCid, 100));
        Assert.Single(server.Requests);
    }

    private static KuboClient Connect(StubHandler server) =>
        new(new Uri("http://node.test:5001"), new ContentStoreOptions(Handler: server));
}
