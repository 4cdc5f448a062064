namespace Marketplace.Agents;

/// <summary>An agent cannot go on as it was started; the message says what to change.</summary>
public sealed class AgentException(string message) : Exception(message);
