using Marketplace.Testing.Files;

namespace Marketplace.LocalMarket.Tests;

/// <summary>The file by which a local market tells other programs who its parties are.</summary>
public sealed class NamedPartyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;

    public NamedPartyTests() => _file = _folder["parties.json"];

    [Fact]
    public async Task What_is_written_is_read()
    {
        IReadOnlyList<NamedParty> parties = Scenario.Create(new LocalMarketOptions()).Parties;
        await NamedParty.WriteAsync(_file, parties, CancellationToken.None);
        Assert.Equal(parties, await NamedParty.ReadAsync(_file, CancellationToken.None));
        Assert.Equal(
            ["owner", "aggregator", "ada", "ben", "cleo", "dora", "emil", "finn", "gina", "hugo", "iris"],
            parties.Select(party => party.Name));
        Assert.Equal(parties.Count, parties.DistinctBy(party => party.Address).Count());
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("{}", "malformed")]
    [InlineData("[null]", "must name")]
    [InlineData("""[{"name":"ada","role":"trainer"}]""", "malformed")]
    [InlineData("""[{"name":"ada","role":"trainer","address":"0x12","about":""}]""", "malformed")]
    [InlineData("""[{"name":"ada","role":"king","address":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","about":""}]""", "roles")]
    [InlineData("""[{"name":"","role":"owner","address":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","about":""}]""", "must name")]
    [InlineData("""[{"name":"a\u001b[2J","role":"owner","address":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","about":""}]""", "one line")]
    [InlineData(
        """
        [{"name":"a","role":"owner","address":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","about":""},
         {"name":"b","role":"trainer","address":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","about":""}]
        """,
        "each account once")]
    public async Task A_file_that_names_no_parties_is_refused(string text, string word)
    {
        await File.WriteAllTextAsync(_file, text, TestContext.Current.CancellationToken);
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => NamedParty.ReadAsync(_file, CancellationToken.None));
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
        Assert.Contains(_file, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_file_is_not_read()
    {
        await File.WriteAllBytesAsync(_file, new byte[64 * 1024 + 1], TestContext.Current.CancellationToken);
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => NamedParty.ReadAsync(_file, CancellationToken.None));
        Assert.Contains("larger than 65536 bytes", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
