using Marketplace.Testing.Markets;

[assembly: AssemblyFixture(typeof(Marketplace.ReadModel.Tests.PlayedFixture))]

namespace Marketplace.ReadModel.Tests;

/// <summary>A market that was played against the real contracts.</summary>
public sealed class PlayedFixture : PlayedMarket, IAsyncLifetime;
