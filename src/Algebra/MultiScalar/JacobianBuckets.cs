using Marketplace.Algebra.Curves;

namespace Marketplace.Algebra.MultiScalar;

/// <summary>One window's sum with buckets in Jacobian coordinates: for few points, and the plain version of the fast one.</summary>
internal static class JacobianBuckets
{
    /// <summary>Σ d_i·P_i for digits of magnitude at most 2^(bits − 1); points with a digit other than zero must be finite.</summary>
    internal static Jacobian<Fp> Sum(ReadOnlySpan<G1> points, ReadOnlySpan<short> digits, int bits)
    {
        Jacobian<Fp>[] buckets = new Jacobian<Fp>[1 << (bits - 1)];
        for (int i = 0; i < points.Length; i++)
        {
            int digit = digits[i];
            if (digit > 0)
            {
                buckets[digit - 1] = buckets[digit - 1].AddAffine(points[i].X, points[i].Y);
            }
            else if (digit < 0)
            {
                buckets[-digit - 1] = buckets[-digit - 1].AddAffine(points[i].X, -points[i].Y);
            }
        }

        // Σ_b b·B_b = Σ_b (B_b + B_{b+1} + … ): a sum of running sums from the top.
        Jacobian<Fp> running = Jacobian<Fp>.Infinity;
        Jacobian<Fp> sum = Jacobian<Fp>.Infinity;
        for (int b = buckets.Length - 1; b >= 0; b--)
        {
            running = running.Add(buckets[b]);
            sum = sum.Add(running);
        }

        return sum;
    }
}
