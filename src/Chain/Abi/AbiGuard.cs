// What Nethereum's decoder does not check: https://docs.soliditylang.org/en/latest/abi-spec.html, strict mode.

using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;
using Nethereum.ABI;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Abi;

/// <summary>
/// Refuses data that is not an encoding of its types before anything is decoded: padding is zero, integers are in range, text is
/// UTF-8, and every byte belongs to exactly one value. The last rule, which every Solidity encoder keeps, bounds what decoding
/// costs by the length of the data: offsets cannot make one part count many times.
/// </summary>
public static class AbiGuard
{
    /// <summary>Checks the encoded parameters of a function, event or error.</summary>
    /// <exception cref="AbiException">The data is not an encoding of such values.</exception>
    public static void Check(ReadOnlySpan<Parameter> parameters, ReadOnlySpan<byte> data)
    {
        Walk walk = new(data);
        walk.Sequence(parameters, 0);
        if (walk.Unused != 0) throw new AbiException($"{walk.Unused} of {data.Length} bytes belong to no value.");
    }

    /// <summary>Number of elements of a type T[n].</summary>
    public static int LengthOf(StaticArrayType array) =>
        int.Parse(array.Name.AsSpan()[(array.Name.LastIndexOf('[') + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture);

    private static int HeadSize(ABIType type) => type.IsDynamic() ? 32 : type.FixedSize;

    private ref struct Walk(ReadOnlySpan<byte> data)
    {
        private readonly ReadOnlySpan<byte> _data = data;

        /// <summary>Bytes not yet charged to a value.</summary>
        public int Unused { get; private set; } = data.Length;

        /// <summary>Checks parameters whose heads begin at <paramref name="start"/>, where their offsets count from.</summary>
        public void Sequence(ReadOnlySpan<Parameter> parameters, int start)
        {
            int head = start;
            foreach (Parameter parameter in parameters)
            {
                try
                {
                    Value(parameter.ABIType, start, ref head);
                }
                catch (AbiException e) when (!string.IsNullOrEmpty(parameter.Name))
                {
                    throw e.Within(parameter.Name);
                }
            }
        }

        private void Elements(ABIType type, int count, int start)
        {
            int head = start;
            for (int i = 0; i < count; i++) Value(type, start, ref head);
        }

        private void Value(ABIType type, int start, ref int head)
        {
            int at = head;
            head += HeadSize(type);
            if (type.IsDynamic()) at = start + Length(at, _data.Length - start, "an offset");
            switch (type)
            {
                case TupleType tuple:
                    Sequence(tuple.Components, at);
                    break;
                case StaticArrayType array:
                    Elements(array.ElementType, LengthOf(array), at);
                    break;
                case DynamicArrayType array:
                    // Each element takes its head at least, which bounds the allocation.
                    Elements(array.ElementType, Length(at, (_data.Length - at) / HeadSize(array.ElementType), "an array length"), at + 32);
                    break;
                case BytesType:
                    Bytes(at);
                    break;
                case StringType:
                    if (!Utf8.IsValid(Bytes(at))) throw new AbiException("the string is not valid UTF-8.");
                    break;
                default:
                    ReadOnlySpan<byte> word = Word(at);
                    if (!IsInRange(type, word)) throw Unexpected(type.CanonicalName, word);
                    break;
            }
        }

        private static bool IsInRange(ABIType type, ReadOnlySpan<byte> word) => type switch
        {
            IntType when type.CanonicalName[0] == 'u' => !word[..^type.StaticSize].ContainsAnyExcept((byte)0),
            IntType => !word[..^type.StaticSize].ContainsAnyExcept((byte)((word[^type.StaticSize] & 0x80) == 0 ? 0 : 0xff)),
            BoolType => word[31] <= 1 && !word[..31].ContainsAnyExcept((byte)0),
            AddressType => !word[..12].ContainsAnyExcept((byte)0),
            Bytes32Type => true,
            BytesElementaryType => !word[type.StaticSize..].ContainsAnyExcept((byte)0),
            _ => throw new AbiException($"no check for the type {type.Name}."),
        };

        private ReadOnlySpan<byte> Bytes(int at)
        {
            int length = Length(at, _data.Length - at, "a length");
            int padded = (length + 31) & ~31;
            if (padded > _data.Length - at - 32) throw new AbiException($"expected {padded} padded bytes, got {_data.Length - at - 32}.");
            Charge(padded);
            ReadOnlySpan<byte> bytes = _data.Slice(at + 32, padded);
            return bytes[length..].ContainsAnyExcept((byte)0) ? throw new AbiException("the padding after the bytes is not zero.") : bytes[..length];
        }

        private int Length(int at, int max, string what)
        {
            ReadOnlySpan<byte> word = Word(at);
            uint value = BinaryPrimitives.ReadUInt32BigEndian(word[28..]);
            return word[..28].ContainsAnyExcept((byte)0) || value > max ? throw Unexpected($"{what} of at most {max}", word) : (int)value;
        }

        private ReadOnlySpan<byte> Word(int at)
        {
            if (_data.Length - at < 32) throw new AbiException($"expected a word at byte {at} of {_data.Length}.");
            Charge(32);
            return _data.Slice(at, 32);
        }

        private void Charge(int bytes)
        {
            Unused -= bytes;
            if (Unused < 0) throw new AbiException("offsets point into data that belongs to another value.");
        }

        private static AbiException Unexpected(string expected, ReadOnlySpan<byte> word) => new($"expected {expected}, got {Hex.Format(word)}.");
    }
}
