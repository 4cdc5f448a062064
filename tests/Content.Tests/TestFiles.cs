namespace Marketplace.Content.Tests;

/// <summary>The files that the implementations are compared on. Byte i is the top byte of i · 2654435761 mod 2³².</summary>
internal static class TestFiles
{
    public const int Chunk = 256 * 1024;

    /// <summary>Sizes and CIDs: recorded from Helia 7.1.15 with Kubo's settings; its own test makes them anew.</summary>
    public static readonly (int Size, string Cid)[] Known =
    [
        (0, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        (1, "bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu"),
        (100, "bafkreidw6apsho7dkmlptjkdzidmdkzqfgbddfoqjo6tb6aohk733bbi4e"),
        (Chunk - 1, "bafkreibvbaollm3i4vb2whnxqniekgixcmmbkhwcnz3iejkn5r3aczje7q"),
        (Chunk, "bafkreiecq6sthzzdvpdhqwwpdczxx26e4t3e5wmnzviqmqdphldgfqoe3m"),
        (Chunk + 1, "bafybeigipb3upfgc7d3pg3llsnskvcftvdsi6mhqvmuxde2mq3do4gk47m"),
        (4 * 1024 * 1024, "bafybeiaso3zjdhen4s2aatlp6nnwsyy2zzdn3fr5f6frlwoxwvp3b2h5ky"),
        (174 * Chunk - 1, "bafybeigrdtabqagmioygmo5nfez4sc3bptbwbnu5ew62fzqkpkfv62jin4"),
        (174 * Chunk, "bafybeidimne5wf5ewfzo7j3i6rqielsyhrfd3gchn3xe5vjxbzxs5d5rye"),
        (174 * Chunk + 1, "bafybeiajrrb2wso56upygo5ncasyf7ychzfsllqzv4yen5vlyacji47x5q"),
        (2 * 174 * Chunk, "bafybeiejslrwu7y3hhmx4nqv6qi7umzdqquurymkcj7wn3kdxlnonrmjsq"),
    ];

    public static byte[] Pattern(int size)
    {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++)
            bytes[i] = (byte)(unchecked((uint)i * 2654435761u) >> 24);
        return bytes;
    }

    public static Random SeededRandom()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    public static byte[] NextBytes(this Random random, int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    public static Task<Cid> CidOfAsync(byte[] content, BlockSink? sink = null) =>
        UnixFsBuilder.BuildAsync(new MemoryStream(content), sink);
}
