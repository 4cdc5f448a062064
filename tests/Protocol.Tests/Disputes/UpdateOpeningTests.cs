using System.Text;
using Marketplace.Chain;
using Marketplace.Protocol.Disputes;

namespace Marketplace.Protocol.Tests.Disputes;

public sealed class UpdateOpeningTests
{
    private static readonly UpdateOpening Opening = new(Bytes32.Keccak("seed").ToArray());

    [Fact]
    public void What_is_shown_is_read_back() => Assert.Equal(Opening, UpdateOpening.TryParse(Opening.ToUri()));

    [Fact]
    public void Its_text_does_not_show_the_seed() =>
        Assert.DoesNotContain(Convert.ToHexStringLower(Opening.EphemeralSeed)[..8], $"{Opening}", StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"name":"n","description":"d","ephemeralSeed":"00"}""")]
    [InlineData("""{"name":"n","description":"d","ephemeralSeed":"no hex"}""")]
    [InlineData("""{"name":"n","description":"d","ephemeralSeed":null}""")]
    [InlineData("[[[[[[[[1]]]]]]]]")]
    public void Other_documents_are_no_openings(string json) => Assert.Null(UpdateOpening.TryParse(
        "data:application/json;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(json))));

    [Theory]
    [InlineData("https://example.org/evidence.json")]
    [InlineData("data:application/json;base64,%%%")]
    [InlineData("data:application/json;base64,")]
    public void Other_evidence_is_no_opening(string evidence) => Assert.Null(UpdateOpening.TryParse(evidence));

    [Fact]
    public void Long_evidence_is_not_read() => Assert.Null(UpdateOpening.TryParse(Opening.ToUri() + new string('A', 5_000)));
}
