using System.Buffers.Binary;
using System.Collections;
using System.Numerics;
using System.Text;

namespace Marketplace.Chain.Abi;

/// <summary>Encodes values by the contract ABI.</summary>
public static class AbiEncoder
{
    /// <summary>Encodes values as the parameters of a function are, without a selector (Solidity's abi.encode).</summary>
    /// <exception cref="AbiException">The number of values, a value's kind or its range does not fit; the message names it.</exception>
    public static byte[] Encode(IReadOnlyList<AbiParameter> parameters, params IReadOnlyList<object> values) =>
        EncodeWithPrefix([], parameters, values);

    /// <summary>Encodes values of the types in a list such as "uint256, address[]".</summary>
    /// <exception cref="AbiException">The list or a value does not fit.</exception>
    public static byte[] Encode(string types, params IReadOnlyList<object> values) => Encode(AbiParameter.ParseList(types), values);

    internal static byte[] EncodeWithPrefix(ReadOnlySpan<byte> prefix, IReadOnlyList<AbiParameter> parameters, IReadOnlyList<object> values)
    {
        Writer writer = new();
        prefix.CopyTo(writer.Span(writer.Reserve(prefix.Length), prefix.Length));
        writer.WriteSequence(new Shape(null, parameters), values);
        return writer.ToArray();
    }

    /// <summary>The types of a sequence: one for all (array) or each its own (tuple).</summary>
    internal readonly record struct Shape(AbiType? Element, IReadOnlyList<AbiParameter>? Components)
    {
        public AbiType this[int index] => Element ?? Components![index].Type;

        public string Place(int index) =>
            Components is null ? $"[{index}]" : Components[index].Name is { Length: > 0 } name ? name : $"#{index}";

        public int HeadSize(int count) =>
            Components is null ? checked(Element!.HeadSize * count) : Components.Sum(c => c.Type.HeadSize);
    }

    private sealed class Writer
    {
        private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

        private byte[] _buffer = new byte[256];
        private int _length;

        public byte[] ToArray() => _buffer[.._length];

        public Span<byte> Span(int position, int length) => _buffer.AsSpan(position, length);

        public int Reserve(int length)
        {
            int position = _length;
            _length = checked(_length + length);
            if (_length > _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(Math.Max(_length, 2L * _buffer.Length), Array.MaxLength));
            return position;
        }

        public void WriteSequence(Shape shape, IReadOnlyList<object> values)
        {
            if (shape.Components is not null && values.Count != shape.Components.Count)
                throw new AbiException($"expected {shape.Components.Count} values, got {values.Count}.");
            int start = Reserve(shape.HeadSize(values.Count));
            WriteElements(shape, values, start, start);
        }

        private void WriteElements(Shape shape, IReadOnlyList<object> values, int start, int head)
        {
            for (int i = 0; i < values.Count; i++)
            {
                AbiType type = shape[i];
                try
                {
                    if (type.IsDynamic)
                    {
                        BinaryPrimitives.WriteInt32BigEndian(Span(head + 28, 4), _length - start);
                        WriteDynamic(type, values[i]);
                    }
                    else
                    {
                        WriteStatic(type, values[i], head);
                    }
                }
                catch (AbiException e)
                {
                    throw e.Within(shape.Place(i));
                }

                head += type.HeadSize;
            }
        }

        private void WriteDynamic(AbiType type, object value)
        {
            switch (type)
            {
                case AbiBytes:
                    WriteBytes(Bytes(value) ?? throw Unexpected(type, value));
                    break;
                case AbiString:
                    string text = value as string ?? throw Unexpected(type, value);
                    try
                    {
                        WriteBytes(StrictUtf8.GetBytes(text));
                    }
                    catch (EncoderFallbackException e)
                    {
                        throw new AbiException("the string holds half of a surrogate pair.", e);
                    }

                    break;
                case AbiArray array:
                    IReadOnlyList<object> elements = Elements(array, value);
                    if (array.Length is null) BinaryPrimitives.WriteInt32BigEndian(Span(Reserve(32) + 28, 4), elements.Count);
                    WriteSequence(new Shape(array.Element, null), elements);
                    break;
                case AbiTuple tuple:
                    WriteSequence(new Shape(null, tuple.Components), Components(tuple, value));
                    break;
                default:
                    throw new AbiException($"no encoding for {type}.");
            }
        }

