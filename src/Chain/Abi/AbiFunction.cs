namespace Marketplace.Chain.Abi;

/// <summary>How a function may touch state and money.</summary>
public enum StateMutability
{
    /// <summary>Reads nothing.</summary>
    Pure,

    /// <summary>Reads only.</summary>
    View,

    /// <summary>Writes; refuses money.</summary>
    NonPayable,

    /// <summary>Writes; accepts money.</summary>
    Payable,
}

/// <summary>A function of a contract.</summary>
public sealed class AbiFunction
{
    private readonly byte[] _selector;

    /// <summary>Describes a function.</summary>
    public AbiFunction(
        string name,
        IReadOnlyList<AbiParameter> inputs,
        IReadOnlyList<AbiParameter> outputs,
        StateMutability mutability = StateMutability.NonPayable)
    {
        (Name, Inputs, Outputs, Mutability) = (name, inputs, outputs, mutability);
        Signature = name + new AbiTuple(inputs).Name;
        _selector = SelectorOf(Signature);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Parameters.</summary>
    public IReadOnlyList<AbiParameter> Inputs { get; }

    /// <summary>Results.</summary>
    public IReadOnlyList<AbiParameter> Outputs { get; }

    /// <summary>What it may do.</summary>
    public StateMutability Mutability { get; }

    /// <summary>Canonical signature: "transfer(address,uint256)".</summary>
    public string Signature { get; }

    /// <summary>First four bytes of the signature's hash.</summary>
    public ReadOnlySpan<byte> Selector => _selector;

    /// <summary>Describes a function by text: Parse("transfer", "address to, uint256 amount", "bool").</summary>
    /// <exception cref="AbiException">A list of parameters is malformed.</exception>
    public static AbiFunction Parse(
        string name, string inputs, string outputs = "", StateMutability mutability = StateMutability.NonPayable) =>
        new(name, AbiParameter.ParseList(inputs), AbiParameter.ParseList(outputs), mutability);

    /// <summary>Selector and arguments: what a transaction's data holds.</summary>
    /// <exception cref="AbiException">An argument does not fit.</exception>
    public byte[] EncodeCall(params IReadOnlyList<object> arguments)
    {
        try
        {
            return AbiEncoder.EncodeWithPrefix(_selector, Inputs, arguments);
        }
        catch (AbiException e)
        {
            throw e.Within(Signature);
        }
    }

    /// <summary>The arguments of a call of this function.</summary>
    /// <exception cref="AbiException">Another selector, or malformed arguments.</exception>
    public object[] DecodeCall(ReadOnlySpan<byte> data) =>
        data.StartsWith(_selector)
            ? AbiDecoder.Decode(Inputs, data[4..])
            : throw new AbiException($"Expected a call of {Signature}, selector {Hex.Format(_selector)}, got {Hex.Format(data[..Math.Min(4, data.Length)])}.");

    /// <summary>What a call returned.</summary>
    /// <exception cref="AbiException">The data does not fit, for instance because no such contract lives at the address.</exception>
    public object[] DecodeResult(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty && Outputs.Count > 0)
            throw new AbiException($"The call of {Signature} returned nothing. Is there a contract with this function at the address?");
        try
        {
            return AbiDecoder.Decode(Outputs, data);
        }
        catch (AbiException e)
        {
            throw e.Within($"result of {Signature}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Signature;

    internal static byte[] SelectorOf(string signature) => Bytes32.Keccak(signature).ToArray()[..4];
}
