using Marketplace.Algebra.Fields;

// Points of y² = x³ + b in Jacobian coordinates: (X, Y, Z) with Z ≠ 0 stands for (X/Z², Y/Z³), Z = 0 for infinity.
// The coefficient b does not enter the formulas. All cases (equal, opposite, infinity) are handled.
// Formulas: Explicit-Formulas Database, short Weierstrass with a = 0: dbl-2009-l, add-2007-bl, madd-2007-bl.

namespace Marketplace.Algebra.Curves;

/// <summary>A point in Jacobian coordinates over <typeparamref name="T"/>; the default value is infinity.</summary>
internal readonly record struct Jacobian<T>(T X, T Y, T Z)
    where T : struct, IFieldElement<T>
{
    internal static Jacobian<T> Infinity => default;

    internal bool IsInfinity => Z.IsZero;

    /// <summary>From affine coordinates, in which (0, 0) is infinity.</summary>
    internal static Jacobian<T> FromAffine(in T x, in T y) => x.IsZero && y.IsZero ? default : new(x, y, T.One);

    internal Jacobian<T> Double()
    {
        T a = X.Square();
        T b = Y.Square();
        T c = b.Square();
        T d = ((X + b).Square() - a - c).Double(); // 4·X·Y²
        T e = a.Double() + a; // 3·X²
        T x = e.Square() - d.Double();
        T y = (e * (d - x)) - c.Double().Double().Double();
        return new(x, y, (Y * Z).Double());
    }

    internal Jacobian<T> Add(in Jacobian<T> other)
    {
        if (IsInfinity)
        {
            return other;
        }

        if (other.IsInfinity)
        {
            return this;
        }

        T z1z1 = Z.Square();
        T z2z2 = other.Z.Square();
        T u1 = X * z2z2;
        T u2 = other.X * z1z1;
        T s1 = Y * other.Z * z2z2;
        T s2 = other.Y * Z * z1z1;
        T h = u2 - u1;
        T r = (s2 - s1).Double();
        if (h.IsZero)
        {
            return r.IsZero ? Double() : Infinity;
        }

        T i = h.Double().Square();
        T j = h * i;
        T v = u1 * i;
        T x = r.Square() - j - v.Double();
        T y = (r * (v - x)) - (s1 * j).Double();
        T z = ((Z + other.Z).Square() - z1z1 - z2z2) * h;
        return new(x, y, z);
    }

    /// <summary>Adds the affine point (x, y), which must not be infinity.</summary>
    internal Jacobian<T> AddAffine(in T otherX, in T otherY)
    {
        if (IsInfinity)
        {
            return new(otherX, otherY, T.One);
        }

        T z1z1 = Z.Square();
        T u2 = otherX * z1z1;
        T s2 = otherY * Z * z1z1;
        T h = u2 - X;
        T r = (s2 - Y).Double();
        if (h.IsZero)
        {
            return r.IsZero ? Double() : Infinity;
        }

        T hh = h.Square();
        T i = hh.Double().Double();
        T j = h * i;
        T v = X * i;
        T x = r.Square() - j - v.Double();
        T y = (r * (v - x)) - (Y * j).Double();
        T z = (Z + h).Square() - z1z1 - hh;
        return new(x, y, z);
    }

    internal Jacobian<T> Negate() => new(X, -Y, Z);

    /// <summary>k·P for k given as limbs, least significant first; four bits at a time. The time depends on k.</summary>
    internal Jacobian<T> Multiply(ulong k0, ulong k1, ulong k2, ulong k3)
    {
        Jacobian<T>[] table = new Jacobian<T>[16];
        table[1] = this;
        for (int i = 2; i < 16; i++)
        {
            table[i] = table[i - 1].Add(this);
        }

        Span<ulong> limbs = [k0, k1, k2, k3];
        Jacobian<T> result = Infinity;
        for (int nibble = 63; nibble >= 0; nibble--)
        {
            if (!result.IsInfinity)
            {
                result = result.Double().Double().Double().Double();
            }

            int digit = (int)(limbs[nibble / 16] >> (nibble % 16 * 4)) & 15;
            if (digit != 0)
            {
                result = result.Add(table[digit]);
            }
        }

        return result;
    }

    /// <summary>Affine coordinates; (0, 0) for infinity.</summary>
    internal (T X, T Y) ToAffine()
    {
        if (IsInfinity)
        {
            return default;
        }

        T inverse = Z.InverseVariableTime();
        T square = inverse.Square();
        return (X * square, Y * square * inverse);
    }
}
