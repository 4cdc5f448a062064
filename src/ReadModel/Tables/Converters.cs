using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Marketplace.ReadModel.Tables;

/// <summary>An address as its 20 bytes.</summary>
internal sealed class AddressConverter() : ValueConverter<Address, byte[]>(address => address.ToArray(), bytes => new Address(bytes));

/// <summary>A hash as its 32 bytes.</summary>
internal sealed class WordConverter() : ValueConverter<Bytes32, byte[]>(word => word.ToArray(), bytes => new Bytes32(bytes));

/// <summary>
/// An amount as Solidity's uint256: 32 bytes, the highest first. Databases compare bytes from the left, so that they sort amounts by
/// value, and nothing is ever rounded.
/// </summary>
internal sealed class AmountConverter() : ValueConverter<BigInteger, byte[]>(
    amount => Write(amount), bytes => new BigInteger(bytes, isUnsigned: true, isBigEndian: true))
{
    public const int Size = 32;

    private static byte[] Write(BigInteger amount)
    {
        byte[] word = new byte[Size];
        int length = amount.GetByteCount(isUnsigned: true);
        amount.TryWriteBytes(word.AsSpan(Size - length), out _, isUnsigned: true, isBigEndian: true);
        return word;
    }
}

/// <summary>A time as the chain counts it, in seconds since 1970.</summary>
internal sealed class SecondsConverter() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeSeconds(), seconds => DateTimeOffset.FromUnixTimeSeconds(seconds));

/// <summary>A CID in its binary form of version 1, 36 bytes.</summary>
internal sealed class CidConverter() : ValueConverter<Cid, byte[]>(cid => cid.ToVersion1().ToBytes(), bytes => Read(bytes))
{
    private static Cid Read(byte[] bytes) =>
        Cid.TryFromBytes(bytes, out Cid cid) ? cid : throw new InvalidDataException("the database holds a CID that is none");
}
