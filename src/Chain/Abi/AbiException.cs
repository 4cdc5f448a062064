namespace Marketplace.Chain.Abi;

/// <summary>A type, a value or encoded data that does not follow the contract ABI. The message names the place.</summary>
public sealed class AbiException(string message, Exception? innerException = null) : FormatException(message, innerException)
{
    /// <summary>The same failure, seen from one level further out.</summary>
    internal AbiException Within(string place) => new($"{place}: {Message}", InnerException);
}
