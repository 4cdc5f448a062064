using System.Numerics;

namespace Marketplace.ReadModel;

/// <summary>The chain's seconds as times that can be shown. What lies past the year 9999 is shown as its end.</summary>
public static class UnixTime
{
    /// <param name="seconds">Since 1970, not negative.</param>
    public static DateTimeOffset FromSeconds(BigInteger seconds) =>
        DateTimeOffset.FromUnixTimeSeconds((long)BigInteger.Min(seconds, Last.ToUnixTimeSeconds()));

    public static DateTimeOffset Add(DateTimeOffset time, long seconds) =>
        FromSeconds(new BigInteger(time.ToUnixTimeSeconds()) + seconds);

    private static DateTimeOffset Last => new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
}
