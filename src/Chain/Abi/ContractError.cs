using System.Numerics;

namespace Marketplace.Chain.Abi;

/// <summary>An error of a contract, or Solidity's Error(string) and Panic(uint256).</summary>
public sealed class AbiError
{
    /// <summary>Error(string), what require and revert with a text raise.</summary>
    public static readonly AbiError Error = new("Error", AbiParameter.ParseList("string message"));

    /// <summary>Panic(uint256), what failed checks of the compiler raise.</summary>
    public static readonly AbiError Panic = new("Panic", AbiParameter.ParseList("uint256 code"));

    private readonly byte[] _selector;

    /// <summary>Describes an error.</summary>
    public AbiError(string name, IReadOnlyList<AbiParameter> inputs)
    {
        (Name, Inputs) = (name, inputs);
        Signature = name + new AbiTuple(inputs).Name;
        _selector = AbiFunction.SelectorOf(Signature);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Parameters.</summary>
    public IReadOnlyList<AbiParameter> Inputs { get; }

    /// <summary>Canonical signature.</summary>
    public string Signature { get; }

    /// <summary>First four bytes of the signature's hash.</summary>
    public ReadOnlySpan<byte> Selector => _selector;

    /// <summary>Describes an error by text: Parse("Market_UnknownProject", "uint256 projectId").</summary>
    /// <exception cref="AbiException">The list of parameters is malformed.</exception>
    public static AbiError Parse(string name, string inputs) => new(name, AbiParameter.ParseList(inputs));

    /// <summary>Revert data as this error; null when it carries another selector or malformed values.</summary>
    public ContractError? TryDecode(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith(_selector)) return null;
        try
        {
            object[] values = AbiDecoder.Decode(Inputs, data[4..]);
            return new ContractError(Name, [.. Inputs.Select((p, i) => new ContractErrorArgument(p.Name, p.Type, values[i]))], Describe(values));
        }
        catch (AbiException)
        {
            // Contracts may revert with any bytes behind a known selector; the caller then shows them raw.
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Signature;

    private string Describe(object[] values)
    {
        if (ReferenceEquals(this, Error)) return AbiFormatter.Printable((string)values[0]);
        return ReferenceEquals(this, Panic)
            ? DescribePanic((BigInteger)values[0])
            : Name + AbiFormatter.FormatArguments(Inputs, values);
    }

    /// <summary>https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require</summary>
    private static string DescribePanic(BigInteger code)
    {
        string meaning = code > byte.MaxValue ? "unknown" : (int)code switch
        {
            0x00 => "generic compiler panic",
            0x01 => "assertion failed",
            0x11 => "arithmetic overflow or underflow",
            0x12 => "division or modulo by zero",
            0x21 => "value out of range of the enum",
            0x22 => "storage byte array incorrectly encoded",
            0x31 => "pop of an empty array",
            0x32 => "array index out of bounds",
            0x41 => "too much memory allocated",
            0x51 => "call of an uninitialized internal function",
            _ => "unknown",
        };
        return $"Panic({Hex.FormatQuantity(code)}): {meaning}";
    }
}

/// <summary>One value of a contract's error.</summary>
public sealed record ContractErrorArgument(string Name, AbiType Type, object Value);

/// <summary>Why a contract reverted.</summary>
/// <param name="Name">The error's name; "Error" and "Panic" for Solidity's own, empty when the data is not understood.</param>
/// <param name="Arguments">Its values.</param>
/// <param name="Text">One readable line, such as <c>Market_RoundNotOpen(projectId: 7, round: 3)</c>.</param>
public sealed record ContractError(string Name, IReadOnlyList<ContractErrorArgument> Arguments, string Text)
{
    /// <summary>The value of this name.</summary>
    /// <exception cref="KeyNotFoundException">The error has no such value.</exception>
    public object this[string argument] =>
        (Arguments.FirstOrDefault(a => a.Name == argument)
            ?? throw new KeyNotFoundException($"The error {Text} has no value named {argument}.")).Value;

    /// <summary>Decodes revert data by Solidity's own errors and the given contracts'. Never fails: unknown data is shown as hex.</summary>
    public static ContractError Decode(ReadOnlySpan<byte> data, params IReadOnlyList<ContractAbi> contracts)
    {
        if (data.IsEmpty) return new ContractError("", [], "reverted without a reason");
        ContractError? known = AbiError.Error.TryDecode(data) ?? AbiError.Panic.TryDecode(data);
        for (int i = 0; known is null && i < contracts.Count; i++) known = contracts[i].TryDecodeError(data);
        if (known is not null) return known;
        string shown = data.Length <= 100 ? Hex.Format(data) : $"{Hex.Format(data[..100])}… ({data.Length} bytes)";
        return new ContractError("", [], $"reverted with unknown data {shown}");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
