using System.Globalization;
using System.Text;

namespace Marketplace.Chain.Signing;

/// <summary>Messages signed by personal_sign (EIP-191, version 0x45).</summary>
public static class SignedMessage
{
    /// <summary>keccak256("\x19Ethereum Signed Message:\n" ‖ decimal length ‖ message).</summary>
    public static Bytes32 Hash(ReadOnlySpan<byte> message)
    {
        byte[] prefix = Encoding.ASCII.GetBytes(
            "\u0019Ethereum Signed Message:\n" + message.Length.ToString(CultureInfo.InvariantCulture));
        return Bytes32.Keccak((byte[])[.. prefix, .. message]);
    }

    /// <summary>Who signed the message.</summary>
    /// <exception cref="FormatException">No key can have made this signature.</exception>
    public static Address Recover(ReadOnlySpan<byte> message, Signature signature) => signature.RecoverAddress(Hash(message));
}
