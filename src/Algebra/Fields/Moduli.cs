// The two primes of BN254 (EIP-196, there called alt_bn128), from the curve's parameter u = 4965661367192848881:
//   p = 36u⁴ + 36u³ + 24u² + 6u + 1, the field of coordinates;
//   r = 36u⁴ + 36u³ + 18u² + 6u + 1, the order of G1, G2 and GT.
// In this project Fp and Fr are aliases of Montgomery<FpModulus> and Montgomery<FrModulus>; see Proofs.csproj.

namespace Marketplace.Algebra.Fields;

/// <summary>
/// p = 21888242871839275222246405745257275088696311157297823662689037894645226208583, the prime of BN254's coordinates; p ≡ 3 mod 4.
/// </summary>
public readonly struct FpModulus : IModulus
{
    /// <inheritdoc/>
    public static ulong Limb0 => 0x3c208c16d87cfd47UL;

    /// <inheritdoc/>
    public static ulong Limb1 => 0x97816a916871ca8dUL;

    /// <inheritdoc/>
    public static ulong Limb2 => 0xb85045b68181585dUL;

    /// <inheritdoc/>
    public static ulong Limb3 => 0x30644e72e131a029UL;
}

/// <summary>
/// r = 21888242871839275222246405745257275088548364400416034343698204186575808495617, the prime order of BN254's
/// groups; 2^28 divides r − 1.
/// </summary>
public readonly struct FrModulus : IModulus
{
    /// <inheritdoc/>
    public static ulong Limb0 => 0x43e1f593f0000001UL;

    /// <inheritdoc/>
    public static ulong Limb1 => 0x2833e84879b97091UL;

    /// <inheritdoc/>
    public static ulong Limb2 => 0xb85045b68181585dUL;

    /// <inheritdoc/>
    public static ulong Limb3 => 0x30644e72e131a029UL;
}
