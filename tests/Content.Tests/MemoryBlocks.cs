namespace Marketplace.Content.Tests;

/// <summary>Blocks in memory, honest or not, and what is needed to make nodes by hand.</summary>
internal sealed class MemoryBlocks
{
    private readonly Dictionary<Cid, byte[]> _blocks = [];

    public int Fetches { get; private set; }

    public BlockSink Sink => (cid, block, _) =>
    {
        _blocks[cid] = block.ToArray();
        return ValueTask.CompletedTask;
    };

    public IEnumerable<Cid> Cids => _blocks.Keys;

    public byte[] this[Cid cid]
    {
        get => _blocks[cid];
        set => _blocks[cid] = value;
    }

    public bool Contains(Cid cid) => _blocks.ContainsKey(cid);

    public Cid Put(CidCodec codec, byte[] block)
    {
        Cid cid = Cid.Of(codec, block);
        _blocks[cid] = block;
        return cid;
    }

    public Cid PutNode(UnixFs file, params IEnumerable<Cid> links) =>
        Put(CidCodec.DagPb, new DagPbNode([.. links.Select(link => new DagPbLink(link, "", 1))], file.Encode()).Encode());

    public async Task<byte[]> ReadAsync(Cid cid, long maxBytes = 100_000_000, Stream? destination = null)
    {
        using MemoryStream memory = new();
        await UnixFsReader.ReadAsync(
            cid,
            (part, _) =>
            {
                Fetches++;
                return Task.FromResult(_blocks[part]);
            },
            "the memory",
            destination ?? memory,
            maxBytes,
            CancellationToken.None);
        return memory.ToArray();
    }
}
