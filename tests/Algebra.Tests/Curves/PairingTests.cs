using System.Numerics;
using System.Text.Json;
using Marketplace.Algebra.Curves;

namespace Marketplace.Algebra.Tests.Curves;

public sealed class PairingTests(ITestOutputHelper output)
{
    /// <summary>Calls of the pairing precompile (EIP-197) with their results, made by others.</summary>
    [Fact]
    public void Agrees_with_the_precompile_vectors()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedVectors.Path("bn254-precompiles.json")));
        int calls = 0;
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            if (entry.GetProperty("op").GetString() != "EC_PAIRING")
            {
                continue;
            }

            byte[] input = Convert.FromHexString(entry.GetProperty("input").GetString()![2..]);
            string expected = entry.GetProperty("output").GetString()!;
            Assert.True(Precompile(input) == expected, $"pairing call {calls}: expected {expected}, got {Precompile(input)}");
            calls++;
        }

        Assert.True(calls > 10, $"expected more than 10 pairing calls in the vectors, found {calls}");
    }

    [Fact]
    public void Is_bilinear()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        Fr a = CurveSamples.Scalar(random), b = CurveSamples.Scalar(random);
        G1 p = CurveSamples.Point(random);
        G2 q = G2.Generator * CurveSamples.Scalar(random);

        // e(aP, bQ) · e(−abP, Q) = 1
        Assert.True(Pairing.Check([(p * a, q * b), (-(p * (a * b)), q)]));
        Assert.False(Pairing.Check([(p * a, q * b), (-(p * ((a * b) + Fr.One)), q)]));
        Assert.Equal(Pairing.Product([(p, q)]).Pow(a.ToBigInteger()), Pairing.Product([(p * a, q)]));
    }

    [Fact]
    public void Is_not_degenerate_and_has_order_r()
    {
        Fp12 e = Pairing.Product([(G1.Generator, G2.Generator)]);
        Assert.False(e.IsOne);
        Assert.True(e.Pow(Fr.Modulus).IsOne);
    }

    [Fact]
    public void Infinity_contributes_one()
    {
        Assert.True(Pairing.Check([]));
        Assert.True(Pairing.Check([(G1.Infinity, G2.Generator), (G1.Generator, G2.Infinity)]));
        Assert.False(Pairing.Check([(G1.Infinity, G2.Generator), (G1.Generator, G2.Generator)]));
    }

    /// <summary>The precompile's contract: "0x" where it fails, else a 32-byte 1 or 0.</summary>
    private static string Precompile(byte[] input)
    {
        const int Pair = G1.ByteLength + G2.ByteLength;
        if (input.Length % Pair != 0)
        {
            return "0x";
        }

        try
        {
            (G1, G2)[] pairs = new (G1, G2)[input.Length / Pair];
            for (int i = 0; i < pairs.Length; i++)
            {
                ReadOnlySpan<byte> pair = input.AsSpan(i * Pair, Pair);
                pairs[i] = (G1.FromBytes(pair[..G1.ByteLength]), G2.FromBytes(pair[G1.ByteLength..]));
            }

            BigInteger result = Pairing.Check(pairs) ? 1 : 0;
            return "0x" + result.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            return "0x";
        }
    }
}
