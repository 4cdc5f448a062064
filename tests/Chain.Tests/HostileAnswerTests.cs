using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Marketplace.Chain.Rpc;
using Marketplace.Testing.Networks;

namespace Marketplace.Chain.Tests;

/// <summary>
/// What a hostile or broken node may answer, and Nethereum's own transport takes for a value, a null, or a reason to compute for half
/// a minute: all of it is refused, in bounded time and memory, without a word of the URL or of control characters.
/// </summary>
public class HostileAnswerTests
{
    private const int MaxResponseBytes = 1 << 20;

    private static readonly Dictionary<string, Func<string, byte[]?>> Cases = new()
    {
        ["longer than allowed, length given"] = r => HostileServer.Result(r, $"\"0x{new string('1', 2 * MaxResponseBytes)}\""),
        ["longer than allowed, no length"] = r => Raw("", Body(r, $"\"0x{new string('1', 2 * MaxResponseBytes)}\"")),
        ["gzip bomb"] = r => Raw("Content-Encoding: gzip\r\n", Zip(Body(r, $"\"0x{new string('1', 64 * MaxResponseBytes)}\""))),
        ["truncated JSON"] = r => Raw("", Body(r, "\"0x2a\"").AsSpan(0, 30)),
        ["shorter than its length"] = r => Raw("Content-Length: 1000\r\n", Body(r, "\"0x2a\"")),
        ["wrong id"] = _ => HostileServer.Http("""{"jsonrpc":"2.0","id":999999,"result":"0x2a"}"""),
        ["id as text"] = r => HostileServer.Http($$"""{"jsonrpc":"2.0","id":"{{HostileServer.IdOf(r)}}","result":"0x2a"}"""),
        ["no id"] = _ => HostileServer.Http("""{"jsonrpc":"2.0","result":"0x2a"}"""),
        ["empty object"] = _ => HostileServer.Http("{}"),
        ["empty body"] = _ => HostileServer.Http(""),
        ["null"] = _ => HostileServer.Http("null"),
        ["result missing"] = r => HostileServer.Http($$"""{"jsonrpc":"2.0","id":{{HostileServer.IdOf(r)}}}"""),
        ["result null"] = r => HostileServer.Result(r, "null"),
        ["result and error both"] = r =>
            HostileServer.Http($$$"""{"jsonrpc":"2.0","id":{{{HostileServer.IdOf(r)}}},"result":"0x2a","error":{"code":1,"message":"no"}}"""),
        ["two answers after another"] = r => Raw("", [.. Body(r, "\"0x2a\""), .. """{"x":1}"""u8]),
        ["two results"] = r => HostileServer.Http($$"""{"jsonrpc":"2.0","id":{{HostileServer.IdOf(r)}},"result":"0x1","result":"0x2a"}"""),
        ["HTML page"] = _ => HostileServer.Http("<html>/v3/secret-api-key-123</html>", type: "text/html"),
        ["HTML page, 502"] = _ => HostileServer.Http("<html>bad gateway</html>", 502),
        ["too many requests"] = _ => HostileServer.Http("slow down", 429, "Retry-After: 1\r\n"),
        ["redirect"] = _ => HostileServer.Http("", 301, "Location: http://127.0.0.1:1/\r\n"),
        ["error that echoes the key"] = r => HostileServer.Error(r, -32000, "bad key secret-api-key-123\\u001b[31m"),
        ["error in half a surrogate pair"] = r => HostileServer.Error(r, -32000, "\\ud800"),
        ["error whose data is half a surrogate pair"] = r =>
            HostileServer.Http($$$"""{"jsonrpc":"2.0","id":{{{HostileServer.IdOf(r)}}},"error":{"code":3,"message":"x","data":"\ud800"}}"""),
        ["number instead of hex"] = r => HostileServer.Result(r, "42"),
        ["decimal text"] = r => HostileServer.Result(r, "\"42\""),
        ["negative hex"] = r => HostileServer.Result(r, "\"0x-1\""),
        ["0x alone"] = r => HostileServer.Result(r, "\"0x\""),
        ["no prefix"] = r => HostileServer.Result(r, "\"2a\""),
        ["not hex"] = r => HostileServer.Result(r, "\"0xzz\\u001b\""),
        ["a quantity over 64 bits"] = r => HostileServer.Result(r, "\"0x11111111111111111\""),
        ["half a million hex digits"] = r => HostileServer.Result(r, $"\"0x{new string('f', 500_000)}\""),
        ["object instead of hex"] = r => HostileServer.Result(r, """{"a":1}"""),
        ["invalid UTF-8 in the result"] = r => Raw("", [.. Body(r, "\"0x2a")[..^1], 0xff, 0x80, .. "\"}"u8]),
        ["half a surrogate pair in the result"] = r => HostileServer.Result(r, "\"\\ud800\""),
        ["half a surrogate pair in a name"] = r =>
            HostileServer.Http($$"""{"\ud800":1,"jsonrpc":"2.0","id":{{HostileServer.IdOf(r)}},"result":"0x2a"}"""),
        ["nesting 100,000 deep"] = r => HostileServer.Result(r, new string('[', 100_000) + new string(']', 100_000)),
        ["nesting 1,000 deep"] = r => HostileServer.Result(r, new string('[', 1_000) + new string(']', 1_000)),
        ["comments and single quotes"] = r => HostileServer.Http($$"""/* c */{'jsonrpc':'2.0','id':{{HostileServer.IdOf(r)}},'result':'0x2a'}"""),
        ["silence"] = _ => null,
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_refused(string name)
    {
        await using HostileServer server = new((request, _) => Cases[name](request));
        await CheckAsync(server);
    }

    [Fact]
    public async Task Silence_after_the_headers_is_refused()
    {
        await using HostileServer server = new((_, _) => Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"))
        {
            KeepsOpen = true,
        };
        await CheckAsync(server);
    }

    [Fact]
    public async Task A_byte_now_and_then_is_refused()
    {
        await using HostileServer server = new((request, _) => HostileServer.Result(request, "\"0x2a\"")) { Pause = TimeSpan.FromMilliseconds(100) };
        await CheckAsync(server);
    }

    [Fact]
    public async Task A_good_answer_is_taken()
    {
        await using HostileServer server = new((request, _) => HostileServer.Result(request, "\"0x2a\""));
        using EthereumClient client = new(new RpcOptions(server.Url));
        Assert.Equal(42UL, await client.GetBlockNumberAsync());
    }

    private static async Task CheckAsync(HostileServer server)
    {
        using EthereumClient client = new(
            new RpcOptions(server.Url) { MaxAttempts = 1, MaxResponseBytes = MaxResponseBytes, RequestTimeout = TimeSpan.FromSeconds(2) });
        long start = Stopwatch.GetTimestamp();
        Exception? error = await Record.ExceptionAsync(() => client.GetBlockNumberAsync());
        Assert.True(error is RpcException or RpcTransportException, $"expected a refusal, got {error?.ToString() ?? "a value"}");
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("secret", error!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    private static byte[] Body(string request, string result) =>
        Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{HostileServer.IdOf(request)}},"result":{{result}}}""");

    private static byte[] Raw(string headers, ReadOnlySpan<byte> body) =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}Connection: close\r\n\r\n"), .. body];

    private static byte[] Zip(byte[] body)
    {
        using MemoryStream zipped = new();
        using (GZipStream gzip = new(zipped, CompressionLevel.Fastest)) gzip.Write(body);
        return zipped.ToArray();
    }
}
