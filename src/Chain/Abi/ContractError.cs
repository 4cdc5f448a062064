using System.Numerics;
using Marketplace.Http;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Abi;

/// <summary>One value of a contract's error.</summary>
public sealed record ContractErrorArgument(string Name, object Value);

/// <summary>Why a contract reverted.</summary>
/// <param name="Name">The error's name; "Error" and "Panic" for Solidity's own, empty when the data is not understood.</param>
/// <param name="Arguments">Its values.</param>
/// <param name="Text">One readable line, such as <c>Market_RoundNotOpen(projectId: 7, round: 3)</c>.</param>
public sealed record ContractError(string Name, IReadOnlyList<ContractErrorArgument> Arguments, string Text)
{
    // What require and revert with a text raise, and what failed checks of the compiler raise.
    private static readonly ErrorABI Error = new("Error") { InputParameters = [new Parameter("string", "message", 1)] };
    private static readonly ErrorABI Panic = new("Panic") { InputParameters = [new Parameter("uint256", "code", 1)] };

    /// <summary>The value of this name.</summary>
    /// <exception cref="KeyNotFoundException">The error has no such value.</exception>
    public object this[string argument] =>
        (Arguments.FirstOrDefault(a => a.Name == argument)
            ?? throw new KeyNotFoundException($"The error {Text} has no value named {argument}.")).Value;

    /// <summary>Decodes revert data by Solidity's own errors and the given contracts'. Never fails: unknown data is shown as hex.</summary>
    public static ContractError Decode(ReadOnlySpan<byte> data, params IReadOnlyList<ContractABI> contracts)
    {
        if (data.IsEmpty) return new ContractError("", [], "reverted without a reason");
        foreach (ErrorABI error in contracts.SelectMany(c => c.Errors).Prepend(Panic).Prepend(Error))
        {
            if (TryDecode(error, data) is ContractError decoded) return decoded;
        }

        string shown = data.Length <= 100 ? Hex.Format(data) : $"{Hex.Format(data[..100])}… ({data.Length} bytes)";
        return new ContractError("", [], $"reverted with unknown data {shown}");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static ContractError? TryDecode(ErrorABI error, ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith(error.Selector())) return null;
        try
        {
            object[] values = AbiReader.Open(error.InputParameters, data[4..]).ReadValues(error.InputParameters);
            string text = error == Error ? Printable.Line((string)values[0])
                : error == Panic ? DescribePanic((BigInteger)values[0])
                : error.Name + AbiText.Format(error.InputParameters, values);
            return new ContractError(error.Name, [.. values.Select((v, i) => new ContractErrorArgument(error.InputParameters[i].Name, v))], text);
        }
        catch (AbiException)
        {
            // Contracts may revert with any bytes behind a known selector; they are then shown raw.
            return null;
        }
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
