using System.Security.Cryptography;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Gram;

/// <summary>What hides the rows in one proof, and must hide them in no other.</summary>
/// <param name="Entries">m: uniform elements for the reserved coordinates d … d + 31.</param>
/// <param name="Blinder">ρ_m.</param>
internal sealed record Mask(Fr[] Entries, Fr Blinder)
{
    /// <summary>t = ⟨m, m⟩.</summary>
    public Fr Norm => Entries.Aggregate(Fr.Zero, (sum, entry) => sum + entry.Square());

    /// <summary>A new mask.</summary>
    public static Mask Draw() => new([.. Enumerable.Range(0, Srs.ReservedCoordinates).Select(_ => RandomScalar())], RandomScalar());

    /// <summary>ρ* = ρ_m + Σ z_i·ρ_i.</summary>
    public Fr Blind(IReadOnlyList<UInt128> coefficients, IReadOnlyList<Fr> blinders)
    {
        Fr sum = Blinder;
        for (int i = 0; i < coefficients.Count; i++) sum += GramTranscript.ToScalar(coefficients[i]) * blinders[i];
        return sum;
    }

    private static Fr RandomScalar()
    {
        // 64 bytes: the bias of the reduction is below 2^−256.
        Span<byte> bytes = stackalloc byte[64];
        RandomNumberGenerator.Fill(bytes);
        return Fr.FromBytesReduced(bytes);
    }
}
