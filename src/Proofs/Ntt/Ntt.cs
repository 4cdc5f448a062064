// Number-theoretic transforms over Fr: X_j = Σ_k x_k·ω^(jk) with ω of order n = 2^m, m ≤ 28, both sides in natural order.
// ω = g^(2^(28−m)) with g = Fr.TwoAdicRoot, of order exactly 2^28.

using System.Numerics;

namespace Marketplace.Proofs;

/// <summary>Number-theoretic transforms over Fr of sizes 2^0 to 2^28.</summary>
public static class Ntt
{
    /// <summary>The largest size.</summary>
    public const int MaxLength = 1 << 28;

    /// <summary>Replaces the coefficients x by the values X_j = Σ_k x_k·ω^(jk).</summary>
    /// <param name="values">A power of two of elements, at most 2^28, natural order before and after.</param>
    /// <exception cref="ArgumentException">The length is not such a power.</exception>
    public static void Forward(Span<Fr> values) => Transform(values, RootOfUnity(values.Length));

    /// <summary>Inverts <see cref="Forward"/>.</summary>
    /// <inheritdoc cref="Forward" path="/param"/>
    /// <inheritdoc cref="Forward" path="/exception"/>
    public static void Inverse(Span<Fr> values)
    {
        Transform(values, RootOfUnity(values.Length).Inverse());
        Fr scale = Fr.FromUInt64((ulong)values.Length).Inverse();
        foreach (ref Fr value in values)
        {
            value *= scale;
        }
    }

    /// <summary>The ω of a transform of this length.</summary>
    /// <exception cref="ArgumentException">The length is not a power of two between 1 and 2^28.</exception>
    public static Fr RootOfUnity(int length)
    {
        if (!BitOperations.IsPow2(length) || length > MaxLength)
        {
            throw new ArgumentException($"A transform's length must be a power of two from 1 to 2^28; {length} came. Pad with zeros.");
        }

        Fr root = Fr.TwoAdicRoot;
        for (int i = BitOperations.Log2((uint)length); i < Fr.TwoAdicity; i++)
        {
            root = root.Square();
        }

        return root;
    }

    private static void Transform(Span<Fr> values, Fr root)
    {
        int n = values.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (values[i], values[j]) = (values[j], values[i]);
            }
        }

        Fr[] powers = new Fr[Math.Max(1, n / 2)];
        powers[0] = Fr.One;
        for (int i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * root;
        }

        for (int half = 1; half < n; half *= 2)
        {
            int stride = n / (2 * half);
            for (int start = 0; start < n; start += 2 * half)
            {
                for (int k = 0; k < half; k++)
                {
                    Fr odd = values[start + half + k] * powers[k * stride];
                    Fr even = values[start + k];
                    values[start + k] = even + odd;
                    values[start + half + k] = even - odd;
                }
            }
        }
    }
}
