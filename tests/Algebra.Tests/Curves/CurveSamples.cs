using System.Numerics;
using Marketplace.Algebra.Curves;

namespace Marketplace.Algebra.Tests.Curves;

/// <summary>Random elements and points for tests.</summary>
internal static class CurveSamples
{
    internal static Fr Scalar(Random random)
    {
        byte[] bytes = new byte[40];
        random.NextBytes(bytes);
        return Fr.FromBytesReduced(bytes);
    }

    internal static Fp Coordinate(Random random)
    {
        byte[] bytes = new byte[40];
        random.NextBytes(bytes);
        return Fp.FromBytesReduced(bytes);
    }

    internal static G1 Point(Random random) => G1.Generator * Scalar(random);

    /// <summary>Different finite points, cheaply: an arithmetic progression from a random start with a random step.</summary>
    internal static G1[] Points(Random random, int count)
    {
        G1 step = Point(random);
        Jacobian<Fp> current = Point(random).ToJacobian();
        Jacobian<Fp>[] points = new Jacobian<Fp>[count];
        for (int i = 0; i < count; i++)
        {
            points[i] = current;
            current = current.AddAffine(step.X, step.Y);
        }

        return G1.FromJacobian(points);
    }

    /// <summary>Scalars at which windows, signs and reductions change.</summary>
    internal static Fr[] EdgeScalars()
    {
        List<BigInteger> values = [0, 1, 2, Fr.Modulus - 1, Fr.Modulus - 2, Fr.Modulus / 2, (Fr.Modulus / 2) + 1];
        foreach (int bit in new[] { 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 191, 192, 239, 240, 252, 253 })
        {
            values.AddRange([BigInteger.One << bit, (BigInteger.One << bit) - 1, (BigInteger.One << bit) + 1]);
        }

        return [.. values.Select(Fr.FromBigInteger)];
    }
}
