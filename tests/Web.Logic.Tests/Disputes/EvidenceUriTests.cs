using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;
using Marketplace.Web.Disputes;

namespace Marketplace.Web.Logic.Tests.Disputes;

/// <summary>What may be shown to a court from here, and which links lead anywhere.</summary>
public sealed class EvidenceUriTests
{
    private const string Cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

    [Theory]
    [InlineData("https://example.org/a?b=c#d", "https://example.org/a?b=c#d")]
    [InlineData($"ipfs://{Cid}", $"content/{Cid}")]
    public void Safe_addresses_are_links(string text, string link)
    {
        Assert.Equal(link, EvidenceUri.LinkOf(text));
        Assert.Null(EvidenceUri.FindProblem(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("it does not open")]
    [InlineData("http://example.org")]
    [InlineData("javascript:alert(1)")]
    [InlineData("JavaScript://https://x")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("https://")]
    [InlineData("https://wallet.example@evil.example/")]
    [InlineData("https://ex\u0430mple.org")]
    [InlineData("https://example.org/ a")]
    [InlineData("ipfs://../../admin")]
    [InlineData("ipfs://")]
    public void Everything_else_is_text_and_is_not_sent(string text)
    {
        Assert.Null(EvidenceUri.LinkOf(text));
        Assert.StartsWith("Expected an address that begins with ipfs:// or https://", EvidenceUri.FindProblem(text), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_long_is_not_sent()
    {
        string longest = "https://example.org/".PadRight(ClaimEvidence.MaxLength, 'a');
        Assert.Null(EvidenceUri.FindProblem(longest));
        Assert.Contains("at most 2048 characters; this has 2049", EvidenceUri.FindProblem(longest + "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_opening_of_an_update_is_sent_and_fits() =>
        Assert.Null(EvidenceUri.FindProblem(new UpdateOpening(new byte[32]).ToUri()));
}
