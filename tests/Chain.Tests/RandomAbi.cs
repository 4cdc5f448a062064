using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Chain.Abi;
using Nethereum.ABI;

namespace Marketplace.Chain.Tests;

/// <summary>Random types of the ABI with random values.</summary>
internal sealed class RandomAbi(Random random)
{
    public string Type(int depth = 3)
    {
        int kind = random.Next(depth > 0 ? 10 : 7);
        return kind switch
        {
            0 => $"uint{8 * random.Next(1, 33)}",
            1 => $"int{8 * random.Next(1, 33)}",
            2 => "bool",
            3 => "address",
            4 => $"bytes{random.Next(1, 33)}",
            5 => "bytes",
            6 => "string",
            7 => $"{Type(depth - 1)}[]",
            8 => $"{Type(depth - 1)}[{random.Next(1, 4)}]",
            _ => $"({string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Type(depth - 1)))})",
        };
    }

    public object Value(ABIType type) => type switch
    {
        IntType => Integer(AbiTypes.IsSigned(type), 8 * type.StaticSize),
        BoolType => random.Next(2) == 1,
        AddressType => new Address(Bytes(20)),
        Bytes32Type => new Bytes32(Bytes(32)),
        BytesElementaryType => Bytes(type.StaticSize),
        BytesType => Bytes(random.Next(70)),
        StringType => Text(),
        StaticArrayType array => Enumerable.Range(0, AbiGuard.LengthOf(array)).Select(_ => Value(array.ElementType)).ToArray(),
        ArrayType array => Enumerable.Range(0, random.Next(4)).Select(_ => Value(array.ElementType)).ToArray(),
        TupleType tuple => tuple.Components.Select(c => Value(c.ABIType)).ToArray(),
        _ => throw new NotSupportedException(type.Name),
    };

    public byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static JsonNode ToJson(object value) => value switch
    {
        bool flag => flag,
        byte[] bytes => Hex.Format(bytes),
        object[] values => new JsonArray([.. values.Select(ToJson)]),
        _ => value.ToString()!,
    };

    private BigInteger Integer(bool isSigned, int bits)
    {
        BigInteger limit = BigInteger.One << (isSigned ? bits - 1 : bits);
        BigInteger lowest = isSigned ? -limit : BigInteger.Zero;
        return random.Next(6) switch
        {
            0 => lowest,
            1 => limit - 1,
            2 => 0,
            3 => isSigned ? -1 : 1,
            _ => lowest + new BigInteger(Bytes(33), isUnsigned: true) % (limit - lowest),
        };
    }

    private string Text()
    {
        StringBuilder text = new();
        for (int i = random.Next(40); i > 0; i--) text.Append(new[] { "a", "é", "€", "🚀", "\0", "\n", "\"" }[random.Next(7)]);
        return text.ToString();
    }
}
