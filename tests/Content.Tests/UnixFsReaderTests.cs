namespace Marketplace.Content.Tests;

/// <summary>Reading back what was built, and refusing what a hostile writer or source might offer.</summary>
public sealed class UnixFsReaderTests
{
    private readonly MemoryBlocks _blocks = new();

    [Fact]
    public async Task What_was_built_reads_back()
    {
        Random random = TestFiles.SeededRandom();
        foreach (int size in new[] { 0, 1, 100, TestFiles.Chunk, TestFiles.Chunk + 1, 9 * TestFiles.Chunk + 7, 176 * TestFiles.Chunk })
        {
            byte[] content = random.NextBytes(size);
            Cid cid = await TestFiles.CidOfAsync(content, _blocks.Sink);
            byte[] read = await _blocks.ReadAsync(cid, size);
            Assert.True(content.AsSpan().SequenceEqual(read), $"{size} bytes came back changed");
        }
    }

    [Fact]
    public async Task Files_of_other_writers_are_read()
    {
        // Data in inner nodes, leaves in DAG-PB, packed sizes, no total: all are UnixFS.
        Cid leaf = _blocks.PutNode(new UnixFs("world"u8.ToArray(), 5, []));
        Cid raw = _blocks.Put(CidCodec.Raw, "!!"u8.ToArray());
        Cid packed = _blocks.Put(CidCodec.DagPb, new DagPbNode(
            [new DagPbLink(leaf, "", 0), new DagPbLink(raw, "", 0)],
            Convert.FromHexString("0802" + "12066865" + "6c6c6f20" + "22020502")).Encode());
        Assert.Equal("hello world!!"u8.ToArray(), await _blocks.ReadAsync(packed));
    }

    [Theory]
    [InlineData(100, 99)]
    [InlineData(TestFiles.Chunk + 1, TestFiles.Chunk)]
    public async Task Larger_than_allowed_is_refused_before_anything_is_written(int size, long limit)
    {
        Cid cid = await TestFiles.CidOfAsync(TestFiles.Pattern(size), _blocks.Sink);
        using MemoryStream destination = new();
        var error = await Assert.ThrowsAsync<ContentTooLargeException>(() => _blocks.ReadAsync(cid, limit, destination));
        Assert.Equal((cid, limit, 0L, 1), (error.Cid, error.Limit, destination.Length, _blocks.Fetches));
    }

    [Fact]
    public async Task Every_changed_block_is_noticed()
    {
        Cid root = await TestFiles.CidOfAsync(TestFiles.Pattern(176 * TestFiles.Chunk), _blocks.Sink);
        foreach (Cid cid in _blocks.Cids.Where((cid, i) => cid.Codec == CidCodec.DagPb || i % 50 == 0).ToList())
        {
            byte[] good = _blocks[cid];
            byte[] changed = [.. good];
            changed[good.Length / 2] ^= 4;
            foreach (byte[] bad in new[] { changed, good[..^1], [.. good, 0], [] })
            {
                _blocks[cid] = bad;
                var error = await Assert.ThrowsAsync<ContentMismatchException>(() => _blocks.ReadAsync(root));
                Assert.Equal((cid, "the memory"), (error.Cid, error.ContentSource));
                Assert.Contains(cid.ToString(), error.Message, StringComparison.Ordinal);
            }

            _blocks[cid] = good;
        }
    }

    [Fact]
    public async Task Lies_about_sizes_are_refused()
    {
        Cid raw = _blocks.Put(CidCodec.Raw, new byte[10]);
        Cid inner = _blocks.PutNode(new UnixFs(default, 10, [10]), raw);
        foreach (Cid cid in new[]
        {
            _blocks.PutNode(new UnixFs(default, 9, [9]), raw),
            _blocks.PutNode(new UnixFs(default, 11, [11]), raw),
            _blocks.PutNode(new UnixFs(default, 9, [10]), raw),
            _blocks.PutNode(new UnixFs(default, 1, [1]), inner),
            _blocks.PutNode(new UnixFs(default, 10, [10]), raw, raw),
            _blocks.PutNode(new UnixFs(default, 20, [10, 10]), raw),
            _blocks.PutNode(new UnixFs(default, 10, [10, 0]), raw, raw),
            _blocks.PutNode(new UnixFs(new byte[3], 4, [])),
            _blocks.PutNode(new UnixFs(default, long.MaxValue, [long.MaxValue, 1]), raw, raw),
        })
        {
            await Assert.ThrowsAsync<MalformedContentException>(() => _blocks.ReadAsync(cid));
        }

        Cid huge = _blocks.PutNode(new UnixFs(default, long.MaxValue, [long.MaxValue]), raw);
        await Assert.ThrowsAsync<ContentTooLargeException>(() => _blocks.ReadAsync(huge));
    }

