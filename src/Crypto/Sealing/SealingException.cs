namespace Marketplace.Crypto.Sealing;

/// <summary>
/// A key was invalid or a sealed message could not be opened. The message never holds key material or plaintext, and never
/// tells which of the possible causes made an authentication fail.
/// </summary>
public sealed class SealingException : Exception
{
    public SealingException(string message)
        : base(message)
    {
    }

    public SealingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
