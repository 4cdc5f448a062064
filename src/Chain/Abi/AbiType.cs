// Types of the contract ABI, https://docs.soliditylang.org/en/latest/abi-spec.html

namespace Marketplace.Chain.Abi;

/// <summary>
/// A type of the contract ABI. Values are, by type: <see cref="System.Numerics.BigInteger"/> for integers, <see cref="bool"/>,
/// <see cref="Address"/>, <see cref="Bytes32"/> for bytes32, <c>byte[]</c> for shorter bytesN and bytes, <see cref="string"/>,
/// and <c>object[]</c> for arrays and tuples. The encoder also takes C#'s own integers, any sequence for an array, and
/// <see cref="IAbiTuple"/> for a tuple.
/// </summary>
public abstract class AbiType
{
    /// <summary>Largest head of a static type in bytes; larger ones are refused.</summary>
    internal const int MaxHeadSize = 1 << 26;

    private protected AbiType(string name, bool isDynamic, long headSize, int depth)
    {
        if (headSize > MaxHeadSize) throw new AbiException($"The type {name} is larger than {MaxHeadSize} bytes.");
        if (depth > AbiTypeParser.MaxDepth) throw new AbiException($"The type is nested deeper than {AbiTypeParser.MaxDepth} levels.");
        (Name, IsDynamic, HeadSize, Depth) = (name, isDynamic, (int)headSize, depth);
    }

    /// <summary>Canonical name, as signatures are hashed: "uint256", "(address,bytes32)[]".</summary>
    public string Name { get; }

    /// <summary>Whether values are encoded in the tail, behind an offset.</summary>
    public bool IsDynamic { get; }

    /// <summary>Bytes that a value takes in the head; 32, the offset, for dynamic types.</summary>
    internal int HeadSize { get; }

    /// <summary>Levels of nesting, 1 for elementary types.</summary>
    internal int Depth { get; }

    /// <summary>
    /// Parses a type: elementary names (uint, int alone mean 256 bits), T[], T[n], and tuples such as "(uint256 a, string)" with
    /// or without the word tuple and component names.
    /// </summary>
    /// <exception cref="AbiException">The text is no type, or it is nested too deeply.</exception>
    public static AbiType Parse(string text) => new AbiTypeParser(text).ParseWhole();

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AbiType other && other.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>uintN or intN, N in 8, 16, …, 256.</summary>
public sealed class AbiInteger : AbiType
{
    internal AbiInteger(int bits, bool isSigned)
        : base($"{(isSigned ? "int" : "uint")}{bits}", false, 32, 1)
    {
        if (bits is < 8 or > 256 || bits % 8 != 0)
            throw new AbiException($"Integers have 8 to 256 bits in steps of 8, got {bits}.");
        (Bits, IsSigned) = (bits, isSigned);
    }

    /// <summary>Width in bits.</summary>
    public int Bits { get; }

    /// <summary>Whether values may be negative.</summary>
    public bool IsSigned { get; }
}

/// <summary>bool.</summary>
public sealed class AbiBool() : AbiType("bool", false, 32, 1);

/// <summary>address.</summary>
public sealed class AbiAddress() : AbiType("address", false, 32, 1);

/// <summary>bytes1 to bytes32, and function, which is encoded as bytes24.</summary>
public sealed class AbiFixedBytes : AbiType
{
    internal AbiFixedBytes(int length, string? name = null)
        : base(name ?? $"bytes{length}", false, 32, 1)
    {
        if (length is < 1 or > 32) throw new AbiException($"Fixed byte strings have 1 to 32 bytes, got {length}.");
        Length = length;
    }

    /// <summary>Number of bytes.</summary>
    public int Length { get; }
}

/// <summary>bytes.</summary>
public sealed class AbiBytes() : AbiType("bytes", true, 32, 1);

/// <summary>string, in UTF-8.</summary>
public sealed class AbiString() : AbiType("string", true, 32, 1);

/// <summary>T[] or T[n].</summary>
public sealed class AbiArray : AbiType
{
    internal AbiArray(AbiType element, int? length)
        : base($"{element.Name}[{length}]", element.IsDynamic || length is null, HeadSizeOf(element, length), element.Depth + 1)
    {
        // Elements of no size would let a short message claim any number of them.
        if ((long)element.HeadSize * (length ?? 0) > MaxHeadSize) throw new AbiException($"The type {Name} is larger than {MaxHeadSize} bytes.");
        if (length == 0) throw new AbiException("Arrays of fixed length 0 do not exist in Solidity.");
        if (element is AbiTuple { Components.Count: 0 }) throw new AbiException("Empty tuples do not exist in Solidity.");
        (Element, Length) = (element, length);
    }

    /// <summary>Type of the elements.</summary>
    public AbiType Element { get; }

    /// <summary>Number of elements; null when it is part of the value.</summary>
    public int? Length { get; }

    private static long HeadSizeOf(AbiType element, int? length) =>
        element.IsDynamic || length is null ? 32 : (long)element.HeadSize * length.Value;
}

/// <summary>A tuple: a struct, or the parameters of a function, event or error.</summary>
public sealed class AbiTuple : AbiType
{
    internal AbiTuple(IReadOnlyList<AbiParameter> components)
        : base(
            $"({string.Join(',', components.Select(c => c.Type.Name))})",
            components.Any(c => c.Type.IsDynamic),
            components.Any(c => c.Type.IsDynamic) ? 32 : components.Sum(c => (long)c.Type.HeadSize),
            1 + components.Select(c => c.Type.Depth).DefaultIfEmpty(0).Max())
    {
        Components = components;
    }

    /// <summary>The components in order.</summary>
    public IReadOnlyList<AbiParameter> Components { get; }
}

/// <summary>A named component.</summary>
/// <param name="Name">May be empty.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsIndexed">For events: whether it is a topic.</param>
/// <param name="InternalType">The compiler's name of the type, such as "struct Terms"; null when unknown.</param>
public sealed record AbiParameter(string Name, AbiType Type, bool IsIndexed = false, string? InternalType = null)
{
    /// <summary>Parses "address to, uint256 amount"; names are optional, and "indexed" may stand before a name.</summary>
    /// <exception cref="AbiException">The text is no list of parameters.</exception>
    public static IReadOnlyList<AbiParameter> ParseList(string text) =>
        ((AbiTuple)AbiType.Parse($"({text})")).Components;
}

/// <summary>A C# type that stands for a tuple.</summary>
public interface IAbiTuple
{
    /// <summary>The components in order, each a value its type takes.</summary>
    object[] ToAbi();
}
