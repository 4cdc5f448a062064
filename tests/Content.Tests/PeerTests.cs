using System.Diagnostics;
using System.Text.Json;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;
using Marketplace.Testing.Stores;

namespace Marketplace.Content.Tests;

/// <summary>One js-ipfs daemon for all tests of <see cref="JsIpfsTests"/>.</summary>
public sealed class JsIpfsFixture : IAsyncLifetime
{
    private JsIpfsDaemon? _daemon;

    public JsIpfsDaemon Daemon => _daemon ?? throw new InvalidOperationException("The daemon has not been started.");

    public async ValueTask InitializeAsync() => _daemon = await JsIpfsDaemon.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
            await _daemon.DisposeAsync();
    }
}

/// <summary>The clients against a real daemon.</summary>
public sealed class JsIpfsTests(JsIpfsFixture fixture) : IClassFixture<JsIpfsFixture>
{
    [Fact]
    public async Task Files_of_every_size_go_there_and_back()
    {
        // AddAsync fails unless the daemon's CID is the one computed here.
        Random random = TestFiles.SeededRandom();
        using IContentStore store = ContentStore.Open(fixture.Daemon.Api.ToString());
        foreach (int size in TestFiles.Known.Select(known => known.Size).Where(size => size <= 5_000_000).Append(random.Next(3_000_000)))
        {
            byte[] content = TestFiles.Pattern(size);
            Cid cid = await store.AddAsync(content);
            byte[] read = await store.GetAsync(cid, size);
            Assert.True(content.AsSpan().SequenceEqual(read), $"{size} bytes came back changed");
        }
    }

    [Fact]
    public async Task A_second_level_of_nodes_goes_there_and_back()
    {
        var (size, expected) = TestFiles.Known.Single(known => known.Size == 174 * TestFiles.Chunk + 1);
        byte[] content = TestFiles.Pattern(size);
        using IContentStore store = ContentStore.Open(fixture.Daemon.Api.ToString());
        Cid cid = await store.AddAsync(content);
        Assert.Equal(expected, cid.ToString());
        byte[] read = await store.GetAsync(cid, size);
        Assert.True(content.AsSpan().SequenceEqual(read), "the file came back changed");
    }

    [Fact]
    public async Task Its_gateway_serves_whole_files_that_are_verified()
    {
        using IContentStore store = ContentStore.Open(fixture.Daemon.Api.ToString());
        using IContentStore gateway = ContentStore.Open("gateway+" + fixture.Daemon.Gateway);
        foreach (int size in new[] { 0, 1000, 700_000 })
        {
            byte[] content = TestFiles.Pattern(size);
            Cid cid = await store.AddAsync(content);
            Assert.Equal(content, await gateway.GetAsync(cid, size));
        }
    }

    [Fact]
    public async Task What_is_released_is_not_pinned_any_more()
    {
        using IContentStore store = ContentStore.Open(fixture.Daemon.Api.ToString());
        Cid cid = await store.AddAsync("needed for a while"u8.ToArray());
        Assert.True(await IsPinnedAsync());
        // Again, too: whoever crashed in between does not know.
        for (int k = 0; k < 2; k++) await store.ReleaseAsync(cid);
        Assert.False(await IsPinnedAsync());

        async Task<bool> IsPinnedAsync()
        {
            using HttpClient http = new();
            using HttpResponseMessage answer = await http.PostAsync(new Uri(fixture.Daemon.Api, $"api/v0/pin/ls?type=recursive&arg={cid}"), null);
            string said = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode || said.Contains("not pinned", StringComparison.Ordinal), said);
            return answer.IsSuccessStatusCode;
        }
    }

    [Fact]
    public async Task The_limit_and_absence_are_noticed()
    {
        using IContentStore store = ContentStore.Open(
            fixture.Daemon.Api.ToString(), new ContentStoreOptions(BlockTimeout: TimeSpan.FromSeconds(20)));
        Cid cid = await store.AddAsync(TestFiles.Pattern(600_000));
        await Assert.ThrowsAsync<ContentTooLargeException>(() => store.GetAsync(cid, 599_999));
        await Assert.ThrowsAsync<ContentNotFoundException>(() => store.GetAsync(Cid.Of(CidCodec.Raw, "nobody has this"u8), 100));
    }
}

