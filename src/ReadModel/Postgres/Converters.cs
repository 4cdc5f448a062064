using Marketplace.Content;
using Marketplace.Chain;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Marketplace.ReadModel.Postgres;

/// <summary>An address as its 20 bytes.</summary>
internal sealed class AddressConverter() : ValueConverter<Address, byte[]>(address => address.ToArray(), bytes => new Address(bytes));

/// <summary>A hash as its 32 bytes.</summary>
internal sealed class WordConverter() : ValueConverter<Bytes32, byte[]>(word => word.ToArray(), bytes => new Bytes32(bytes));

/// <summary>A CID in its binary form of version 1, 36 bytes.</summary>
internal sealed class CidConverter() : ValueConverter<Cid, byte[]>(cid => cid.ToVersion1().ToBytes(), bytes => Read(bytes))
{
    private static Cid Read(byte[] bytes) =>
        Cid.TryFromBytes(bytes, out Cid cid) ? cid : throw new InvalidDataException("the database holds a CID that is none");
}
