using System.CommandLine;
using Marketplace.Chain.Keystores;
using Marketplace.Chain.Signing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Nodes;

namespace Marketplace.Hosting.Tests;

/// <summary>Settings and keys. These tests set variables of their own process, so they run one after the other.</summary>
[Collection("process")]
public sealed class SettingsTests : IDisposable
{
    private const string Password = "correct horse";

    private static readonly string[] Variables =
    [
        "MARKETPLACE_RPC", "MARKETPLACE_CONFIG", "MARKETPLACE_KEYSTORE", "MARKETPLACE_PASSWORD_FILE", .. PartyKey.SecretVariables
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string?[] _before = [.. Variables.Select(Environment.GetEnvironmentVariable)];

    public SettingsTests() => Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));

    [Theory]
    [InlineData("http://option", "http://variable", "http://file", "http://option")]
    [InlineData(null, "http://variable", "http://file", "http://variable")]
    [InlineData(null, "", "http://file", "http://file")]
    [InlineData(null, null, "http://file", "http://file")]
    [InlineData(null, null, null, "http://127.0.0.1:8545")]
    [InlineData("http://option", null, null, "http://option")]
    public void An_option_goes_before_a_variable_a_variable_before_the_file_the_file_before_the_default(
        string? option, string? variable, string? file, string expected)
    {
        Environment.SetEnvironmentVariable("MARKETPLACE_RPC", variable);
        string config = _folder.Write("config.json", file is null ? "{}" : $$"""{"rpc":"{{file}}"}""");
        Assert.Equal(
            expected, Reader(["--config", config, .. option is null ? Array.Empty<string>() : ["--rpc", option]]).Require(SharedSettings.Rpc));
    }

    [Fact]
    public void What_has_no_value_is_asked_for_by_name()
    {
        string message = Assert.Throws<UsageException>(() => Reader([]).Require(SharedSettings.Market)).Message;
        Assert.Contains("--market", message, StringComparison.Ordinal);
        Assert.Contains("MARKETPLACE_MARKET", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_option_is_no_value() => Assert.Throws<UsageException>(() => Reader(["--rpc", " "]).Find(SharedSettings.Rpc));

    [Fact]
    public void A_keystore_opens_with_the_password_of_the_file_or_the_variable()
    {
        using PrivateKey key = PrivateKey.Generate();
        string keystore = _folder.Write("me.json", Keystore.Encrypt(key, Password, new KeystoreOptions(N: 2, R: 1)));
        string file = _folder.Write("password", $"{Password}\r\nnot this line");
        using (PrivateKey opened = PartyKey.Read(Reader(["--keystore", keystore, "--password-file", file]), CancellationToken.None))
            Assert.Equal(key.Address, opened.Address);
        Environment.SetEnvironmentVariable(PartyKey.PasswordVariable, Password);
        using (PrivateKey opened = PartyKey.Read(Reader(["--keystore", keystore]), CancellationToken.None))
            Assert.Equal(key.Address, opened.Address);
        Environment.SetEnvironmentVariable(PartyKey.PasswordVariable, "wrong");
        string message = Assert.Throws<UsageException>(() => PartyKey.Read(Reader(["--keystore", keystore]), CancellationToken.None)).Message;
        Assert.Contains("does not open", message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_keystore_goes_before_the_variable()
    {
        Environment.SetEnvironmentVariable(PartyKey.KeyVariable, EthereumNode.Keys[0]);
        using (PrivateKey direct = PartyKey.Read(Reader([]), CancellationToken.None))
            Assert.Equal(PrivateKey.Parse(EthereumNode.Keys[0]).Address, direct.Address);
        SettingsReader absent = Reader(["--keystore", _folder["absent"], "--password-file", _folder.Write("p", "x")]);
        Assert.Throws<UsageException>(() => PartyKey.Read(absent, CancellationToken.None));
    }

    [Theory]
    [InlineData("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ffzz")]
    [InlineData("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff")]
    [InlineData("hunter2")]
    public void A_malformed_key_is_never_repeated(string key)
    {
        Environment.SetEnvironmentVariable(PartyKey.KeyVariable, key);
        UsageException e = Assert.Throws<UsageException>(() => PartyKey.Read(Reader([]), CancellationToken.None));
        Assert.DoesNotContain(key[2..], e.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3601)]
    [InlineData(double.PositiveInfinity)]
    public void Looking_at_the_chain_has_a_sensible_pace(double seconds)
    {
        Option<double> option = PollOption.Create();
        var command = new RootCommand { option };
        Assert.Throws<UsageException>(() => command.Parse(["--poll", $"{seconds}"]).GetPoll(option));
        Assert.Equal(TimeSpan.FromSeconds(2), command.Parse([]).GetPoll(option));
    }

    public void Dispose()
    {
        for (int k = 0; k < Variables.Length; k++)
            Environment.SetEnvironmentVariable(Variables[k], _before[k]);
        _folder.Dispose();
    }

    private static SettingsReader Reader(string[] arguments)
    {
        var command = new RootCommand();
        command.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account]);
        return new SettingsReader(command.Parse(arguments));
    }
}
