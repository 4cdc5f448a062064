using System.Net;
using System.Text;
using Marketplace.Testing.Networks;

namespace Marketplace.EndToEnd.Tests;

/// <summary>
/// Stands between a program and its node, and kills the program at a chosen point: before a request reaches the node, or after the
/// node has acted on it and before the program knows. So a crash comes at exactly that point, every time.
/// </summary>
internal sealed class KillingProxy : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly Uri _node;
    private readonly string _state;
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Armed? _armed;

    /// <param name="node">The node.</param>
    /// <param name="state">The state folder of the programs.</param>
    public KillingProxy(Uri node, string state)
    {
        (_node, _state) = (node, state);
        Url = new Uri($"http://127.0.0.1:{LoopbackPort.FindFree()}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Where the program finds its node.</summary>
    public Uri Url { get; }

    /// <summary>Kills once at a point.</summary>
    /// <returns>Completes when the program was killed there.</returns>
    public Task ArmAsync(KillPoint point, Action kill)
    {
        Armed armed = new(point, _state, kill);
        lock (_gate)
            _armed = armed;
        return armed.Killed.Task;
    }

    /// <summary>Lets everything through from here on.</summary>
    public void Disarm()
    {
        lock (_gate)
            _armed = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Abort();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using StreamReader reader = new(context.Request.InputStream, Encoding.UTF8);
            string request = await reader.ReadToEndAsync();
            if (Strike(armed => armed.IsDue(request)))
            {
                context.Response.Abort();
                return;
            }

            using StringContent content = new(request, Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await Http.PostAsync(_node, content);
            string answer = await response.Content.ReadAsStringAsync();
            if (Strike(armed => armed.IsDue(request, answer)))
            {
                context.Response.Abort();
                return;
            }

            byte[] bytes = Encoding.UTF8.GetBytes(answer);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
            Strike(armed => armed.IsDueAfter(request, answer));
        }
        catch (Exception e) when (e is IOException or HttpListenerException or ObjectDisposedException or HttpRequestException)
        {
            // The program was killed while it was answered, or the node is gone; nobody is there to be told.
            context.Response.Abort();
        }
    }

    private bool Strike(Func<Armed, bool> isDue)
    {
        lock (_gate)
        {
            if (_armed is not { } armed || !isDue(armed))
                return false;
            _armed = null;
            armed.Kill();
            armed.Killed.SetResult();
            return true;
        }
    }

    private sealed class Armed(KillPoint point, string state, Action kill)
    {
        private bool _sent;

        public TaskCompletionSource Killed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Kill() => kill();

        /// <summary>Before the request is passed on.</summary>
        public bool IsDue(string request) => point.Moment switch
        {
            Moment.FirstRequest => true,
            Moment.Stored => HasStored(),
            Moment.Estimate => IsCall(request, "eth_estimateGas"),
            Moment.Journaled => IsCall(request, "eth_sendRawTransaction"),
            _ => false,
        };

        /// <summary>After the node has answered, before the program gets the answer.</summary>
        public bool IsDue(string request, string answer)
        {
            if (IsCall(request, "eth_sendRawTransaction"))
            {
                _sent = true;
                return point.Moment == Moment.Broadcast;
            }

            return _sent && point.Moment == Moment.Receipt
                && request.Contains("eth_getTransactionReceipt", StringComparison.Ordinal)
                && answer.Contains("blockHash", StringComparison.Ordinal);
        }

        /// <summary>After the program has got the answer.</summary>
        public bool IsDueAfter(string request, string answer) => point.Moment switch
        {
            Moment.StateRead => IsCall(request, "eth_call"),
            Moment.Event => answer.Contains(point.Mark, StringComparison.Ordinal),
            _ => false,
        };

        /// <summary>Whether there is a finished file; one that is being written has another ending.</summary>
        private bool HasStored() =>
            Directory.Exists(state) && Directory.EnumerateFiles(state, $"*.{point.Subject}", SearchOption.AllDirectories).Any();

        /// <summary>Calldata stands in a signed transaction as it is, so its selector is found in both.</summary>
        private bool IsCall(string request, string method) =>
            request.Contains($"\"{method}\"", StringComparison.Ordinal) && request.Contains(point.Mark, StringComparison.Ordinal);
    }
}
