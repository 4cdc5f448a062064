namespace Marketplace.Content.Tests;

public sealed class UnixFsBuilderTests
{
    [Fact]
    public async Task Files_have_their_known_cids()
    {
        foreach (var (size, cid) in TestFiles.Known)
            Assert.Equal((size, cid), (size, (await TestFiles.CidOfAsync(TestFiles.Pattern(size))).ToString()));
    }

    [Fact]
    public async Task The_way_bytes_arrive_does_not_matter()
    {
        Random random = TestFiles.SeededRandom();
        byte[] content = random.NextBytes(3 * TestFiles.Chunk + random.Next(TestFiles.Chunk));
        Cid expected = await TestFiles.CidOfAsync(content);
        for (int run = 0; run < 5; run++)
        {
            UnixFsBuilder builder = new();
            for (int start = 0; start < content.Length;)
            {
                int count = Math.Min(content.Length - start, random.Next(2 * TestFiles.Chunk));
                await builder.AppendAsync(content.AsMemory(start, count));
                start += count;
            }

            Assert.Equal(expected, await builder.FinishAsync());
            Assert.Equal(content.Length, builder.Length);
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await builder.FinishAsync());
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await builder.AppendAsync(content));
        }
    }

    [Fact]
    public async Task Blocks_come_below_before_above_and_match_their_cids()
    {
        HashSet<Cid> seen = [];
        int leaves = 0, nodes = 0;
        byte[] content = TestFiles.Pattern(175 * TestFiles.Chunk);
        Cid root = await TestFiles.CidOfAsync(content, (cid, block, _) =>
        {
            Assert.True(cid.Matches(block.Span));
            Assert.InRange(block.Length, 1, TestFiles.Chunk);
            if (cid.Codec == CidCodec.Raw)
            {
                leaves++;
            }
            else
            {
                nodes++;
                DagPbNode node = DagPbNode.Decode(block.Span);
                Assert.Equal(block.ToArray(), node.Encode());
                Assert.All(node.Links, link => Assert.Contains(link.Cid, seen));
            }

            seen.Add(cid);
            return ValueTask.CompletedTask;
        });
        Assert.Equal((175, 3), (leaves, nodes));
        Assert.Contains(root, seen);
    }

    [Theory]
    [InlineData(174, 1)]
    [InlineData(175, 2)]
    [InlineData(174 * 174, 2)]
    [InlineData(174 * 174 + 1, 3)]
    [InlineData(2 * 174 * 174 + 174, 3)]
    public async Task Depth_grows_with_the_number_of_leaves(int leaves, int levels)
    {
        Dictionary<Cid, byte[]> nodes = [];
        UnixFsBuilder builder = new(
            (cid, block, _) =>
            {
                if (cid.Codec == CidCodec.DagPb)
                    nodes[cid] = block.ToArray();
                return ValueTask.CompletedTask;
            },
            chunkSize: 8);
        await builder.AppendAsync(TestFiles.Pattern(8 * leaves));
        Cid next = await builder.FinishAsync();
        ulong left = 8 * (ulong)leaves;
        for (int level = 0; level < levels; level++)
        {
            // Down along the last links: every leaf is equally deep, the last ones too.
            DagPbNode node = DagPbNode.Decode(nodes[next]);
            UnixFs file = UnixFs.Decode(node.Data!.Value.Span);
            Assert.Equal(left, file.FileSize);
            Assert.InRange(node.Links.Count, 1, UnixFsBuilder.MaxLinks);
            (next, left) = (node.Links[^1].Cid, file.BlockSizes[^1]);
        }

        Assert.Equal((CidCodec.Raw, 8UL), (next.Codec, left));
    }
}
