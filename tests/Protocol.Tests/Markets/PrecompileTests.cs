using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Learning.Numerics;
using Marketplace.Testing.Nodes;

namespace Marketplace.Protocol.Tests.Markets;

/// <summary>
/// BN254 in C# against the precompiled contracts of a real node: addition (6), multiplication (7), pairing (8), EIP-196 and EIP-197.
/// </summary>
public sealed class PrecompileTests(ITestOutputHelper output)
{
    private const int Samples = 40;

    [Fact]
    public async Task Points_and_pairings_are_those_of_a_node_s_precompiles()
    {
        ulong seed = (ulong)Random.Shared.NextInt64();
        output.WriteLine($"seed {seed}");
        var random = new RandomStream(seed, 0);
        await using AnvilNode node = await AnvilNode.StartAsync("--accounts", "1");
        using var client = new EthereumClient(node.Url);
        Fr[] edges = [Fr.Zero, Fr.One, -Fr.One, Fr.FromUInt64(2)];
        for (int k = 0; k < Samples; k++)
        {
            Fr a = k < edges.Length ? edges[k] : NextScalar(random), b = k % 5 == 0 ? -a : NextScalar(random);
            G1 p = G1.Generator * a, q = G1.Generator * b;
            Assert.Equal(Bytes(p + q), await CallAsync(client, 6, [.. Bytes(p), .. Bytes(q)]));
            Assert.Equal(Bytes(p * b), await CallAsync(client, 7, [.. Bytes(p), .. Bytes(b)]));
            // e(aG, H)·e(−G, aH) = 1, and with any other scalar it is not.
            (G1, G2)[] balanced = [(p, G2.Generator), (-G1.Generator, G2.Generator * a)];
            (G1, G2)[] unbalanced = [(p, G2.Generator), (-G1.Generator, G2.Generator * (a + Fr.One))];
            Assert.True(await PairsAsync(client, balanced) && Pairing.Check(balanced));
            Assert.False(await PairsAsync(client, unbalanced) || Pairing.Check(unbalanced));
        }
    }

    private static async Task<bool> PairsAsync(EthereumClient client, (G1 P, G2 Q)[] pairs) =>
        (await CallAsync(client, 8, [.. pairs.SelectMany(pair => (byte[])[.. Bytes(pair.P), .. Bytes(pair.Q)])]))[^1] == 1;

    private static Task<byte[]> CallAsync(EthereumClient client, byte precompile, byte[] input)
    {
        var address = new byte[Address.Size];
        address[^1] = precompile;
        return client.CallAsync(new CallRequest(new Address(address), input));
    }

    private static Fr NextScalar(RandomStream random)
    {
        var bytes = new byte[64];
        for (int k = 0; k < bytes.Length; k++)
            bytes[k] = (byte)random.NextUInt32();
        return Fr.FromBytesReduced(bytes);
    }

    private static byte[] Bytes(G1 point)
    {
        var bytes = new byte[64];
        point.WriteBytes(bytes);
        return bytes;
    }

    private static byte[] Bytes(G2 point)
    {
        var bytes = new byte[128];
        point.WriteBytes(bytes);
        return bytes;
    }

    private static byte[] Bytes(Fr scalar)
    {
        var bytes = new byte[32];
        scalar.WriteBytes(bytes);
        return bytes;
    }
}
