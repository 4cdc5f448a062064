using Marketplace.Content;

namespace Marketplace.ReadModel.Projection;

/// <summary>Content identifiers as the chain stores them, checked or not.</summary>
internal static class ChainCid
{
    /// <summary>Null when the codec is none of a file's: the contract lets that pass where nothing was published.</summary>
    public static Cid? TryToCid(this Contracts.Cid cid) =>
        Enum.IsDefined((CidCodec)cid.Codec) ? new Cid((CidCodec)cid.Codec, cid.Digest.ToArray()) : null;
}
