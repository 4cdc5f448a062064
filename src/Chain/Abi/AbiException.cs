namespace Marketplace.Chain.Abi;

/// <summary>A type, a value or encoded data that does not follow the contract ABI.</summary>
public class AbiException(string message, Exception? innerException = null) : FormatException(message, innerException)
{
    /// <summary>The same failure, seen from one level further out.</summary>
    internal AbiException Within(string place) => new($"{place}: {Message}", InnerException);
}

/// <summary>There is no contract where one was called: its answer would be empty, and a transaction would do nothing.</summary>
public sealed class NoContractException(Address address)
    : AbiException($"There is no contract at {address}. Check the address, and that the node serves the right chain.")
{
    /// <summary>Where a contract was expected.</summary>
    public Address Address { get; } = address;
}
