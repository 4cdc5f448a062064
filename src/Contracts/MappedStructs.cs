using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Content;

namespace Marketplace.Contracts;

/// <summary>Structs of the contracts for which a library of ours has a type. Bindings read and write these in place of records.</summary>
public static class MappedStructs
{
    /// <summary>Cid {bytes32 digest, uint8 codec}; all zero where nothing was published, which is the default value.</summary>
    /// <exception cref="AbiException">The codec is none of a file's.</exception>
    public static Cid ReadCid(ref AbiReader reader)
    {
        Bytes32 digest = reader.ReadBytes32();
        CidCodec codec = (CidCodec)reader.ReadUInt64();
        if (codec == 0 && digest.IsZero) return default;
        return codec is CidCodec.Raw or CidCodec.DagPb
            ? new Cid(codec, digest.ToArray())
            : throw new AbiException($"expected a CID with the codec 0x55 or 0x70, got 0x{(byte)codec:x2}.");
    }

    /// <summary>G1Point {uint256 x, uint256 y}.</summary>
    /// <exception cref="AbiException">The coordinates are not canonical or the point is not on the curve.</exception>
    public static G1 ReadG1(ref AbiReader reader)
    {
        Span<byte> bytes = stackalloc byte[G1.ByteLength];
        reader.ReadBytes32().CopyTo(bytes);
        reader.ReadBytes32().CopyTo(bytes[32..]);
        return G1.TryFromBytes(bytes, out G1 point) ? point : throw new AbiException($"expected a point of BN254's G1, got {Hex.Format(bytes)}.");
    }

    /// <summary>The components of a Cid.</summary>
    public static object[] ToAbi(this Cid cid) => [new Bytes32(cid.Digest), (byte)cid.Codec];

    /// <summary>The components of a G1Point.</summary>
    public static object[] ToAbi(this G1 point)
    {
        Span<byte> bytes = stackalloc byte[G1.ByteLength];
        point.WriteBytes(bytes);
        return [new BigInteger(bytes[..32], isUnsigned: true, isBigEndian: true), new BigInteger(bytes[32..], isUnsigned: true, isBigEndian: true)];
    }
}
