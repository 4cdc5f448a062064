using Marketplace.EndToEnd.Tests;
using Marketplace.Testing.Markets.Programs;

[assembly: AssemblyFixture(typeof(SmallMarketFixture))]

// These tests start a dozen processes each; side by side they would only wait for each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Marketplace.EndToEnd.Tests;

/// <summary>The market that all tests use, one after the other.</summary>
public sealed class SmallMarketFixture : SmallMarket, IAsyncLifetime
{
    public ValueTask InitializeAsync() => new(StartAsync());
}
