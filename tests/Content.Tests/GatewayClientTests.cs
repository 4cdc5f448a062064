using System.Net;

namespace Marketplace.Content.Tests;

public sealed class GatewayClientTests
{
    private const string RawBlock = "application/vnd.ipld.raw";

    private readonly MemoryBlocks _blocks = new();

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5 * TestFiles.Chunk + 1)]
    public async Task Files_come_block_by_block(int size)
    {
        byte[] content = TestFiles.Pattern(size);
        Cid cid = await TestFiles.CidOfAsync(content, _blocks.Sink);
        StubHandler gateway = new((request, _) => ServeBlock(request));
        using GatewayClient client = Connect(gateway);
        Assert.Equal(content, await client.GetAsync(cid, size));
        Assert.All(gateway.Requests, request =>
        {
            Assert.Equal("?format=raw", request.RequestUri!.Query);
            Assert.Equal(RawBlock, Assert.Single(request.Headers.Accept).MediaType);
        });
        Assert.Equal(_blocks.Cids.Distinct().Count(), gateway.Requests.Count);
    }

    [Fact]
    public async Task Every_wrong_block_is_a_mismatch()
    {
        byte[] content = TestFiles.Pattern(3 * TestFiles.Chunk);
        Cid root = await TestFiles.CidOfAsync(content, _blocks.Sink);
        using GatewayClient client = Connect(new StubHandler((request, _) => ServeBlock(request)));
        foreach (Cid cid in _blocks.Cids.ToList())
        {
            byte[] good = _blocks[cid];
            _blocks[cid] = [.. good[..^1], (byte)(good[^1] ^ 1)];
            var error = await Assert.ThrowsAsync<ContentMismatchException>(() => client.GetAsync(root, content.Length));
            Assert.Equal((cid, "https://gateway.test"), (error.Cid, error.ContentSource));
            _blocks[cid] = good;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_gateway_of_whole_files_is_verified_whole(bool refusesFormat)
    {
        byte[] content = TestFiles.Pattern(3 * TestFiles.Chunk + 5);
        Cid cid = await TestFiles.CidOfAsync(content);
        using GatewayClient client = Connect(new StubHandler((request, _) =>
            refusesFormat && request.RequestUri!.Query.Length > 0
                ? StubHandler.Text(HttpStatusCode.BadRequest, "no such format")
                : StubHandler.Bytes(content)));
        Assert.Equal(content, await client.GetAsync(cid, content.Length));
        await Assert.ThrowsAsync<ContentTooLargeException>(() => client.GetAsync(cid, content.Length - 1));
    }

    [Fact]
    public async Task A_wrong_whole_file_is_a_mismatch_and_nothing_is_written()
    {
        byte[] content = TestFiles.Pattern(3 * TestFiles.Chunk + 5);
        Cid cid = await TestFiles.CidOfAsync(content);
        foreach (byte[] wrong in new[] { content[..^1], [.. content, 0], [.. content[..^1], (byte)(content[^1] ^ 1)], [] })
        {
            using GatewayClient client = Connect(new StubHandler((_, _) => StubHandler.Bytes(wrong, "text/html")));
            using MemoryStream destination = new();
            var error = await Assert.ThrowsAsync<ContentMismatchException>(
                () => client.GetAsync(cid, destination, 2 * content.Length));
            Assert.Equal((cid, 0L), (error.Cid, destination.Length));
            Assert.Contains("serves whole files only", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_instead_of_an_inner_block_is_a_mismatch()
    {
        byte[] content = TestFiles.Pattern(175 * TestFiles.Chunk);
        Cid root = await TestFiles.CidOfAsync(content, _blocks.Sink);
        using GatewayClient client = Connect(new StubHandler((request, _) =>
            CidOf(request) == root ? ServeBlock(request) : StubHandler.Bytes("<html>"u8.ToArray(), "text/html")));
        await Assert.ThrowsAsync<ContentMismatchException>(() => client.GetAsync(root, content.Length));
    }

    [Fact]
    public async Task Absence_and_failure_differ()
    {
        Cid cid = Cid.Of(CidCodec.Raw, "x"u8);
        using GatewayClient empty = Connect(new StubHandler((request, _) => ServeBlock(request)));
        await Assert.ThrowsAsync<ContentNotFoundException>(() => empty.GetAsync(cid, 10));

        using GatewayClient busy = Connect(new StubHandler((_, _) => StubHandler.Text(HttpStatusCode.TooManyRequests, "slow down")));
        var error = await Assert.ThrowsAsync<ContentStoreException>(() => busy.GetAsync(cid, 10));
        Assert.Contains("slow down", error.Message, StringComparison.Ordinal);
        Assert.Contains("another gateway", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_blocks_are_cut_off()
    {
        Cid cid = Cid.Of(CidCodec.Raw, "x"u8);
        using GatewayClient client = Connect(new StubHandler((_, _) => new HttpResponseMessage
        {
            Content = new EndlessContent(stalls: false),
        }));
        await Assert.ThrowsAsync<ContentTooLargeException>(() => client.GetAsync(cid, 10));
        Cid node = new(CidCodec.DagPb, cid.Digest);
        await Assert.ThrowsAsync<ContentTooLargeException>(() => client.GetAsync(node, 1_000_000));
    }

    [Fact]
    public async Task Nothing_can_be_added()
    {
        using GatewayClient client = Connect(new StubHandler((_, _) => throw new InvalidOperationException("nothing is to be sent")));
        await Assert.ThrowsAsync<ContentStoreException>(() => client.AddAsync("x"u8.ToArray()));
    }

    private static GatewayClient Connect(StubHandler gateway) =>
        new(new Uri("https://gateway.test"), new ContentStoreOptions(Handler: gateway));

    private static Cid CidOf(HttpRequestMessage request) => Cid.Parse(request.RequestUri!.Segments[^1]);

    private HttpResponseMessage ServeBlock(HttpRequestMessage request) => _blocks.Contains(CidOf(request))
        ? StubHandler.Bytes(_blocks[CidOf(request)], RawBlock)
        : StubHandler.Text(HttpStatusCode.NotFound, "no such block");
}