        private void WriteBytes(ReadOnlyMemory<byte> bytes)
        {
            int position = Reserve(checked(32 + (bytes.Length + 31) / 32 * 32));
            BinaryPrimitives.WriteInt32BigEndian(Span(position + 28, 4), bytes.Length);
            bytes.Span.CopyTo(Span(position + 32, bytes.Length));
        }

        private void WriteStatic(AbiType type, object value, int position)
        {
            Span<byte> word = Span(position, 32);
            switch (type)
            {
                case AbiInteger integer:
                    WriteInteger(integer, ToBigInteger(value) ?? throw Unexpected(type, value), word);
                    break;
                case AbiBool:
                    word[31] = value is bool flag ? (byte)(flag ? 1 : 0) : throw Unexpected(type, value);
                    break;
                case AbiAddress:
                    (value is Address address ? address : throw Unexpected(type, value)).CopyTo(word[12..]);
                    break;
                case AbiFixedBytes fixedBytes:
                    ReadOnlyMemory<byte> bytes = Bytes(value) ?? throw Unexpected(type, value);
                    if (bytes.Length != fixedBytes.Length)
                        throw new AbiException($"expected {fixedBytes.Length} bytes, got {bytes.Length}.");
                    bytes.Span.CopyTo(word);
                    break;
                case AbiArray array:
                    WriteElements(new Shape(array.Element, null), Elements(array, value), position, position);
                    break;
                case AbiTuple tuple:
                    WriteElements(new Shape(null, tuple.Components), Components(tuple, value), position, position);
                    break;
                default:
                    throw new AbiException($"no encoding for {type}.");
            }
        }

        private static void WriteInteger(AbiInteger type, BigInteger value, Span<byte> word)
        {
            BigInteger limit = BigInteger.One << (type.IsSigned ? type.Bits - 1 : type.Bits);
            if (value >= limit || value < (type.IsSigned ? -limit : BigInteger.Zero))
                throw new AbiException($"{value} is out of range of {type}.");
            Words.WriteUnsigned(value.Sign < 0 ? value + Words.MaxUInt256 + 1 : value, word);
        }

        private static BigInteger? ToBigInteger(object value) => value switch
        {
            BigInteger big => big,
            byte or ushort or uint or ulong => Convert.ToUInt64(value, null),
            sbyte or short or int or long => Convert.ToInt64(value, null),
            _ => null,
        };

        private static ReadOnlyMemory<byte>? Bytes(object value) => value switch
        {
            byte[] array => array,
            ReadOnlyMemory<byte> memory => memory,
            Bytes32 word => word.ToArray(),
            _ => null,
        };

        private static IReadOnlyList<object> Elements(AbiArray type, object value)
        {
            if (value is string || (value is byte[] && type.Element is not AbiInteger { Bits: 8 })) throw Unexpected(type, value);
            IReadOnlyList<object> elements = value switch
            {
                object[] array => array,
                IEnumerable sequence => [.. sequence.Cast<object>()],
                _ => throw Unexpected(type, value),
            };
            return type.Length is null || elements.Count == type.Length
                ? elements
                : throw new AbiException($"expected {type.Length} elements, got {elements.Count}.");
        }

        private static object[] Components(AbiTuple type, object value)
        {
            object[] components = value switch
            {
                object[] array => array,
                IAbiTuple tuple => tuple.ToAbi(),
                _ => throw Unexpected(type, value),
            };
            return components.Length == type.Components.Count
                ? components
                : throw new AbiException($"expected {type.Components.Count} components, got {components.Length}.");
        }

        private static AbiException Unexpected(AbiType type, object value) =>
            new($"expected a value for {type}, got {value?.GetType().Name ?? "null"}.");
    }
}
