using System.Numerics;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>Definitions, computed as they stand.</summary>
internal static class BruteForce
{
    public static BigInteger Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);

    /// <summary>Shapley values times n!: Σ over coalitions S without i of |S|!·(n − |S| − 1)!·(v(S ∪ i) − v(S)).</summary>
    public static BigInteger[] Shapley(int players, Func<uint, BigInteger> value)
    {
        BigInteger[] values = [.. Enumerable.Range(0, 1 << players).Select(coalition => value((uint)coalition))];
        var shapley = new BigInteger[players];
        for (int i = 0; i < players; i++)
        {
            for (uint coalition = 0; coalition < values.Length; coalition++)
            {
                if ((coalition >> i & 1) != 0)
                    continue;
                int size = BitOperations.PopCount(coalition);
                shapley[i] += Factorial(size) * Factorial(players - size - 1) * (values[coalition | 1u << i] - values[coalition]);
            }
        }

        return shapley;
    }

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
