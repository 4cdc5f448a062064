using System.Globalization;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>How many matrices contract and twin are compared on.</summary>
internal static class TwinCases
{
    /// <summary>TWIN_CASES where it is set, for a longer search, otherwise what the suite has time for.</summary>
    public static int Count(int usual) => Environment.GetEnvironmentVariable("TWIN_CASES") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : usual;
}
