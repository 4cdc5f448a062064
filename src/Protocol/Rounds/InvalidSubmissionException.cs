namespace Marketplace.Protocol.Rounds;

/// <summary>A submission cannot take part in its round; the message says what was expected and what came.</summary>
/// <param name="fault">Which step it failed at.</param>
public sealed class InvalidSubmissionException(SubmissionFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public SubmissionFault Fault { get; } = fault;
}
