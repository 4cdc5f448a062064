using System.Collections;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Abi;

/// <summary>A C# type that stands for a struct.</summary>
public interface IAbiTuple
{
    /// <summary>The components in order, each a value that its type takes.</summary>
    object[] ToAbi();
}

/// <summary>Encodes by Nethereum, which knows neither our value types nor what the wrong number of values is.</summary>
public static class AbiEncoder
{
    /// <summary>Encodes values as the parameters of a function are, without a selector (Solidity's abi.encode).</summary>
    /// <exception cref="AbiException">The number of values, a value's kind or its range does not fit.</exception>
    public static byte[] Encode(Parameter[] parameters, params IReadOnlyList<object> values)
    {
        if (values.Count != parameters.Length) throw new AbiException($"Expected {parameters.Length} values, got {values.Count}.");
        if (parameters.Length == 0) return [];
        try
        {
            return new ParametersEncoder().EncodeParameters(parameters, [.. values.Select(ToNethereum)]);
        }
        catch (Exception e)
        {
            throw new AbiException($"The values do not fit ({string.Join(',', parameters.Select(p => p.Type))}): {e.Message}", e);
        }
    }

    /// <summary>Encodes values of elementary types, separated by commas: "uint256,address".</summary>
    /// <exception cref="AbiException">A type or value does not fit.</exception>
    public static byte[] Encode(string types, params IReadOnlyList<object> values) =>
        Encode([.. types.Split(',').Select((type, i) => new Parameter(type, i + 1))], values);

    private static object ToNethereum(object value) => value switch
    {
        Address address => address.ToString(),
        Bytes32 word => word.ToArray(),
        IAbiTuple tuple => Array.ConvertAll(tuple.ToAbi(), ToNethereum),
        string or byte[] => value,
        IEnumerable sequence => sequence.Cast<object>().Select(ToNethereum).ToArray(),
        _ => value,
    };
}
