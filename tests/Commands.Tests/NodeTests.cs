using Marketplace.Testing.Files;
using Marketplace.Testing.Networks;

namespace Marketplace.Commands.Tests;

/// <summary>Nodes that are absent, broken, of another chain, or hostile.</summary>
public class NodeTests(LocalMarket market)
{
    private const string Chain = "\"0x7a69\"";

    [Theory]
    [InlineData("a web page", "<html><body>Welcome</body></html>", "eth_chainId")]
    [InlineData("truncated", """{"jsonrpc":"2.0","id":1,"resu""", "eth_chainId")]
    [InlineData("nothing", "", "eth_chainId")]
    [InlineData("other JSON", """{"hello":"world"}""", "eth_chainId")]
    [InlineData("a number", "42", "eth_chainId")]
    [InlineData("no result", """{"jsonrpc":"2.0","id":ID}""", "neither result nor error")]
    [InlineData("another's answer", """{"jsonrpc":"2.0","id":999,"result":"0x1"}""", "id")]
    [InlineData("no chain id", """{"jsonrpc":"2.0","id":ID,"result":"zebra"}""", "eth_chainId", "zebra")]
    [InlineData("a huge chain id", """{"jsonrpc":"2.0","id":ID,"result":"0xffffffffffffffffffffff"}""", "64 bits")]
    [InlineData("refusal", """{"jsonrpc":"2.0","id":ID,"error":{"code":-32601,"message":"no such method"}}""", "no such method")]
    [InlineData("terminal codes", """{"jsonrpc":"2.0","id":ID,"error":{"code":-32601,"message":"\u001b[2J\r\nerror: all is well"}}""", "[2J")]
    public async Task An_answer_that_is_none_is_a_failure(string what, string body, params string[] words)
    {
        await using HostileServer server = new((request, _) =>
            HostileServer.Http(body.Replace("ID", HostileServer.IdOf(request), StringComparison.Ordinal)));
        Outcome outcome = await Programs.RunAsync(Programs.Owner, "list", market.Settings(null, ("MARKETPLACE_RPC", server.Url.ToString())));
        outcome.Hides("secret-api-key", "\u001b").IsFailure([.. words]);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_named_by_its_host_alone()
    {
        Outcome outcome = await Programs.RunAsync(
            Programs.Owner, "list", market.Settings(null, ("MARKETPLACE_RPC", "http://user:hunter2@127.0.0.1:1/v3/secret-api-key")));
        outcome.Hides("secret-api-key", "hunter2").IsFailure("127.0.0.1:1", "connection");
    }

    [Fact]
    public async Task A_node_of_another_chain_is_refused()
    {
        await using HostileServer server = new((request, _) => HostileServer.Result(request, "\"0x1\""));
        (await Programs.RunAsync(Programs.Owner, "list", market.Settings(null, ("MARKETPLACE_RPC", server.Url.ToString()))))
            .IsWrongUsage("serves chain 1", "chain 31337");
    }

    [Theory]
    [InlineData("\"0x\"", 2, "no contract at")]
    [InlineData("\"0xzz\"", 1, "eth_getCode")]
    [InlineData("null", 1, "eth_getCode")]
    public async Task Code_that_is_none_is_refused(string code, int exitCode, string word)
    {
        await using HostileServer server = new((request, _) =>
            HostileServer.Result(request, request.Contains("eth_chainId", StringComparison.Ordinal) ? Chain : code));
        Outcome outcome = await Programs.RunAsync(Programs.Owner, "list", market.Settings(null, ("MARKETPLACE_RPC", server.Url.ToString())));
        if (exitCode == 2)
            outcome.IsWrongUsage(word);
        else
            outcome.IsFailure(word);
    }

    [Theory]
    [InlineData("nothing", "\"0x\"", 2, "is no market")]
    [InlineData("half a word", "\"0x00ff\"", 2, "is no market")]
    [InlineData("text", "\"many\"", 1, "eth_call")]
    public async Task A_contract_that_answers_nonsense_is_no_market(string what, string result, int exitCode, params string[] words)
    {
        await using HostileServer server = new((request, _) => HostileServer.Result(
            request,
            request.Contains("eth_chainId", StringComparison.Ordinal) ? Chain
                : request.Contains("eth_getCode", StringComparison.Ordinal) ? "\"0x6000\""
                : result));
        Outcome outcome = await Programs.RunAsync(Programs.Owner, "list", market.Settings(null, ("MARKETPLACE_RPC", server.Url.ToString())));
        if (exitCode == 2)
            outcome.IsWrongUsage(words);
        else
            outcome.IsFailure(words);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task An_account_is_no_market()
    {
        Dictionary<string, string> settings = market.Settings(null, ("MARKETPLACE_MARKET", LocalMarket.Trainer.ToString()));
        (await Programs.RunAsync(Programs.Owner, "list", settings)).IsWrongUsage("no contract at", "another chain");
    }

    [Fact]
    public async Task Another_contract_is_no_market()
    {
        Dictionary<string, string> settings = market.Settings(null, ("MARKETPLACE_MARKET", market.Token.ToString()));
        (await Programs.RunAsync(Programs.Owner, "list", settings)).IsWrongUsage("is no market", $"{market.Token}");
    }

    [Theory]
    [InlineData("other", "pins")]
    [InlineData("absent", "absent.srs")]
    [InlineData("garbage", "not a whole SRS file")]
    [InlineData("truncated", "not a whole SRS file", "bytes")]
    [InlineData("altered", "SHA-256")]
    public async Task A_reference_string_that_is_not_the_markets_is_refused_before_anything_is_staked(string which, params string[] words)
    {
        using TemporaryFolder folder = new();
        byte[] other = await File.ReadAllBytesAsync(market.OtherSrs);
        string path = which switch
        {
            "other" => market.OtherSrs,
            "garbage" => folder.Write("garbage.srs", new byte[1000]),
            "truncated" => folder.Write("truncated.srs", other[..^100]),
            "altered" => folder.Write("altered.srs", [.. other[..^1], (byte)(other[^1] ^ 1)]),
            _ => Path.Combine(folder.Path, "absent.srs"),
        };
        (await Programs.RunAsync(
            Programs.Trainer, $"run --project {market.Open} --data absent --srs \"{path}\"", market.Settings(LocalMarket.TrainerKey)))
            .Hides(LocalMarket.TrainerKey[2..]).IsWrongUsage(words);
        (await Programs.RunAsync(
            Programs.Aggregator, $"run --project {market.Open}=absent --srs \"{path}\"", market.Settings(LocalMarket.AggregatorKey)))
            .Hides(LocalMarket.AggregatorKey[2..]).IsWrongUsage(words);
        await market.HasNotMovedAsync();
    }
}
