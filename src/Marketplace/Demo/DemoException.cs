namespace Marketplace.Demo;

/// <summary>The demo can not go on; the message says why.</summary>
internal sealed class DemoException(string message) : Exception(message);
