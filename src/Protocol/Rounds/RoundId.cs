using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Chain;

namespace Marketplace.Protocol.Rounds;

/// <summary>One round of one project of one market on one chain.</summary>
/// <param name="ChainId">The chain's EIP-155 id.</param>
/// <param name="Market">Address of the market contract.</param>
/// <param name="Project">The project's id.</param>
/// <param name="Round">Index of the round, from 0.</param>
public readonly record struct RoundId(ulong ChainId, Address Market, BigInteger Project, int Round)
{
    /// <summary>A unique binary name: chain id (8 bytes, big-endian), market (20), project (32), round (4).</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[8 + 20 + 32 + 4];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ChainId);
        Market.ToArray().CopyTo(bytes, 8);
        byte[] project = Project.ToByteArray(isUnsigned: true, isBigEndian: true);
        project.CopyTo(bytes, 28 + 32 - project.Length);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(60), Round);
        return bytes;
    }

    public override string ToString() => $"project {Project}, round {Round}";
}
