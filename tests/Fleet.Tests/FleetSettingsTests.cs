using System.CommandLine;
using System.Net;
using Marketplace.Fleet.Silos;
using Marketplace.Hosting;
using Marketplace.Testing.Files;
using Marketplace.Testing.Networks;

namespace Marketplace.Fleet.Tests;

/// <summary>What a machine is told of its fleet, and refuses.</summary>
public sealed class FleetSettingsTests : IDisposable
{
    private const string Database = "Host=db;Database=fleet;Username=fleet;Password=tree";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Unless_told_otherwise_a_machine_is_reached_from_itself_alone()
    {
        FleetOptions options = Read("--database", Database);
        Assert.Equal((IPAddress.Loopback, 11111, null), (options.Address, options.Port, options.Certificates));
    }

    [Fact]
    public void With_certificates_it_is_reached_from_elsewhere()
    {
        using TestAuthority fleet = new(_folder.Path);
        (string certificate, string key) = fleet.Issue();
        FleetOptions options = Read(
            "--database", Database, "--address", "10.0.0.5", "--port", "7000", "--tls-certificate", certificate, "--tls-key", key, "--tls-authority",
            fleet.File);
        Assert.Equal((IPAddress.Parse("10.0.0.5"), 7000), (options.Address, options.Port));
        Assert.NotNull(options.Certificates);
    }

    [Theory]
    [InlineData("--database is missing", "")]
    [InlineData("that names Host and Database", "--database", "Username=fleet;Password=tree")]
    [InlineData("that names Host and Database", "--database", "Host=db;Database=fleet;Pasword=tree")]
    [InlineData("is open to other machines", "--database", Database, "--address", "10.0.0.5")]
    [InlineData("got '0.0.0.0'", "--database", Database, "--address", "0.0.0.0")]
    [InlineData("got 'db.example'", "--database", Database, "--address", "db.example")]
    [InlineData("got '0'", "--database", Database, "--port", "0")]
    [InlineData("got '70000'", "--database", Database, "--port", "70000")]
    [InlineData("go together", "--database", Database, "--tls-key", "silo.key")]
    public void What_it_cannot_be_told_is_refused_without_a_word_of_the_password(string words, params string[] arguments)
    {
        UsageException refused = Assert.Throws<UsageException>(() => Read([.. arguments.Where(argument => argument.Length > 0)]));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tree", refused.ToString(), StringComparison.Ordinal);
    }

    private static FleetOptions Read(params string[] arguments)
    {
        FleetSettings settings = new();
        Command command = new RootCommand().WithSettings([.. settings.All]);
        return settings.Read(new SettingsReader(command.Parse(arguments)));
    }
}
