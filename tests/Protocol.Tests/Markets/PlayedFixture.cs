using Marketplace.Testing.Markets;

[assembly: AssemblyFixture(typeof(Marketplace.Protocol.Tests.Markets.PlayedFixture))]

namespace Marketplace.Protocol.Tests.Markets;

/// <summary>The market that tests look at from all sides, and none changes.</summary>
public sealed class PlayedFixture : PlayedMarket, IAsyncLifetime;
