using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marketplace.Testing.Nodes;

/// <summary>
/// A development chain in a process of its own, on a port that the system chose, killed on disposal. Its accounts are those of
/// the mnemonic that all development nodes share, so their keys are public.
/// </summary>
public abstract partial class EthereumNode : IAsyncDisposable
{
    /// <summary>Private keys of the first ten funded accounts.</summary>
    public static readonly IReadOnlyList<string> Keys =
    [
        "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
        "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
        "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
        "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
        "0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba",
        "0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e",
        "0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356",
        "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97",
        "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6",
    ];

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly HttpClient Http = new();

    private readonly Process _process;
    private int _lastId;

    private protected EthereumNode(Process process, Uri url) => (_process, Url) = (process, url);

    /// <summary>Where JSON-RPC listens.</summary>
    public Uri Url { get; }

    /// <summary>Sends one JSON-RPC request and returns the answer's text, for the node's own methods (evm_*, anvil_*, hardhat_*).</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters as a JSON array.</param>
    /// <exception cref="InvalidOperationException">The node answered with an error.</exception>
    public async Task<string> SendAsync(string method, string parameters = "[]", CancellationToken cancellationToken = default)
    {
        int id = Interlocked.Increment(ref _lastId);
        string answer = await PostAsync(
            Url, $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""", cancellationToken);
        return answer.Contains("\"error\"", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"{method} {parameters} answered {answer}")
            : answer;
    }

    /// <summary>Remembers the chain as it is now.</summary>
    /// <returns>What <see cref="RevertAsync"/> takes, once.</returns>
    public async Task<string> TakeSnapshotAsync()
    {
        using JsonDocument answer = JsonDocument.Parse(await SendAsync("evm_snapshot"));
        return answer.RootElement.GetProperty("result").GetString()!;
    }

    /// <summary>Takes the chain back to a snapshot.</summary>
    public Task RevertAsync(string snapshot) => SendAsync("evm_revert", $"""["{snapshot}"]""");

    /// <summary>Moves the chain's clock and mines a block, so that everybody sees it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        await SendAsync("evm_increaseTime", $"[{(long)time.TotalSeconds}]");
        await SendAsync("evm_mine");
    }

    /// <summary>Ends the process at once, as a crash would; <see cref="DisposeAsync"/> may still be called.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static async Task<(Process Process, Uri Url)> LaunchAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"'{start.FileName}' did not start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        ConcurrentQueue<string> printed = new();
        try
        {
            TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
            DataReceivedEventHandler read = (_, line) =>
            {
                // The nodes print every request; only the beginning matters, for the port and for errors at the start.
                if (printed.Count < 100) printed.Enqueue(line.Data ?? "");
                Match match = ListeningLine().Match(line.Data ?? "");
                if (match.Success) listening.TrySetResult(new Uri($"http://127.0.0.1:{match.Groups[1].Value}"));
            };
            process.OutputDataReceived += read;
            process.ErrorDataReceived += read;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            Task ended = process.WaitForExitAsync(limit.Token);
            await Task.WhenAny(listening.Task, ended);
            if (!listening.Task.IsCompletedSuccessfully)
                throw new InvalidOperationException($"'{start.FileName}' ended before it listened.");
            Uri url = await listening.Task;
            await WaitUntilAnswersAsync(url, limit.Token);
            return (process, url);
        }
        catch (Exception e)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            process.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException(
                $"'{start.FileName} {string.Join(' ', start.ArgumentList)}' did not come up within {StartTimeout}; it printed:\n"
                + string.Join('\n', printed), e);
        }
    }

    private static async Task WaitUntilAnswersAsync(Uri url, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await PostAsync(url, """{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}""", cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static async Task<string> PostAsync(Uri url, string json, CancellationToken cancellationToken)
    {
        using StringContent content = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Http.PostAsync(url, content, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    [GeneratedRegex(@"(?:Listening on |server at http://)[^:\s]+:(\d+)")]
    private static partial Regex ListeningLine();
}
