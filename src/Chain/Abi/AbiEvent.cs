using Marketplace.Chain.Rpc;

namespace Marketplace.Chain.Abi;

/// <summary>An event of a contract.</summary>
public sealed class AbiEvent
{
    private readonly AbiParameter[] _indexed;
    private readonly AbiParameter[] _data;

    /// <summary>Describes an event.</summary>
    /// <exception cref="AbiException">More parameters are indexed than there are topics.</exception>
    public AbiEvent(string name, IReadOnlyList<AbiParameter> inputs, bool isAnonymous = false)
    {
        (Name, Inputs, IsAnonymous) = (name, inputs, isAnonymous);
        Signature = name + new AbiTuple(inputs).Name;
        Topic0 = Bytes32.Keccak(Signature);
        _indexed = [.. inputs.Where(i => i.IsIndexed)];
        _data = [.. inputs.Where(i => !i.IsIndexed)];
        if (_indexed.Length > (isAnonymous ? 4 : 3)) throw new AbiException($"The event {Signature} has {_indexed.Length} indexed parameters.");
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Parameters in order of declaration.</summary>
    public IReadOnlyList<AbiParameter> Inputs { get; }

    /// <summary>Whether the signature's hash is left out of the topics.</summary>
    public bool IsAnonymous { get; }

    /// <summary>Canonical signature.</summary>
    public string Signature { get; }

    /// <summary>Hash of the signature, the first topic of events that are not anonymous.</summary>
    public Bytes32 Topic0 { get; }

    /// <summary>Describes an event by text: Parse("Transfer", "address indexed from, address indexed to, uint256 value").</summary>
    /// <exception cref="AbiException">The list of parameters is malformed.</exception>
    public static AbiEvent Parse(string name, string inputs, bool isAnonymous = false) =>
        new(name, AbiParameter.ParseList(inputs), isAnonymous);

    /// <summary>Whether the log's first topic and number of topics are those of this event.</summary>
    public bool Matches(Log log) =>
        log.Topics.Count == _indexed.Length + (IsAnonymous ? 0 : 1) && (IsAnonymous || log.Topics[0] == Topic0);

    /// <summary>
    /// The parameters in order of declaration. Indexed parameters that do not fit a word (strings, bytes, arrays, tuples)
    /// come as the <see cref="Bytes32"/> hash that the topic holds.
    /// </summary>
    /// <exception cref="AbiException">The log is another event's, or malformed.</exception>
    public object[] Decode(Log log)
    {
        if (!Matches(log))
            throw new AbiException($"Expected {Signature} with {_indexed.Length} indexed parameters, got {log} with topics {string.Join(", ", log.Topics)}.");
        object[] values = new object[Inputs.Count];
        int topic = IsAnonymous ? 0 : 1;
        try
        {
            object[] data = AbiDecoder.Decode(_data, log.Data.Span);
            int next = 0;
            for (int i = 0; i < values.Length; i++)
                values[i] = Inputs[i].IsIndexed ? DecodeTopic(Inputs[i], log.Topics[topic++]) : data[next++];
        }
        catch (AbiException e)
        {
            throw e.Within($"event {Signature}, {log}");
        }

        return values;
    }

    /// <summary>
    /// Topics for a filter: the signature, then one entry for each indexed parameter, null for any value. Values of dynamic
    /// types are given as their hash.
    /// </summary>
    /// <exception cref="AbiException">A value does not fit its parameter.</exception>
    public IReadOnlyList<Bytes32?> EncodeTopics(params IReadOnlyList<object?> indexedValues)
    {
        if (indexedValues.Count > _indexed.Length)
            throw new AbiException($"{Signature} has {_indexed.Length} indexed parameters, got {indexedValues.Count} values.");
        List<Bytes32?> topics = IsAnonymous ? [] : [Topic0];
        for (int i = 0; i < indexedValues.Count; i++)
        {
            topics.Add(indexedValues[i] switch
            {
                null => null,
                Bytes32 word when IsHashed(_indexed[i].Type) => word,
                object value => new Bytes32(AbiEncoder.Encode([_indexed[i]], value)),
            });
        }

        return topics;
    }

    /// <inheritdoc/>
    public override string ToString() => Signature;

    /// <summary>Whether an indexed value of this type is stored as its hash.</summary>
    public static bool IsHashed(AbiType type) => type.IsDynamic || type is AbiArray or AbiTuple;

    private static object DecodeTopic(AbiParameter parameter, Bytes32 topic) =>
        IsHashed(parameter.Type) ? topic : AbiDecoder.Decode([parameter], topic.ToArray())[0];
}