/// <summary>CIDs against Helia, the present implementation in JavaScript.</summary>
public sealed class HeliaTests
{
    [Fact]
    public async Task Cids_are_those_of_helia()
    {
        Random random = TestFiles.SeededRandom();
        List<(int Size, int Chunk)> files = [.. TestFiles.Known.Select(known => (known.Size, TestFiles.Chunk))];
        for (int i = 0; i < 5; i++)
            files.Add((random.Next(5_000_000), TestFiles.Chunk));
        // Small chunks reach depths that would take gigabytes otherwise.
        foreach (int leaves in new[] { 173, 174, 175, 348, 349, 174 * 174, 174 * 174 + 1, 2 * 174 * 174 + 175 })
            files.Add((8 * leaves - 3, 8));
        NodeToolchain node = await NodeToolchain.FindAsync();
        string peer = Repository.Path("tests", "Content.Tests", "peers", "helia");
        await node.InstallAsync(peer, CancellationToken.None);
        string input = JsonSerializer.Serialize(files.Select(file => new[] { file.Size, file.Chunk }));
        string[]? cids = JsonSerializer.Deserialize<string[]>(
            await node.RunAsync(peer, input, ["add.mjs"], CancellationToken.None));
        Assert.Equal(files.Count, cids?.Length);
        foreach (var (file, cid) in files.Zip(cids!))
        {
            UnixFsBuilder builder = new(null, file.Chunk);
            await builder.AppendAsync(TestFiles.Pattern(file.Size));
            Assert.Equal((file, cid), (file, (await builder.FinishAsync()).ToString()));
        }

        Assert.Equal(TestFiles.Known.Select(known => known.Cid), cids!.Take(TestFiles.Known.Length));
    }
}

/// <summary>
/// Against Debian's ipfs-cid, an independent implementation in Rust. It makes files of version 0, whose leaves are nodes with
/// data: that form is built here by hand.
/// </summary>
public sealed class IpfsCidTests
{
    private const string Program = "/usr/bin/ipfs_cid";

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(TestFiles.Chunk)]
    [InlineData(TestFiles.Chunk + 1)]
    [InlineData(4 * 1024 * 1024)]
    public async Task Nodes_and_texts_are_those_of_ipfs_cid(int size)
    {
        Assert.SkipUnless(
            File.Exists(Program), $"SKIPPED: {Program} is not installed; on Debian: apt-get install ipfs-cid");
        using TemporaryFolder folder = new();
        byte[] content = TestFiles.Pattern(size);
        ProgramRun run = await ProgramRun.RunAsync(new ProcessStartInfo(Program, [folder.Write("file", content)]));
        using var answer = JsonDocument.Parse(run.Succeeded());

        List<(Cid Cid, ulong Size, ulong Total)> leaves = [];
        foreach (byte[] chunk in content.Chunk(TestFiles.Chunk))
        {
            byte[] leaf = new DagPbNode([], new UnixFs(chunk, (ulong)chunk.Length, []).Encode()).Encode();
            leaves.Add((Version0(Cid.Of(CidCodec.DagPb, leaf)), (ulong)chunk.Length, (ulong)leaf.Length));
        }

        Cid root = leaves[0].Cid;
        if (leaves.Count > 1)
        {
            UnixFs file = new(default, (ulong)size, [.. leaves.Select(leaf => leaf.Size)]);
            DagPbNode node = new([.. leaves.Select(leaf => new DagPbLink(leaf.Cid, "", leaf.Total))], file.Encode());
            root = Version0(Cid.Of(CidCodec.DagPb, node.Encode()));
        }

        Assert.Equal(answer.RootElement.GetProperty("CIDv0").GetString(), root.ToString());
        Assert.Equal(answer.RootElement.GetProperty("CIDv1").GetString(), root.ToVersion1().ToString());
        Assert.Equal(root, Cid.Parse(root.ToString()));
    }

    private static Cid Version0(Cid cid)
    {
        Assert.True(Cid.TryFromBytes([0x12, 0x20, .. cid.Digest], out Cid zero));
        return zero;
    }
}
