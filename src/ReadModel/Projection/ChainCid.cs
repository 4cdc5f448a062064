using Marketplace.Content;

namespace Marketplace.ReadModel.Projection;

/// <summary>Content identifiers as the chain stores them.</summary>
internal static class ChainCid
{
    /// <summary>Null where nothing was published.</summary>
    public static Cid? OrNull(this Cid cid) => cid == default ? null : cid;
}
