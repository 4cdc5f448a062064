using System.Text.Json;

namespace Marketplace.Chain.Abi;

/// <summary>The functions, events and errors of a contract, from the JSON that compilers write.</summary>
public sealed class ContractAbi
{
    private const int MaxEntries = 10_000;

    private ContractAbi(
        IReadOnlyList<AbiParameter> constructor,
        bool isConstructorPayable,
        IReadOnlyList<AbiFunction> functions,
        IReadOnlyList<AbiEvent> events,
        IReadOnlyList<AbiError> errors) =>
        (Constructor, IsConstructorPayable, Functions, Events, Errors) = (constructor, isConstructorPayable, functions, events, errors);

    /// <summary>Parameters of the constructor.</summary>
    public IReadOnlyList<AbiParameter> Constructor { get; }

    /// <summary>Whether the constructor accepts money.</summary>
    public bool IsConstructorPayable { get; }

    /// <summary>Functions in order of the source.</summary>
    public IReadOnlyList<AbiFunction> Functions { get; }

    /// <summary>Events in order of the source.</summary>
    public IReadOnlyList<AbiEvent> Events { get; }

    /// <summary>Errors in order of the source.</summary>
    public IReadOnlyList<AbiError> Errors { get; }

    /// <summary>Parses the JSON array "abi" of a compiler's output.</summary>
    /// <exception cref="AbiException">The JSON has another shape.</exception>
    public static ContractAbi Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new AbiException($"The ABI is no valid JSON: {e.Message}", e);
        }
    }

    /// <summary>As <see cref="Parse(string)"/>, for JSON already read.</summary>
    /// <exception cref="AbiException">The JSON has another shape.</exception>
    public static ContractAbi Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > MaxEntries)
            throw new AbiException($"Expected an array of at most {MaxEntries} ABI entries, got {json.ValueKind}.");
        IReadOnlyList<AbiParameter> constructor = [];
        bool isConstructorPayable = false;
        List<AbiFunction> functions = [];
        List<AbiEvent> events = [];
        List<AbiError> errors = [];
        foreach (JsonElement entry in json.EnumerateArray())
        {
            switch (Text(entry, "type"))
            {
                case "constructor":
                    constructor = Parameters(entry, "inputs");
                    isConstructorPayable = MutabilityOf(entry) == StateMutability.Payable;
                    break;
                case "function":
                    functions.Add(new AbiFunction(
                        RequiredText(entry, "name"), Parameters(entry, "inputs"), Parameters(entry, "outputs"), MutabilityOf(entry)));
                    break;
                case "event":
                    bool isAnonymous = entry.TryGetProperty("anonymous", out JsonElement anonymous) && anonymous.ValueKind == JsonValueKind.True;
                    events.Add(new AbiEvent(RequiredText(entry, "name"), Parameters(entry, "inputs"), isAnonymous));
                    break;
                case "error":
                    errors.Add(new AbiError(RequiredText(entry, "name"), Parameters(entry, "inputs")));
                    break;
                case "fallback" or "receive":
                    break;
                case string other:
                    throw new AbiException($"Unknown kind of ABI entry {Hex.Excerpt(other)}.");
                default:
                    throw new AbiException("An ABI entry has no type.");
            }
        }

        return new ContractAbi(constructor, isConstructorPayable, functions, events, errors);
    }

    /// <summary>The only function of this name, or the one of this signature.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or the name is overloaded.</exception>
    public AbiFunction Function(string nameOrSignature) => Find(Functions, f => f.Name, f => f.Signature, nameOrSignature, "function");

    /// <summary>The only event of this name, or the one of this signature.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or the name is overloaded.</exception>
    public AbiEvent Event(string nameOrSignature) => Find(Events, e => e.Name, e => e.Signature, nameOrSignature, "event");

    /// <summary>The only error of this name, or the one of this signature.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or the name is overloaded.</exception>
    public AbiError Error(string nameOrSignature) => Find(Errors, e => e.Name, e => e.Signature, nameOrSignature, "error");

    /// <summary>Revert data as one of this contract's errors; null when it is none.</summary>
    public ContractError? TryDecodeError(ReadOnlySpan<byte> data)
    {
        foreach (AbiError error in Errors)
        {
            if (error.TryDecode(data) is ContractError decoded) return decoded;
        }

        return null;
    }

    private static T Find<T>(IReadOnlyList<T> entries, Func<T, string> name, Func<T, string> signature, string wanted, string kind)
    {
        T[] found = [.. entries.Where(e => signature(e) == wanted || name(e) == wanted)];
        return found.Length == 1
            ? found[0]
            : throw new KeyNotFoundException(found.Length == 0
                ? $"The ABI has no {kind} {wanted}."
                : $"The ABI has several: {string.Join(", ", found.Select(signature))}; give the signature.");
    }

    private static StateMutability MutabilityOf(JsonElement entry) => Text(entry, "stateMutability") switch
    {
        "pure" => StateMutability.Pure,
        "view" => StateMutability.View,
        "payable" => StateMutability.Payable,
        "nonpayable" or null => StateMutability.NonPayable,
        string other => throw new AbiException($"Unknown stateMutability {Hex.Excerpt(other)}."),
    };

    private static IReadOnlyList<AbiParameter> Parameters(JsonElement entry, string property, int depth = 0)
    {
        if (depth > AbiTypeParser.MaxDepth) throw new AbiException($"Tuples are nested deeper than {AbiTypeParser.MaxDepth} levels.");
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(property, out JsonElement list)) return [];
        if (list.ValueKind != JsonValueKind.Array) throw new AbiException($"Expected {property} to be an array, got {list.ValueKind}.");
        return [.. list.EnumerateArray().Select(p => new AbiParameter(
            Text(p, "name") ?? "",
            TypeOf(p, depth),
            p.TryGetProperty("indexed", out JsonElement indexed) && indexed.ValueKind == JsonValueKind.True,
            Text(p, "internalType")))];
    }

    private static AbiType TypeOf(JsonElement parameter, int depth)
    {
        string name = RequiredText(parameter, "type");
        if (!name.StartsWith("tuple", StringComparison.Ordinal)) return AbiType.Parse(name);
        return AbiTypeParser.WithArrays(new AbiTuple(Parameters(parameter, "components", depth + 1)), name["tuple".Length..]);
    }

    private static string? Text(JsonElement entry, string property) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string RequiredText(JsonElement entry, string property) =>
        Text(entry, property) ?? throw new AbiException($"An ABI entry has no {property}.");
}
