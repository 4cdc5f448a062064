using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Testing.Networks;

/// <summary>An HTTP server that answers with whatever bytes a test likes, then closes the connection.</summary>
public sealed partial class HostileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, int, byte[]?> _answer;
    private readonly Task _loop;
    private int _requests;

    /// <summary>
    /// Starts with a function from the request's body and its number, from 1, to the raw response; null answers never.
    /// </summary>
    public HostileServer(Func<string, int, byte[]?> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = ServeAsync();
    }

    /// <summary>Whether the connection stays open after the answer.</summary>
    public bool KeepsOpen { get; init; }

    /// <summary>Time between one byte of the answer and the next.</summary>
    public TimeSpan Pause { get; init; }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v3/secret-api-key-123");

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>A well-formed HTTP response.</summary>
    public static byte[] Http(string body, int status = 200, string headers = "", string type = "application/json")
    {
        byte[] content = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {content.Length}\r\n{headers}Connection: close\r\n\r\n"), .. content];
    }

    /// <summary>A JSON-RPC response to the request with this result as JSON.</summary>
    public static byte[] Result(string request, string result) => Http($$"""{"jsonrpc":"2.0","id":{{IdOf(request)}},"result":{{result}}}""");

    /// <summary>A JSON-RPC response to the request whose result is a string that is no UTF-8.</summary>
    public static byte[] InvalidUtf8(string request)
    {
        byte[] response = Result(request, "\"?\"");
        response[Array.LastIndexOf(response, (byte)'?')] = 0xff;
        return response;
    }

    /// <summary>A JSON-RPC error to the request.</summary>
    public static byte[] Error(string request, int code, string message) =>
        Http($$$"""{"jsonrpc":"2.0","id":{{{IdOf(request)}}},"error":{"code":{{{code}}},"message":"{{{message}}}"}}""");

    public static string IdOf(string request) => IdPattern().Match(request).Groups[1].Value;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true) connections.Add(ServeOneAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        finally
        {
            await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeOneAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            string request = await ReadRequestAsync(stream);
            byte[]? answer = _answer(request, Interlocked.Increment(ref _requests));
            foreach (byte[] part in Pause > TimeSpan.Zero ? (answer ?? []).Chunk(1) : [answer ?? []])
            {
                await stream.WriteAsync(part, _stop.Token);
                await Task.Delay(Pause, _stop.Token);
            }

            if (answer is null || KeepsOpen) await Task.Delay(Timeout.Infinite, _stop.Token);
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            int read = await stream.ReadAsync(buffer, _stop.Token);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            string all = text.ToString();
            int head = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Match length = LengthPattern().Match(all);
            if (read == 0 || (head >= 0 && length.Success && all.Length - head - 4 >= int.Parse(length.Groups[1].Value))) return all[(head + 4)..];
        }
    }

    [GeneratedRegex("\"id\":(\\d+)")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"Content-Length: (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex LengthPattern();
}
