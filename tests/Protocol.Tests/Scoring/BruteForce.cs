using System.Numerics;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>Definitions, computed as they stand.</summary>
internal static class BruteForce
{
    /// <summary>⟨u⊥, v⊥⟩ as a fraction, by Gram and Schmidt's method over the rationals.</summary>
    public static (BigInteger Numerator, BigInteger Denominator) ProjectedInner(long[] u, long[] v, IReadOnlyList<long[]> known)
    {
        List<BigInteger[]> basis = [];
        foreach (long[] row in known)
            basis.Add(Reject([.. row.Select(entry => (BigInteger)entry)], basis).Vector);
        (BigInteger[] vector, BigInteger scale) = Reject([.. u.Select(entry => (BigInteger)entry)], basis);
        return (Inner(vector, [.. v.Select(entry => (BigInteger)entry)]), scale);
    }

    // Takes out the parts along an orthogonal basis; the result is the rest times the scale.
    private static (BigInteger[] Vector, BigInteger Scale) Reject(BigInteger[] vector, List<BigInteger[]> basis)
    {
        BigInteger scale = 1;
        foreach (BigInteger[] direction in basis)
        {
            BigInteger norm = Inner(direction, direction);
            BigInteger part = Inner(vector, direction);
            vector = [.. vector.Zip(direction, (x, y) => norm * x - part * y)];
            scale *= norm;
        }

        return (vector, scale);
    }

    private static BigInteger Inner(BigInteger[] x, BigInteger[] y) =>
        x.Zip(y, (a, b) => a * b).Aggregate(BigInteger.Zero, BigInteger.Add);
}
