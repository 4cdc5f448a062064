using Marketplace.Chain.Rpc;
using Nethereum.ABI;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Abi;

/// <summary>An event of a contract: which logs are its own, and how they are opened.</summary>
public sealed class AbiEvent
{
    private readonly Parameter[] _indexed;
    private readonly bool _isAnonymous;

    public AbiEvent(EventABI abi)
    {
        (Name, Signature, Inputs, _isAnonymous) = (abi.Name, abi.Signature, abi.InputParameters, abi.IsAnonymous);
        Topic0 = Bytes32.Keccak(Signature);
        _indexed = [.. Inputs.Where(i => i.Indexed).Select(i => IsHashed(i.ABIType) ? new Parameter("bytes32", i.Name, i.Order) : i)];
        Data = [.. Inputs.Where(i => !i.Indexed)];
    }

    public string Name { get; }

    /// <summary>Name and canonical types, such as <c>Transfer(address,address,uint256)</c>.</summary>
    public string Signature { get; }

    /// <summary>Parameters in order of declaration.</summary>
    public IReadOnlyList<Parameter> Inputs { get; }

    /// <summary>The parameters that are not indexed: what a log's data holds.</summary>
    public Parameter[] Data { get; }

    /// <summary>Hash of the signature, the first topic of events that are not anonymous.</summary>
    public Bytes32 Topic0 { get; }

    /// <summary>Whether an indexed value of this type is stored as its hash.</summary>
    public static bool IsHashed(ABIType type) => type.IsDynamic() || type is ArrayType or TupleType;

    /// <summary>Whether the log's first topic and number of topics are those of this event.</summary>
    public bool Matches(Log log) =>
        log.Topics.Count == _indexed.Length + (_isAnonymous ? 0 : 1) && (_isAnonymous || log.Topics[0] == Topic0);

    /// <summary>The indexed parameters; those that do not fit a word are the <see cref="Bytes32"/> hash that the topic holds.</summary>
    /// <exception cref="AbiException">The log is another event's, or a topic is malformed.</exception>
    public AbiReader OpenTopics(Log log)
    {
        if (!Matches(log))
        {
            throw new AbiException(
                $"Expected {Signature} with {_indexed.Length} indexed parameters, got {log} with topics {string.Join(", ", log.Topics)}.");
        }

        byte[] words = new byte[32 * _indexed.Length];
        for (int i = 0; i < _indexed.Length; i++) log.Topics[^(_indexed.Length - i)].CopyTo(words.AsSpan(32 * i));
        return Open(_indexed, words, log);
    }

    /// <summary>The parameters that are not indexed.</summary>
    /// <exception cref="AbiException">The data is malformed.</exception>
    public AbiReader OpenData(Log log) => Open(Data, log.Data.Span, log);

    /// <summary>Topics for a filter: the signature, then one entry for each indexed parameter, null for any value.</summary>
    /// <exception cref="AbiException">A value does not fit its parameter.</exception>
    public IReadOnlyList<Bytes32?> EncodeTopics(params IReadOnlyList<object?> indexedValues)
    {
        if (indexedValues.Count > _indexed.Length)
            throw new AbiException($"{Signature} has {_indexed.Length} indexed parameters, got {indexedValues.Count} values.");
        List<Bytes32?> topics = _isAnonymous ? [] : [Topic0];
        topics.AddRange(indexedValues.Select((v, i) => v is null ? (Bytes32?)null : new Bytes32(AbiEncoder.Encode([_indexed[i]], v))));
        return topics;
    }

    /// <summary>Logs of this event, from one contract or any; null matches any value.</summary>
    /// <exception cref="AbiException">A value does not fit its parameter.</exception>
    public LogFilter Filter(Address? contract, params IReadOnlyList<object?> indexedValues) => new()
    {
        Addresses = contract is Address address ? [address] : [],
        Topics = [.. EncodeTopics(indexedValues).Select(t => t is Bytes32 word ? new[] { word } : null)],
    };

    /// <inheritdoc/>
    public override string ToString() => Signature;

    private AbiReader Open(Parameter[] parameters, ReadOnlySpan<byte> data, Log log)
    {
        try
        {
            return AbiReader.Open(parameters, data);
        }
        catch (AbiException e)
        {
            throw e.Within($"event {Signature}, {log}");
        }
    }
}
