namespace Marketplace.Protocol.Rounds;

/// <summary>An update payload is malformed; the message says where and how.</summary>
public sealed class PayloadException(string message, Exception? inner = null) : FormatException(message, inner);
