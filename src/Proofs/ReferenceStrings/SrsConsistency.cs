// Whether points are powers of one τ. All points lie in groups of prime order, so with random 128-bit ρ_k
//   e(Σ ρ_k·P_{k+1}, [1]_2) = e(Σ ρ_k·P_k, [τ]_2)
// holds for P_k that do not all satisfy P_{k+1} = τ·P_k with probability at most 2^−128.

using System.Security.Cryptography;
using Marketplace.Algebra.Curves;
using Marketplace.Algebra.MultiScalar;

namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>Checks an SRS by pairings.</summary>
internal static class SrsConsistency
{
    /// <exception cref="FormatException">The SRS is inconsistent.</exception>
    public static void Check(Srs srs, CancellationToken cancellationToken)
    {
        ReadOnlySpan<G1> powers = srs.Powers;
        if (powers[0] != G1.Generator) throw Bad($"[τ^0]_1 must be the generator (1, 2), it is {powers[0]}");
        if (powers[1] == G1.Generator) throw Bad("τ is 1, as in a ceremony before its first contribution");
        for (int k = 1; k < powers.Length; k++)
        {
            if (powers[k].IsInfinity) throw Bad($"[τ^{k}]_1 is the point at infinity");
            if (!powers[k].IsOnCurve) throw Bad($"[τ^{k}]_1 is not on the curve");
        }

        foreach (G2 point in (ReadOnlySpan<G2>)[srs.Tau, srs.TauSquared])
        {
            if (point.IsInfinity || !point.IsOnCurve || !point.IsInSubgroup)
                throw Bad("[τ]_2 and [τ²]_2 must be finite points of order r on the twist");
        }

        G1 tau1 = powers[1];
        if (!Equal((tau1, G2.Generator), (G1.Generator, srs.Tau))) throw Bad("[τ]_1 and [τ]_2 are of different τ");
        if (!Equal((tau1, srs.Tau), (G1.Generator, srs.TauSquared))) throw Bad("[τ²]_2 is not τ times [τ]_2");

        Fr[] rho = RandomScalars(srs.Length - 1);
        G1 lower = Msm.Compute(powers[..^1], rho, cancellationToken);
        G1 upper = Msm.Compute(powers[1..], rho, cancellationToken);
        if (!Equal((upper, G2.Generator), (lower, srs.Tau))) throw Bad("its G1 points are not successive powers of τ");
    }

    private static bool Equal((G1 P, G2 Q) left, (G1 P, G2 Q) right) => Pairing.Check([left, (-right.P, right.Q)]);

    private static Fr[] RandomScalars(int count)
    {
        var scalars = new Fr[count];
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        for (int k = 0; k < count; k++)
        {
            RandomNumberGenerator.Fill(bytes[16..]);
            scalars[k] = Fr.FromBytes(bytes);
        }

        return scalars;
    }

    private static FormatException Bad(string reason) =>
        new($"The SRS is inconsistent: {reason}. Fetch the file again from a source you trust.");
}
