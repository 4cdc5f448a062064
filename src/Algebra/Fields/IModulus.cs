namespace Marketplace.Algebra.Fields;

/// <summary>
/// An odd prime of 193 to 256 bits, as four 64-bit limbs, least significant first. Implementations are empty structs whose
/// properties return literals, so that <see cref="Montgomery{TModulus}"/> is compiled once per prime with the limbs as constants.
/// </summary>
public interface IModulus
{
    /// <summary>Bits 0 to 63 of the prime.</summary>
    static abstract ulong Limb0 { get; }

    /// <summary>Bits 64 to 127 of the prime.</summary>
    static abstract ulong Limb1 { get; }

    /// <summary>Bits 128 to 191 of the prime.</summary>
    static abstract ulong Limb2 { get; }

    /// <summary>Bits 192 to 255 of the prime; not zero.</summary>
    static abstract ulong Limb3 { get; }
}
