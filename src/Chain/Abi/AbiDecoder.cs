using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Marketplace.Chain.Abi;

/// <summary>
/// Decodes values by the contract ABI, strictly: padding is zero, integers are in range, and every byte of the data is used
/// exactly once. The last rule, which every Solidity encoder keeps, bounds memory and time by the length of the data: offsets
/// can not make one part count many times.
/// </summary>
public static class AbiDecoder
{
    /// <summary>Decodes the parameters of a function, event or error (Solidity's abi.decode).</summary>
    /// <returns>One value for each parameter; see <see cref="AbiType"/> for their C# types.</returns>
    /// <exception cref="AbiException">The data is not the canonical encoding of such values; the message names the place.</exception>
    public static object[] Decode(IReadOnlyList<AbiParameter> parameters, ReadOnlySpan<byte> data)
    {
        Reader reader = new(data);
        object[] values = reader.ReadSequence(new AbiEncoder.Shape(null, parameters), parameters.Count, 0);
        return reader.Unused == 0 ? values : throw new AbiException($"{reader.Unused} of {data.Length} bytes belong to no value.");
    }

    /// <summary>Decodes values of the types in a list such as "uint256, address[]".</summary>
    /// <exception cref="AbiException">The list is malformed, or the data does not fit.</exception>
    public static object[] Decode(string types, ReadOnlySpan<byte> data) => Decode(AbiParameter.ParseList(types), data);

    private ref struct Reader(ReadOnlySpan<byte> data)
    {
        private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

        private readonly ReadOnlySpan<byte> _data = data;

        /// <summary>Bytes not yet charged to a value.</summary>
        public int Unused { get; private set; } = data.Length;

        /// <summary>Reads a sequence whose heads begin at <paramref name="start"/>, where its offsets also count from.</summary>
        public object[] ReadSequence(AbiEncoder.Shape shape, int count, int start)
        {
            if (shape.HeadSize(count) > _data.Length - start)
                throw new AbiException($"expected {shape.HeadSize(count)} bytes, got {_data.Length - start}.");
            object[] values = new object[count];
            int head = start;
            for (int i = 0; i < count; i++)
            {
                AbiType type = shape[i];
                try
                {
                    values[i] = type.IsDynamic ? ReadDynamic(type, start, head) : ReadStatic(type, head);
                }
                catch (AbiException e)
                {
                    throw e.Within(shape.Place(i));
                }

                head += type.HeadSize;
            }

            return values;
        }

        private object ReadDynamic(AbiType type, int start, int head)
        {
            int position = start + ReadLength(head, _data.Length - start, "an offset");
            switch (type)
            {
                case AbiBytes:
                    return ReadBytes(position).ToArray();
                case AbiString:
                    try
                    {
                        return StrictUtf8.GetString(ReadBytes(position));
                    }
                    catch (DecoderFallbackException e)
                    {
                        throw new AbiException("the string is not valid UTF-8.", e);
                    }

                case AbiArray { Length: int length } array:
                    return ReadSequence(new AbiEncoder.Shape(array.Element, null), length, position);
                case AbiArray array:
                    // Each element takes its head at least, which bounds the allocation.
                    int count = ReadLength(position, (_data.Length - position) / array.Element.HeadSize, "an array length");
                    return ReadSequence(new AbiEncoder.Shape(array.Element, null), count, position + 32);
                case AbiTuple tuple:
                    return ReadSequence(new AbiEncoder.Shape(null, tuple.Components), tuple.Components.Count, position);
                default:
                    throw new AbiException($"no decoding for {type}.");
            }
        }

        private object ReadStatic(AbiType type, int position)
        {
            switch (type)
            {
                case AbiArray array:
                    return ReadSequence(new AbiEncoder.Shape(array.Element, null), array.Length!.Value, position);
                case AbiTuple tuple:
                    return ReadSequence(new AbiEncoder.Shape(null, tuple.Components), tuple.Components.Count, position);
            }

            ReadOnlySpan<byte> word = ReadWord(position);
            switch (type)
            {
                case AbiInteger integer:
                    return ReadInteger(integer, word);
                case AbiBool:
                    if (word[31] > 1 || word[..31].ContainsAnyExcept((byte)0)) throw Unexpected("a bool, 0 or 1", word);
                    return word[31] == 1;
                case AbiAddress:
                    if (word[..12].ContainsAnyExcept((byte)0)) throw Unexpected("an address, 12 zero bytes first", word);
                    return new Address(word[12..]);
                case AbiFixedBytes { Length: 32 }:
                    return new Bytes32(word);
                case AbiFixedBytes fixedBytes:
                    if (word[fixedBytes.Length..].ContainsAnyExcept((byte)0)) throw Unexpected($"{fixedBytes.Length} bytes and zeros", word);
                    return word[..fixedBytes.Length].ToArray();
                default:
                    throw new AbiException($"no decoding for {type}.");
            }
        }

        private static object ReadInteger(AbiInteger type, ReadOnlySpan<byte> word)
        {
            BigInteger value = new(word, isUnsigned: !type.IsSigned, isBigEndian: true);
            BigInteger limit = BigInteger.One << (type.IsSigned ? type.Bits - 1 : type.Bits);
            if (value >= limit || (type.IsSigned && value < -limit)) throw Unexpected(type.Name, word);
            return value;
        }

        private ReadOnlySpan<byte> ReadBytes(int position)
        {
            int length = ReadLength(position, _data.Length - position, "a length");
            int padded = (length + 31) & ~31;
            if (padded > _data.Length - position - 32)
                throw new AbiException($"expected {padded} padded bytes, got {_data.Length - position - 32}.");
            Charge(padded);
            ReadOnlySpan<byte> bytes = _data.Slice(position + 32, padded);
            if (bytes[length..].ContainsAnyExcept((byte)0)) throw new AbiException("the padding after the bytes is not zero.");
            return bytes[..length];
        }

        private int ReadLength(int position, int max, string what)
        {
            ReadOnlySpan<byte> word = ReadWord(position);
            uint value = BinaryPrimitives.ReadUInt32BigEndian(word[28..]);
            return word[..28].ContainsAnyExcept((byte)0) || value > max
                ? throw Unexpected($"{what} of at most {max}", word)
                : (int)value;
        }

        private ReadOnlySpan<byte> ReadWord(int position)
        {
            if (_data.Length - position < 32) throw new AbiException($"expected a word at byte {position} of {_data.Length}.");
            Charge(32);
            return _data.Slice(position, 32);
        }

        private void Charge(int bytes)
        {
            Unused -= bytes;
            if (Unused < 0) throw new AbiException("offsets point into data that belongs to another value.");
        }

        private static AbiException Unexpected(string expected, ReadOnlySpan<byte> word) =>
            new($"expected {expected}, got {Hex.Format(word)}.");
    }
}
