using System.Numerics;
using Marketplace.ContentAddressing;

namespace Marketplace.ReadModel.Projection;

/// <summary>The chain's seconds as times that can be shown. What lies past the year 9999 is shown as its end.</summary>
internal static class UnixTime
{
    public static DateTimeOffset FromSeconds(BigInteger seconds) =>
        DateTimeOffset.FromUnixTimeSeconds((long)BigInteger.Min(seconds, Last.ToUnixTimeSeconds()));

    public static DateTimeOffset Add(DateTimeOffset time, long seconds) =>
        FromSeconds(new BigInteger(time.ToUnixTimeSeconds()) + seconds);

    private static DateTimeOffset Last => new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
}

/// <summary>Content identifiers as the chain stores them, checked or not.</summary>
internal static class ChainCid
{
    /// <summary>Null when the codec is none of a file's: the contract lets that pass where nothing was published.</summary>
    public static Cid? TryToCid(this Contracts.Cid cid) =>
        Enum.IsDefined((CidCodec)cid.Codec) ? new Cid((CidCodec)cid.Codec, cid.Digest.ToArray()) : null;
}
