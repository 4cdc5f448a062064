namespace Marketplace.LocalMarket;

/// <summary>The local market can not go on; the message says why.</summary>
public sealed class LocalMarketException(string message) : Exception(message);
