using Marketplace.Chain.Keystores;
using Marketplace.Chain.Signing;
using Marketplace.Testing.Files;

namespace Marketplace.Commands.Tests;

/// <summary>Keys, keystores and passwords. Whatever is wrong with them, none is ever shown.</summary>
public class AccountTests
{
    private const string Password = "correct horse battery staple";

    [Theory]
    [InlineData("too short", "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff")]
    [InlineData("too long", "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff8012")]
    [InlineData("no digits", "zc0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")]
    [InlineData("a mnemonic", "test test test test test test test test test test test junk")]
    [InlineData("zero", "0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("the group's order", "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    public async Task A_malformed_key_is_refused_and_not_shown(string what, string key)
    {
        Outcome outcome = await Programs.RunAsync(Programs.Trainer, "status --project 1", Key(key));
        outcome.Hides(key, key[2..20], key[^12..]).IsWrongUsage("MARKETPLACE_KEY", "64 hexadecimal digits");
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task No_account_says_how_to_give_one() =>
        (await Programs.RunAsync(Programs.Trainer, "status --project 1")).IsWrongUsage("--keystore", "MARKETPLACE_KEY", "MARKETPLACE_PASSWORD");

    [Theory]
    [InlineData("empty", "", "no valid JSON")]
    [InlineData("not json", "my key", "no valid JSON")]
    [InlineData("a list", "[1, 2]", "JSON object")]
    [InlineData("another file", """{"rpc":"http://node"}""", "version")]
    [InlineData("version", """{"version":1,"crypto":{}}""", "version 3", "got 1")]
    [InlineData("cipher", """{"version":3,"crypto":{"cipher":"aes-256-gcm"}}""", "aes-128-ctr", "aes-256-gcm")]
    [InlineData(
        "no ciphertext",
        """{"version":3,"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"00000000000000000000000000000000"}}}""",
        "ciphertext")]
    [InlineData("costs a terabyte", """
        {"version":3,"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"00000000000000000000000000000000"},
        "ciphertext":"0000000000000000000000000000000000000000000000000000000000000000",
        "mac":"0000000000000000000000000000000000000000000000000000000000000000","kdf":"scrypt",
        "kdfparams":{"n":1073741824,"r":8,"p":1,"dklen":32,"salt":"00"}}}
        """, "scrypt", "refused")]
    public async Task A_malformed_keystore_says_what_is_wrong(string what, string text, params string[] words)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("me.json", text);
        Outcome outcome = await Programs.RunAsync(Programs.Trainer, $"status --project 1 --keystore \"{path}\"", WithPassword(Password));
        outcome.Hides(Password).IsWrongUsage([.. words, "me.json"]);
        Assert.NotEmpty(what);
    }

    [Theory]
    [InlineData("wrong", "wrong password", "does not open")]
    [InlineData("empty", "", "does not open")]
    [InlineData("only the first line counts", "wrong\ncorrect horse battery staple", "does not open")]
    [InlineData("endless", null, "longer than 4096 characters")]
    public async Task A_wrong_password_is_refused_and_not_shown(string what, string? password, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write("me.json", CheapKeystore());
        folder.Write("password", password ?? new string('p', 100_000));
        Outcome outcome = await Programs.RunAsync(
            Programs.Trainer, "status --project 1 --keystore me.json --password-file password", folder: folder.Path);
        outcome.Hides("wrong password", Password, "ppppp").IsWrongUsage(words);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task A_keystore_without_a_password_says_how_to_give_it()
    {
        using TemporaryFolder folder = new();
        folder.Write("me.json", CheapKeystore());
        (await Programs.RunAsync(Programs.Trainer, "status --project 1 --keystore me.json", folder: folder.Path))
            .IsWrongUsage("--password-file", "MARKETPLACE_PASSWORD");
    }

    [Theory]
    [InlineData("absent.json")]
    [InlineData(".")]
    [InlineData("huge.json", "larger than 65536 bytes")]
    public async Task A_keystore_that_can_not_be_read_is_named(string path, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write("huge.json", new byte[100_000]);
        (await Programs.RunAsync(Programs.Trainer, $"status --project 1 --keystore {path}", WithPassword(Password), folder.Path))
            .IsWrongUsage([.. words, $"'{path}'"]);
    }

    [Fact]
    public async Task A_password_file_that_is_absent_is_named()
    {
        using TemporaryFolder folder = new();
        folder.Write("me.json", CheapKeystore());
        (await Programs.RunAsync(Programs.Trainer, "status --project 1 --keystore me.json --password-file absent", folder: folder.Path))
            .IsWrongUsage("password file", "absent");
    }

    [Fact]
    public async Task A_new_account_never_replaces_one()
    {
        using TemporaryFolder folder = new();
        folder.Write("me.json", "my only key");
        (await Programs.RunAsync(Programs.Owner, "account me.json", WithPassword(Password), folder.Path)).IsWrongUsage(
            "me.json", "never overwritten");
        Assert.Equal("my only key", File.ReadAllText(Path.Combine(folder.Path, "me.json")));
    }

    [Theory]
    [InlineData("account me.json", "", "password is empty")]
    [InlineData("account me.json", null, "--password-file")]
    [InlineData("account absent/me.json", Password, "absent")]
    public async Task An_account_that_would_be_lost_or_open_is_not_made(string arguments, string? password, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write("password", password ?? "");
        string given = password is null ? "" : " --password-file password";
        (await Programs.RunAsync(Programs.Owner, arguments + given, folder: folder.Path)).IsWrongUsage(words);
        Assert.Equal(["password"], Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_new_account_is_a_keystore_that_only_its_owner_can_read()
    {
        using TemporaryFolder folder = new();
        Outcome outcome = await Programs.RunAsync(Programs.Owner, "account me.json", WithPassword(Password), folder.Path);
        string address = outcome.Hides(Password).Succeeded().Trim();
        string path = Path.Combine(folder.Path, "me.json");
        using PrivateKey key = Keystore.Decrypt(File.ReadAllText(path), Password);
        Assert.Equal(key.Address.ToString(), address);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    private static string CheapKeystore()
    {
        using PrivateKey key = PrivateKey.Generate();
        return Keystore.Encrypt(key, Password, new KeystoreOptions(N: 2, R: 1));
    }

    private static Dictionary<string, string> Key(string key) => new() { ["MARKETPLACE_KEY"] = key };

    private static Dictionary<string, string> WithPassword(string password) => new() { ["MARKETPLACE_PASSWORD"] = password };
}
