using System.Globalization;
using System.Numerics;
using Marketplace.Chain;

namespace Marketplace.Fleet.Projects;

/// <summary>Serves one project while it is active; its key is a <see cref="ProjectKey"/>.</summary>
[Alias("Marketplace.Fleet.Project")]
internal interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that the project is served: by being active the grain serves it.</summary>
    [Alias("EnsureServed")]
    Task EnsureServedAsync();
}

/// <summary>Which project: on one chain, of one market.</summary>
internal readonly record struct ProjectKey(ulong ChainId, Address Market, BigInteger Project)
{
    /// <exception cref="FormatException">It is no key.</exception>
    public static ProjectKey Parse(string text) => text.Split('/') is [var chain, var market, var project]
        ? new ProjectKey(
            ulong.Parse(chain, NumberStyles.None, CultureInfo.InvariantCulture),
            Address.Parse(market),
            BigInteger.Parse(project, NumberStyles.None, CultureInfo.InvariantCulture))
        : throw new FormatException($"expected CHAIN/MARKET/PROJECT, got '{text}'");

    public override string ToString() => $"{ChainId}/{Market}/{Project}";
}
