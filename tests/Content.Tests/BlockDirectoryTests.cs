using Marketplace.Testing.Files;

namespace Marketplace.Content.Tests;

public sealed class BlockDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlockDirectory _store;

    public BlockDirectoryTests() => _store = new BlockDirectory(_folder.Path);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_added_comes_back()
    {
        Random random = TestFiles.SeededRandom();
        foreach (int size in new[] { 0, 1, TestFiles.Chunk, 5 * TestFiles.Chunk + 3 })
        {
            byte[] content = random.NextBytes(size);
            Cid cid = await _store.AddAsync(content);
            Assert.Equal(await TestFiles.CidOfAsync(content), cid);
            Assert.Equal(content, await _store.GetAsync(cid, size));
        }
    }

    [Fact]
    public async Task Blocks_lie_where_their_cids_say()
    {
        Cid cid = await _store.AddAsync("hello world"u8.ToArray());
        string path = Path.Combine(_folder.Path, "n5", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
        Assert.Equal(path, _store.PathOf(cid));
        Assert.Equal("hello world", await File.ReadAllTextAsync(path));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder.Path, "aside")));
    }

    [Fact]
    public async Task What_is_wrong_can_be_said_without_the_folder()
    {
        Cid absent = Cid.Of(CidCodec.Raw, "absent"u8);
        var missing = await Assert.ThrowsAsync<ContentNotFoundException>(() => _store.GetAsync(absent, 100));
        Assert.Contains(_folder.Path, missing.Message, StringComparison.Ordinal);
        Assert.Equal($"{absent} was not found", missing.Problem);

        Cid spoiled = await _store.AddAsync("hello world"u8.ToArray());
        await File.WriteAllTextAsync(_store.PathOf(spoiled), "hello there");
        var mismatch = await Assert.ThrowsAsync<ContentMismatchException>(() => _store.GetAsync(spoiled, 100));
        Assert.Equal($"what was given for {spoiled} does not match it", mismatch.Problem);

        Cid large = await _store.AddAsync(new byte[101]);
        Assert.Equal(
            $"{large} exceeds the limit of 100 bytes",
            (await Assert.ThrowsAsync<ContentTooLargeException>(() => _store.GetAsync(large, 100))).Problem);
    }

    [Fact]
    public async Task Corruption_is_noticed_and_adding_again_heals()
    {
        byte[] content = TestFiles.Pattern(3 * TestFiles.Chunk);
        Cid root = await _store.AddAsync(content);
        Cid leaf = Cid.Of(CidCodec.Raw, content.AsSpan(TestFiles.Chunk, TestFiles.Chunk));
        foreach (Cid cid in new[] { root, leaf })
        {
            string path = _store.PathOf(cid);
            byte[] good = await File.ReadAllBytesAsync(path);
            foreach (byte[] bad in new[] { good[..^1], [.. good, 0], [], new byte[5_000_000] })
            {
                await File.WriteAllBytesAsync(path, bad);
                var error = await Assert.ThrowsAsync<ContentMismatchException>(() => _store.GetAsync(root, 10_000_000));
                Assert.Equal((cid, path), (error.Cid, error.ContentSource));
                Assert.Contains("add the content again", error.Message, StringComparison.Ordinal);
            }

            Assert.Equal(root, await _store.AddAsync(content));
            Assert.Equal(content, await _store.GetAsync(root, content.Length));
        }
    }

    [Fact]
    public async Task Absence_is_said()
    {
        Cid cid = Cid.Of(CidCodec.Raw, "not there"u8);
        var error = await Assert.ThrowsAsync<ContentNotFoundException>(() => _store.GetAsync(cid, 100));
        Assert.Equal(cid, error.Cid);

        byte[] content = TestFiles.Pattern(3 * TestFiles.Chunk);
        Cid root = await _store.AddAsync(content);
        File.Delete(_store.PathOf(Cid.Of(CidCodec.Raw, content.AsSpan(0, TestFiles.Chunk))));
        await Assert.ThrowsAsync<ContentNotFoundException>(() => _store.GetAsync(root, content.Length));
    }

    [Fact]
    public async Task Many_writers_and_readers_share_a_folder()
    {
        // Each task has its own store object, as separate processes have.
        byte[][] contents = [.. Enumerable.Range(0, 4).Select(i => TestFiles.Pattern(2 * TestFiles.Chunk + i))];
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () =>
        {
            using BlockDirectory store = new(_folder.Path);
            byte[] content = contents[i % contents.Length];
            Cid cid = await store.AddAsync(content);
            Assert.Equal(content, await store.GetAsync(cid, content.Length));
        })));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder.Path, "aside")));
    }

    [Fact]
    public async Task What_a_dead_process_left_is_cleared()
    {
        string old = Path.Combine(_folder.Path, "aside", "old"), young = Path.Combine(_folder.Path, "aside", "young");
        await File.WriteAllTextAsync(old, "x");
        await File.WriteAllTextAsync(young, "x");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        using BlockDirectory again = new(_folder.Path);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task A_cancelled_add_leaves_nothing_aside()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.AddAsync(TestFiles.Pattern(1000), cancelled.Token));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder.Path, "aside")));
    }

    [Theory]
    [InlineData("dir:{0}")]
    [InlineData("http://127.0.0.1:5001")]
    [InlineData("gateway+http://127.0.0.1:8080")]
    public async Task The_default_cid_is_refused_by_every_store(string location)
    {
        using IContentStore store = ContentStore.Open(location.Replace("{0}", _folder.Path, StringComparison.Ordinal));
        await Assert.ThrowsAsync<ArgumentException>(() => store.GetAsync(default, 1));
    }

    [Fact]
    public async Task A_folder_that_is_only_read_is_not_made()
    {
        string path = Path.Combine(_folder.Path, "absent");
        using IContentStore store = ContentStore.Open(path, new ContentStoreOptions(IsForReading: true));
        ContentStoreException e = await Assert.ThrowsAsync<ContentStoreException>(() => store.GetAsync(Cid.Of(CidCodec.Raw, "x"u8), 10));
        Assert.Contains($"no folder {path}", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_is_no_folder(bool isForReading)
    {
        string path = Path.Combine(_folder.Path, "file");
        File.WriteAllText(path, "x");
        Assert.Throws<ContentStoreException>(() => new BlockDirectory(path, isForReading));
    }

    [Fact]
    public void Locations_open_their_kind_of_store()
    {
        string path = Path.Combine(_folder.Path, "store");
        using (IContentStore store = ContentStore.Open("dir:" + path))
            Assert.Equal(path, Assert.IsType<BlockDirectory>(store).Location);
        using (IContentStore store = ContentStore.Open(path))
            Assert.IsType<BlockDirectory>(store);
        using (IContentStore store = ContentStore.Open("http://user:word@localhost:5001"))
            Assert.Equal("http://localhost:5001", Assert.IsType<KuboClient>(store).Location);
        using (IContentStore store = ContentStore.Open("gateway+https://ipfs.example/sub/"))
            Assert.Equal("https://ipfs.example/sub", Assert.IsType<GatewayClient>(store).Location);
        foreach (string wrong in new[] { "ftp://host", "gateway+ftp://host", "s3://bucket", "dir:", "gateway+https://", "ipfs://bafy" })
            Assert.Throws<FormatException>(() => ContentStore.Open(wrong));
        Assert.Throws<ArgumentException>(() => ContentStore.Open(" "));
    }
}
