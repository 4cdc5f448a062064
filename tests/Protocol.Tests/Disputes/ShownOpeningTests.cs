using Marketplace.Chain;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Tests.Disputes;

/// <summary>Who is shown how an update opens, by how many auditors of the panel have published keys.</summary>
public sealed class ShownOpeningTests
{
    private const int Auditors = 3, Quorum = 2;

    [Theory]
    [InlineData(3, Disclosure.SealedWherePossible, true, "to the panel's 3 auditors alone")]
    [InlineData(2, Disclosure.SealedWherePossible, false, "to everybody, for only 2 of the panel's 3 auditors have published a key")]
    [InlineData(null, Disclosure.SealedWherePossible, false, "to everybody, for the court is no panel")]
    [InlineData(3, Disclosure.Sealed, true, "to the panel's 3 auditors alone")]
    [InlineData(2, Disclosure.Sealed, true, "to 2 of the panel's 3 auditors alone, and nothing to the others")]
    [InlineData(3, Disclosure.Public, false, "to everybody")]
    [InlineData(null, Disclosure.Public, false, "to everybody")]
    public void It_says_to_whom(int? keys, Disclosure disclosure, bool isSealed, string audience)
    {
        ShownOpening shown = Show(keys, disclosure);
        Assert.Equal(audience, shown.Audience);
        Assert.Equal(isSealed, SealedOpening.TryParse(shown.Uri) is not null);
        Assert.Equal(!isSealed, UpdateOpening.TryParse(shown.Uri) is not null);
    }

    [Theory]
    [InlineData(null, "the court is no panel")]
    [InlineData(1, "only 1 of the panel's 3 auditors have published a key, and 2 must agree")]
    [InlineData(0, "only 0 of the panel's 3 auditors")]
    public void What_no_quorum_could_read_is_not_sealed(int? keys, string why) =>
        Assert.Contains(why, Assert.Throws<DisclosureException>(() => Show(keys, Disclosure.Sealed)).Message, StringComparison.Ordinal);

    private static ShownOpening Show(int? keys, Disclosure disclosure)
    {
        using var key = SealingKey.Generate();
        PanelSeats? panel = keys is null
            ? null
            : new PanelSeats(
                Address.Zero, Quorum, [.. Enumerable.Repeat(Address.Zero, Auditors)],
                [.. Enumerable.Range(0, Auditors).Select(seat => seat < keys ? key.PublicKey : null)]);
        return ShownOpening.Create(
            new UpdateOpening(Bytes32.Keccak("seed").ToArray()), new RoundId(1, Address.Zero, 1, 0), Address.Zero, panel, disclosure);
    }
}
