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

    private const string Market = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Unless_told_otherwise_a_machine_is_reached_from_itself_alone()
    {
        FleetOptions options = Read("--database", Database);
        Assert.Equal((IPAddress.Loopback, 11111, null), (options.Address, options.Port, options.Certificates));
        Assert.Equal((FleetRole.All, 1), (options.Role, options.Split));
    }

    [Fact]
    public void Machines_have_roles_and_one_that_proves_is_told_its_fleet()
    {
        Assert.Equal(FleetRole.Control, Read("--database", Database, "--role", "control").Role);
        FleetOptions options = Read("--database", Database, "--role", "compute", "--split", "32");
        Assert.Equal((FleetRole.Compute, 32), (options.Role, options.Split));
        FleetName fleet = ReadFleet("--fleet", $"1-{Market.ToLowerInvariant()}-{Market}");
        Assert.Equal($"1-{Market}-{Market}", $"{fleet}");
    }

    [Theory]
    [InlineData("--fleet is missing")]
    [InlineData("got 'mine'", "--fleet", "mine")]
    [InlineData("expected CHAIN-MARKET-ACCOUNT", "--fleet", $"-1-{Market}-{Market}")]
    [InlineData("expected CHAIN-MARKET-ACCOUNT", "--fleet", $"1-{Market}-0x01")]
    public void A_fleet_that_has_no_such_name_is_refused(string words, params string[] arguments) =>
        Assert.Contains(words, Assert.Throws<UsageException>(() => ReadFleet(arguments)).Message, StringComparison.Ordinal);

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
    [InlineData("expects control, compute or all, got 'worker'", "--database", Database, "--role", "worker")]
    [InlineData("from 1 to 32, got '0'", "--database", Database, "--split", "0")]
    [InlineData("from 1 to 32, got '33'", "--database", Database, "--split", "33")]
    public void What_it_cannot_be_told_is_refused_without_a_word_of_the_password(string words, params string[] arguments)
    {
        UsageException refused = Assert.Throws<UsageException>(() => Read([.. arguments.Where(argument => argument.Length > 0)]));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tree", refused.ToString(), StringComparison.Ordinal);
    }

    private static FleetOptions Read(params string[] arguments)
    {
        FleetSettings settings = new();
        return settings.Read(ReaderOf(settings, arguments));
    }

    private static FleetName ReadFleet(params string[] arguments)
    {
        FleetSettings settings = new();
        return settings.ReadFleet(ReaderOf(settings, arguments));
    }

    private static SettingsReader ReaderOf(FleetSettings settings, string[] arguments) =>
        new(new RootCommand().WithSettings([.. settings.All]).Parse(arguments));
}
