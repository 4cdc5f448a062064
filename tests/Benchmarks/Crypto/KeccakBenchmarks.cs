using BenchmarkDotNet.Attributes;
using Marketplace.Crypto;

namespace Marketplace.Benchmarks.Crypto;

/// <summary>Keccak-256 of a word, of two, and of a message that takes two permutations.</summary>
public class KeccakBenchmarks
{
    private readonly byte[] _hash = new byte[Keccak256.HashSize];
    private byte[] _message = [];

    /// <summary>Bytes of the message; 136 fill a block, and the padding takes another.</summary>
    [Params(32, 64, 136)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup() => _message = [.. Enumerable.Range(0, Length).Select(i => (byte)i)];

    [Benchmark]
    public void Keccak() => Keccak256.HashData(_message, _hash);
}
