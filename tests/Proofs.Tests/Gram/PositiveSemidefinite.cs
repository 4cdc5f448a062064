using System.Numerics;

namespace Marketplace.Proofs.Tests.Gram;

/// <summary>Whether a symmetric integer matrix is positive semidefinite, exactly: what the verifier's test is measured by.</summary>
internal static class PositiveSemidefinite
{
    /// <summary>
    /// Fraction-free symmetric elimination (E. Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian
    /// elimination", 1968) with the largest diagonal entry as pivot. After step k the remaining block is the Schur complement
    /// times a positive leading minor, so signs are those of the Schur complement. A matrix is positive semidefinite exactly
    /// when no diagonal entry turns negative and, once every remaining diagonal entry is zero, the remaining block is zero.
    /// </summary>
    /// <param name="a">A symmetric matrix; overwritten.</param>
    public static bool Test(BigInteger[,] a)
    {
        int size = a.GetLength(0);
        BigInteger previous = BigInteger.One;
        for (int k = 0; k < size; k++)
        {
            int pivot = k;
            for (int i = k; i < size; i++)
            {
                if (a[i, i].Sign < 0) return false;
                if (a[i, i] > a[pivot, pivot]) pivot = i;
            }

            if (a[pivot, pivot].IsZero) return IsZeroFrom(a, k);
            Swap(a, k, pivot);

            for (int i = k + 1; i < size; i++)
            {
                for (int j = k + 1; j <= i; j++)
                {
                    // a_ij ← (a_kk·a_ij − a_ik·a_kj) / previous pivot; the division is exact.
                    BigInteger value = ((a[k, k] * a[i, j]) - (a[i, k] * a[j, k])) / previous;
                    a[i, j] = value;
                    a[j, i] = value;
                }
            }

            previous = a[k, k];
        }

        return true;
    }

    private static bool IsZeroFrom(BigInteger[,] a, int start)
    {
        for (int i = start; i < a.GetLength(0); i++)
        {
            for (int j = start; j < a.GetLength(0); j++)
            {
                if (!a[i, j].IsZero) return false;
            }
        }

        return true;
    }

    private static void Swap(BigInteger[,] a, int first, int second)
    {
        int size = a.GetLength(0);
        for (int i = 0; i < size; i++) (a[first, i], a[second, i]) = (a[second, i], a[first, i]);
        for (int i = 0; i < size; i++) (a[i, first], a[i, second]) = (a[i, second], a[i, first]);
    }
}
