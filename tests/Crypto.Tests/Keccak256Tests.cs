using System.Text;

namespace Marketplace.Crypto.Tests;

public class Keccak256Tests
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void Hashes_text(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Keccak256.HashData(Encoding.ASCII.GetBytes(text))));

    // Byte i of the message is i mod 251; the digests come from ethers 6. 136 bytes fill one block exactly.
    [Theory]
    [InlineData(1, "bc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a")]
    [InlineData(64, "002030bde3d4cf89919649775cd71875c4d0ab1708a380e03fefc3a28aa24831")]
    [InlineData(135, "cbdfd9dee5faad3818d6b06f95a219fd290b0e1706f6a82e5a595b9ce9faca62")]
    [InlineData(136, "7ce759f1ab7f9ce437719970c26b0a66ff11fe3e38e17df89cf5d29c7d7f807e")]
    [InlineData(137, "ac73d4fae68b8453f764007c1a20ce95994187861f0c3227a3a8e99a73a3b1db")]
    [InlineData(271, "27eceb59ebc3dc8a04a5b135be641591a7278540e4556a2ba9f408194e666ec3")]
    [InlineData(272, "8e2476e65823b24d96ebe239f2c1534cdf763e689e2410c3b1cb0c74e6177bfc")]
    [InlineData(273, "3f02f134370e4debb95140ef49ddd3aed8c65ff1ed83a43f1b269421f179c5f9")]
    [InlineData(1000, "af692982e84a5a9688359025660a7857cd28ee7c8d867cfa1677baf2e6d1f63b")]
    public void Hashes_around_block_boundaries(int length, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Keccak256.HashData(Message(length))));

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        byte[][] messages = [.. Enumerable.Range(0, 200).Select(Message)];
        byte[][] expected = [.. messages.Select(message => Keccak256.HashData(message))];
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < messages.Length; i++) Assert.Equal(expected[i], Keccak256.HashData(messages[i]));
        });
    }

    [Fact]
    public void A_refused_destination_leaves_nothing_for_the_next_hash()
    {
        Assert.Throws<ArgumentException>(() => Keccak256.HashData("abc"u8, new byte[31]));
        Hashes_text("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    }

    [Fact]
    public void Writes_32_bytes_and_no_more()
    {
        byte[] destination = new byte[40];
        Keccak256.HashData("abc"u8, destination);
        Assert.Equal(Keccak256.HashData("abc"u8), destination[..32]);
        Assert.All(destination[32..], rest => Assert.Equal(0, rest));
    }

    private static byte[] Message(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
}
