// Hiding vector commitments: C = Σ v_k·[τ^k]_1 + ρ·H.
//
// H is hashed to the curve by try-and-increment, so nobody knows its logarithm: for k = 0, 1, …
//   X = keccak("Marketplace.H.v1" ‖ uint256(k)) mod p;  if X³ + 3 is a square, H = (X, its even root).

using System.Buffers.Binary;
using Marketplace.Algebra.Curves;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Crypto;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs;

/// <summary>Perfectly hiding, additively homomorphic commitments to integer vectors.</summary>
public static class Commitment
{
    /// <summary>The generator of blinders.</summary>
    public static G1 H { get; } = HashToCurve("Marketplace.H.v1"u8);

    /// <summary>Commits to a vector of short entries.</summary>
    /// <param name="srs">The SRS.</param>
    /// <param name="vector">1 to MaxDimension entries of magnitude at most 32767.</param>
    /// <param name="blinder">ρ, uniformly random and kept secret until the vector may be known.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="ArgumentException">The vector is empty or longer than the SRS covers.</exception>
    public static G1 Commit(Srs srs, ReadOnlySpan<short> vector, Fr blinder, CancellationToken cancellationToken = default)
    {
        CheckLength(srs, vector.Length);
        return Msm.Compute(srs.First(vector.Length, cancellationToken), vector, cancellationToken) + (H * blinder);
    }

    /// <summary>Commits to a vector of wider entries, such as an aggregate's.</summary>
    /// <param name="srs">The SRS.</param>
    /// <param name="vector">1 to MaxDimension entries of magnitude below 2^40.</param>
    /// <param name="blinder">ρ.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="ArgumentException">The vector is empty or longer than the SRS covers.</exception>
    public static G1 Commit(Srs srs, ReadOnlySpan<long> vector, Fr blinder, CancellationToken cancellationToken = default)
    {
        CheckLength(srs, vector.Length);
        return Msm.Compute(srs.First(vector.Length, cancellationToken), vector, cancellationToken) + (H * blinder);
    }

    internal static G1 HashToCurve(ReadOnlySpan<byte> domain)
    {
        byte[] message = new byte[domain.Length + 32];
        domain.CopyTo(message);
        Fp three = Fp.FromUInt64(3);
        for (int k = 0; ; k++)
        {
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(message.Length - 4), k);
            Fp x = Fp.FromBytesReduced(Keccak256.HashData(message));
            if (((x.Square() * x) + three).TrySqrt(out Fp y)) return new G1(x, y.IsEven ? y : -y);
        }
    }

    private static void CheckLength(Srs srs, int length)
    {
        if (length < 1 || length > srs.MaxDimension)
            throw new ArgumentException($"A committed vector must have 1 to {srs.MaxDimension} entries with this SRS, got {length}.");
    }
}
