namespace Marketplace.Algebra.Transforms;

/// <summary>Transforms one butterfly at a time: for short inputs, and the plain version of <see cref="VectorNtt{TKernel}"/>.</summary>
internal static class PlainNtt
{
    /// <summary>X_j = Σ_k x_k·root^(jk), natural order before and after; root has the order of the length.</summary>
    internal static void Transform(Span<Fr> values, Fr root)
    {
        int n = values.Length;
        ReverseBits(values);
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

    /// <summary>Place k of the result holds Σ_i c_i·c_{(i+k) mod n}.</summary>
    internal static void Autocorrelate(Span<Fr> values)
    {
        Fr[] input = values.ToArray();
        for (int k = 0; k < input.Length; k++)
        {
            Fr sum = Fr.Zero;
            for (int i = 0; i < input.Length; i++)
            {
                sum += input[i] * input[(i + k) % input.Length];
            }

            values[k] = sum;
        }
    }

    /// <summary>Exchanges the elements at places whose bits are each other's reverse.</summary>
    internal static void ReverseBits(Span<Fr> values)
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
    }
}
