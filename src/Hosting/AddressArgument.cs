using Marketplace.Chain;

namespace Marketplace.Hosting;

/// <summary>An address as users write it.</summary>
public static class AddressArgument
{
    /// <param name="name">What it is, for the error: an option or an argument.</param>
    /// <param name="text">What the user wrote.</param>
    /// <exception cref="UsageException">It is no address.</exception>
    public static Address Parse(string name, string text) =>
        Address.TryParse(text, out Address address)
            ? address
            : throw new UsageException($"{name} expects an address, 0x and 40 hexadecimal digits with a valid checksum, got '{text}'");
}
