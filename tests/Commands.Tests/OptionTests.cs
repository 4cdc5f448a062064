using Marketplace.Testing.Files;

namespace Marketplace.Commands.Tests;

/// <summary>Command lines that cannot be meant.</summary>
public class OptionTests
{
    [Theory]
    [InlineData(Programs.Owner, "", "command", "--help")]
    [InlineData(Programs.Owner, "buy", "'buy'")]
    [InlineData(Programs.Owner, "create", "create", "argument")]
    [InlineData(Programs.Owner, "create terms.json --gas 3", "--gas")]
    [InlineData(Programs.Owner, "audit three", "three", "whole number")]
    [InlineData(Programs.Owner, "audit -1", "-1")]
    [InlineData(Programs.Owner, "model 1", "--out")]
    [InlineData(Programs.Owner, "watch 1 --poll 0", "--poll", "0.05 to 3600", "got 0")]
    [InlineData(Programs.Owner, "watch 1 --poll NaN", "--poll", "got NaN")]
    [InlineData(Programs.Owner, "withdraw --token gold", "native", "got 'gold'")]
    [InlineData(Programs.Owner, "withdraw --token 0x70997970c51812dC3A010C7d01b50e0d17dc79C8", "checksum")]
    [InlineData(Programs.Owner, "demo --rounds 0", "--rounds", "1 to 100", "got 0")]
    [InlineData(Programs.Owner, "demo --model absent.json", "--model", "absent.json")]
    [InlineData(Programs.Owner, "demo --web --web-port 65536", "--web-port", "0 to 65535", "got 65536")]
    [InlineData(Programs.Owner, "srs development --dimension 0 --parameters p.json", "--dimension", "got 0")]
    [InlineData(Programs.Owner, "srs development --dimension 134217697 --parameters p.json", "1 to 134217696", "got 134217697")]
    [InlineData(Programs.Owner, "srs prepare absent.ptau --out o.srs --parameters p.json", "absent.ptau")]
    [InlineData(Programs.Owner, "list --rpc ftp://node", "--rpc", "http or https")]
    [InlineData(Programs.Owner, "list --rpc nonsense", "--rpc", "http://127.0.0.1:8545")]
    [InlineData(Programs.Owner, "list --rpc \"\"", "--rpc is empty", "JSON-RPC")]
    [InlineData(Programs.Owner, "list --store ftp://store", "ftp://store", "gateway+https://HOST")]
    [InlineData(Programs.Owner, "list --market 0x12", "--market", "40 hexadecimal digits", "0x12")]
    [InlineData(Programs.Owner, "list", "no market", "deployments/local.json", "--market ADDRESS")]
    [InlineData(Programs.Trainer, "run", "--project")]
    [InlineData(Programs.Trainer, "run --project 4294967296", "4294967296")]
    [InlineData(Programs.Trainer, "run --project 3=", "ID or ID=DATA", "got '3='")]
    [InlineData(Programs.Trainer, "run --project 3=/a 5=/b 3", "project 3 twice")]
    [InlineData(Programs.Trainer, "run --project 1 --poll -5", "--poll", "got -5")]
    [InlineData(Programs.Aggregator, "run --project 3", "ID=ROOTSET", "'3'")]
    [InlineData(Programs.Aggregator, "run --project 3=", "ID=ROOTSET,TESTSET", "'3='")]
    [InlineData(Programs.Aggregator, "run --project x=/data", "'x=/data'")]
    [InlineData(Programs.Aggregator, "run --project 3=/a 3=/b", "project 3 twice")]
    [InlineData(Programs.Aggregator, "run --project 3=/a --device gpu", "--device is 'gpu'", "cpu, cuda or auto")]
    [InlineData(Programs.Aggregator, "run --project 3=/a --threads 0", "--threads is '0'", "1 to 1024")]
    public async Task A_wrong_command_line_says_what_is_wrong(string program, string arguments, params string[] words) =>
        (await Programs.RunAsync(program, arguments)).IsWrongUsage(words);

    [Theory]
    [InlineData("not json", "not json", "line 1", "flat JSON object")]
    [InlineData("nested", """{"rpc":{"url":"http://node"}}""", "rpc", "flat JSON object")]
    [InlineData("number", """{"rpc":8545}""", "rpc", "expected a text")]
    [InlineData("list", """["rpc"]""", "flat JSON object")]
    [InlineData("null value", """{"rpc":null}""", "no market")]
    [InlineData("name twice", """{"rpc":"http://a","rpc":"http://b"}""", "rpc")]
    public async Task A_wrong_configuration_file_says_what_is_wrong(string name, string text, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write("marketplace.json", text);
        Outcome outcome = await Programs.RunAsync(Programs.Owner, "list", folder: folder.Path);
        outcome.IsWrongUsage(name == "null value" ? words : [.. words, "marketplace.json"]);
    }

    [Fact]
    public async Task A_configuration_file_that_is_named_must_exist() =>
        (await Programs.RunAsync(Programs.Owner, "list --config other.json")).IsWrongUsage("--config", "other.json", "no such file");

    [Fact]
    public async Task A_huge_configuration_file_is_not_read()
    {
        using TemporaryFolder folder = new();
        folder.Write("marketplace.json", new byte[2 << 20]);
        (await Programs.RunAsync(Programs.Owner, "list", folder: folder.Path)).IsWrongUsage("marketplace.json", "larger than 1048576 bytes");
    }

    [Theory]
    [InlineData("not json", "deployed!", "malformed", "market, chainId and block")]
    [InlineData("list", "[]", "malformed")]
    [InlineData("no market", """{"chainId":31337,"block":1}""", "malformed")]
    [InlineData("null market", """{"market":null,"chainId":31337,"block":1}""", "malformed")]
    [InlineData("checksum", """{"market":"0x70997970c51812dC3A010C7d01b50e0d17dc79C8","chainId":31337,"block":1}""", "malformed")]
    [InlineData("no block", """{"market":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","chainId":31337}""", "malformed", "npm run deploy")]
    [InlineData("negative chain", """{"market":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","chainId":-1,"block":1}""", "malformed")]
    [InlineData("fractional block", """{"market":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","chainId":1,"block":1.5}""", "malformed")]
    public async Task A_wrong_deployment_file_says_what_is_wrong(string name, string text, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write($"{name}.json", text);
        (await Programs.RunAsync(Programs.Owner, $"list --deployment \"{name}.json\"", folder: folder.Path)).IsWrongUsage([.. words, $"{name}.json"]);
    }

    [Fact]
    public async Task A_store_that_is_a_file_is_refused()
    {
        using TemporaryFolder folder = new();
        folder.Write("store", "a file");
        Outcome outcome = await Programs.RunAsync(Programs.Owner, "list --store store", folder: folder.Path);
        outcome.IsFailure("store", "block store");
        Assert.Equal("a file", File.ReadAllText(Path.Combine(folder.Path, "store")));
    }
}
