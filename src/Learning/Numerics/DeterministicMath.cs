namespace Marketplace.Learning.Numerics;

/// <summary>
/// Exponential and logarithm from IEEE operations only, in fixed order, so that every platform gives the same bits
/// (<see cref="Math.Exp"/> and <see cref="Math.Log(double)"/> call the platform's library). Errors stay below 2 units in the last place.
/// </summary>
public static class DeterministicMath
{
    private const double Log2E = 1.4426950408889634;

    // ln 2 as a sum: the high part has 32 significant bits, so that its product with an exponent is exact (fdlibm's constants).
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e^x. Below −708 the result is 0 (denormal results are not made), above 709 infinity.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return double.NaN;
        if (x < -708)
            return 0;
        if (x > 709)
            return double.PositiveInfinity;
        double n = Math.Round(x * Log2E, MidpointRounding.ToEven);
        double r = Math.FusedMultiplyAdd(n, -Ln2High, x);
        r = Math.FusedMultiplyAdd(n, -Ln2Low, r);

        // Taylor to the 13th power: for |r| ≤ ln 2 / 2 the rest is below 5e-18.
        double sum = 1.0 / 6227020800;
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 479001600);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 39916800);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 3628800);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 362880);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 40320);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 5040);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 720);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 120);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 24);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 6);
        sum = Math.FusedMultiplyAdd(sum, r, 0.5);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0);
        return sum * BitConverter.Int64BitsToDouble(((long)n + 1023) << 52);
    }

    /// <summary>Natural logarithm of a positive normal number; −∞ for 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
            return double.NaN;
        if (x == 0)
            return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x))
            return x;
        int exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0;
            exponent = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        // log m = 2·artanh(s) with s = (m − 1)/(m + 1), |s| ≤ 0.1716: eleven terms of the series reach the last bit.
        double s = (m - 1) / (m + 1);
        double z = s * s;
        double sum = 1.0 / 23;
        for (int k = 21; k >= 3; k -= 2)
            sum = Math.FusedMultiplyAdd(sum, z, 1.0 / k);
        double log = Math.FusedMultiplyAdd(2 * s * z, sum, 2 * s);
        return Math.FusedMultiplyAdd(exponent, Ln2High, Math.FusedMultiplyAdd(exponent, Ln2Low, log));
    }
}
