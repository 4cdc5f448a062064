namespace Marketplace.Protocol.Projects;

/// <summary>A file or object that a person or another party wrote does not say what it must say.</summary>
/// <remarks>The message names the place, what was expected and what came, and can be shown as it is.</remarks>
public sealed class DocumentException : FormatException
{
    public DocumentException(string message) : base(message) => Problem = message;

    public DocumentException(string message, Exception inner) : base(message, inner) => Problem = message;

    /// <param name="source">What was read, such as <c>terms file</c>.</param>
    /// <param name="field">The field's path, such as <c>payment.bounty</c>.</param>
    /// <param name="problem">What was expected there and what came.</param>
    public DocumentException(string source, string field, string problem, Exception? inner = null) : base($"{source}, at {field}: {problem}", inner)
    {
        Field = field;
        Problem = problem;
    }

    /// <summary>Path of the field that is wrong; null when the whole is.</summary>
    public string? Field { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }
}