    [Fact]
    public async Task Deep_chains_are_cut_off()
    {
        Cid cid = _blocks.Put(CidCodec.Raw, [1]);
        for (int depth = 0; depth < 10; depth++)
            cid = _blocks.PutNode(new UnixFs(default, 1, [1]), cid);
        Assert.Equal([1], await _blocks.ReadAsync(cid));
        for (int depth = 0; depth < 1000; depth++)
            cid = _blocks.PutNode(new UnixFs(default, 1, [1]), cid);
        int before = _blocks.Fetches;
        await Assert.ThrowsAsync<MalformedContentException>(() => _blocks.ReadAsync(cid));
        Assert.InRange(_blocks.Fetches - before, 1, 12);
    }

    [Fact]
    public async Task Many_tiny_blocks_are_cut_off()
    {
        Cid raw = _blocks.Put(CidCodec.Raw, [1]);
        Cid inner = _blocks.PutNode(new UnixFs(default, 1000, [.. Enumerable.Repeat(1UL, 1000)]), Enumerable.Repeat(raw, 1000));
        Cid root = _blocks.PutNode(
            new UnixFs(default, 1_000_000, [.. Enumerable.Repeat(1000UL, 1000)]), Enumerable.Repeat(inner, 1000));
        await Assert.ThrowsAsync<MalformedContentException>(() => _blocks.ReadAsync(root));
        Assert.InRange(_blocks.Fetches, 1, 3000);
    }

    [Theory]
    [InlineData("", "no data")]
    [InlineData("0a020801", "a directory")]
    [InlineData("0a020804", "a symbolic link")]
    [InlineData("0a020805", "a shard")]
    [InlineData("0a0408021801", "a size without bytes")]
    [InlineData("0a021801", "no type")]
    [InlineData("0a0408020802", "two types")]
    [InlineData("0a0308021a", "a field cut off")]
    [InlineData("0a04080278ff", "an unknown field")]
    [InlineData("0a0408021d00", "a fixed-width field")]
    [InlineData("0a03088200", "a varint not in its shortest form")]
    [InlineData("0a0d0802" + "18ffffffffffffffffffff", "a varint that is too long")]
    [InlineData("0aff01080218", "data longer than the block")]
    [InlineData("0a0208020a020802", "data twice")]
    [InlineData("0a02080218", "a key at the end")]
    [InlineData("0a0208021a0101", "an unknown field of the node")]
    [InlineData("0a0208021200", "a link after the data")]
    [InlineData("12000a020802", "a link without a CID")]
    [InlineData("12040a0201020a020802", "a link with something else than a CID")]
    [InlineData("120212000a020802", "a link with a name only")]
    public async Task Nodes_that_are_not_well_formed_are_refused(string hex, string what)
    {
        Cid cid = _blocks.Put(CidCodec.DagPb, Convert.FromHexString(hex));
        string message = (await Assert.ThrowsAsync<MalformedContentException>(() => _blocks.ReadAsync(cid))).Message;
        Assert.True(message.Contains(cid.ToString(), StringComparison.Ordinal), $"{what}: the message does not name the CID: {message}");
    }

    [Fact]
    public async Task Random_bytes_never_do_harm()
    {
        Random random = TestFiles.SeededRandom();
        Cid raw = _blocks.Put(CidCodec.Raw, new byte[10]);
        Cid sound = _blocks.PutNode(new UnixFs(default, 20, [10, 10]), raw, raw);
        for (int i = 0; i < 3000; i++)
        {
            byte[] block = i % 2 == 0 ? random.NextBytes(random.Next(60)) : [.. _blocks[sound]];
            for (int change = random.Next(4); change > 0 && block.Length > 0; change--)
                block[random.Next(block.Length)] = (byte)random.Next(256);
            Cid cid = _blocks.Put(CidCodec.DagPb, block);
            try
            {
                await _blocks.ReadAsync(cid);
            }
            catch (Exception e) when (e is ContentStoreException or KeyNotFoundException)
            {
                // A changed link names a block that is not there; anything else must be one of the declared errors.
            }
        }
    }
}
