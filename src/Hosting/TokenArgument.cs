using Marketplace.Chain;

namespace Marketplace.Hosting;

/// <summary>A payment token as users write it.</summary>
public static class TokenArgument
{
    /// <summary>Zero for <c>native</c>, otherwise the address.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static Address Parse(string text) => text == "native" ? Address.Zero
        : Address.TryParse(text, out Address token) ? token
        : throw new UsageException($"a token is 'native' or an address with a valid checksum, got '{text}'");
}
