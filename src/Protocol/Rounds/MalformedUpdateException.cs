namespace Marketplace.Protocol.Rounds;

/// <summary>The bytes are no encoded update of this project; the message says where and how.</summary>
public sealed class MalformedUpdateException(string message, Exception? inner = null) : FormatException(message, inner);
