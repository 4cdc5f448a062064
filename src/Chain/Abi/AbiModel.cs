using Nethereum.ABI.ABIDeserialisation;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Abi;

/// <summary>Reading and looking up Nethereum's model of a contract's ABI, and calling by it.</summary>
public static class AbiModel
{
    /// <summary>Parses the JSON array "abi" of a compiler's output.</summary>
    /// <exception cref="AbiException">The JSON has another shape.</exception>
    public static ContractABI Parse(string json)
    {
        try
        {
            return new ABIJsonDeserialiser().DeserialiseContract(json);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new AbiException($"Expected the ABI that a compiler writes: {e.Message}", e);
        }
    }

    /// <summary>The only function of this name, or the one of this signature.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or the name is overloaded.</exception>
    public static FunctionABI Function(this ContractABI abi, string nameOrSignature) =>
        Find(abi.Functions, f => f.Name, f => f.Signature, nameOrSignature, "function");

    /// <summary>The only event of this name, or the one of this signature.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or the name is overloaded.</exception>
    public static AbiEvent Event(this ContractABI abi, string nameOrSignature) =>
        new(Find(abi.Events, e => e.Name, e => e.Signature, nameOrSignature, "event"));

    /// <summary>Parameters of the constructor; none when the contract declares no constructor.</summary>
    public static Parameter[] ConstructorParameters(this ContractABI abi) => abi.Constructor?.InputParameters ?? [];

    /// <summary>First four bytes of the signature's hash.</summary>
    public static byte[] Selector(this FunctionABI function) => Convert.FromHexString(function.Sha3Signature);

    /// <inheritdoc cref="Selector(FunctionABI)"/>
    public static byte[] Selector(this ErrorABI error) => Convert.FromHexString(error.Sha3Signature);

    /// <summary>Selector and arguments: what a transaction's data holds.</summary>
    /// <exception cref="AbiException">An argument does not fit.</exception>
    public static byte[] EncodeCall(this FunctionABI function, params IReadOnlyList<object> arguments) =>
        [.. function.Selector(), .. AbiEncoder.Encode(function.InputParameters, arguments)];

    /// <summary>What a call returned, checked and ready to be read.</summary>
    /// <exception cref="AbiException">The data does not fit.</exception>
    public static AbiReader OpenResult(this FunctionABI function, ReadOnlySpan<byte> data)
    {
        try
        {
            return AbiReader.Open(function.OutputParameters, data);
        }
        catch (AbiException e)
        {
            throw e.Within($"result of {function.Signature}");
        }
    }

    private static T Find<T>(T[] entries, Func<T, string> name, Func<T, string> signature, string wanted, string kind)
    {
        T[] found = [.. entries.Where(e => signature(e) == wanted || name(e) == wanted)];
        return found.Length == 1
            ? found[0]
            : throw new KeyNotFoundException(found.Length == 0
                ? $"The ABI has no {kind} {wanted}."
                : $"The ABI has several: {string.Join(", ", found.Select(signature))}; give the signature.");
    }
}
