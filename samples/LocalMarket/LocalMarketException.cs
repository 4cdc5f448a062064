namespace Marketplace.LocalMarket;

/// <summary>The local market cannot go on; the message says why.</summary>
public sealed class LocalMarketException(string message) : Exception(message);
