namespace Marketplace.Protocol.Projects;

/// <summary>A file or object that a person or another party wrote does not say what it must say.</summary>
/// <remarks>The message names the place, what was expected and what came, and can be shown as it is.</remarks>
public sealed class DocumentException : FormatException
{
    public DocumentException(string message) : base(message) { }

    public DocumentException(string message, Exception inner) : base(message, inner) { }
}
