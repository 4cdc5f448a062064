// The division's recurrence is linear: a range that is n long takes the state s above it to T^n·s plus what it gives for s = 0, with
//
//   T = ( y  −1 )     (w_{k+1}, w_{k+2}) → (y·w_{k+1} − w_{k+2}, w_{k+1})
//       ( 1   0 )

namespace Marketplace.Proofs.Split;

/// <summary>Carries the division's state over ranges.</summary>
internal static class DivisionCarry
{
    /// <summary>The true states above all ranges.</summary>
    /// <param name="slicing">The ranges.</param>
    /// <param name="y">x + 1/x.</param>
    /// <param name="fromZero">The state below each range for a state of zero above it.</param>
    public static DivisionState[] Chain(Slicing slicing, Fr y, IReadOnlyList<DivisionState> fromZero)
    {
        var above = new DivisionState[fromZero.Count];
        DivisionState state = new(Fr.Zero, Fr.Zero);
        for (int slice = above.Length - 1; slice >= 0; slice--)
        {
            above[slice] = state;
            DivisionState carried = Power(y, slicing.Start(slice + 1) - slicing.Start(slice)).Times(state);
            state = new DivisionState(fromZero[slice].Next + carried.Next, fromZero[slice].AfterNext + carried.AfterNext);
        }

        return above;
    }

    private static Matrix Power(Fr y, int exponent)
    {
        Matrix power = new(Fr.One, Fr.Zero, Fr.Zero, Fr.One), square = new(y, -Fr.One, Fr.One, Fr.Zero);
        for (; exponent > 0; exponent >>= 1, square = square.Times(square))
        {
            if ((exponent & 1) == 1) power = power.Times(square);
        }

        return power;
    }

    private readonly record struct Matrix(Fr A, Fr B, Fr C, Fr D)
    {
        public DivisionState Times(DivisionState state) =>
            new((A * state.Next) + (B * state.AfterNext), (C * state.Next) + (D * state.AfterNext));

        public Matrix Times(Matrix other) => new(
            (A * other.A) + (B * other.C), (A * other.B) + (B * other.D), (C * other.A) + (D * other.C), (C * other.B) + (D * other.D));
    }
}
