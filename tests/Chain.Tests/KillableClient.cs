using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;

namespace Marketplace.Chain.Tests;

/// <summary>Stands for the end of a process at a chosen moment: from then on nothing reaches the node.</summary>
internal sealed class KillableClient : IDisposable
{
    private readonly CancellationTokenSource _killed = new();
    private readonly HttpClientHandler _inner = new();
    private readonly RpcTransport _rpc;
    private readonly string _step;

    /// <summary>
    /// Dies at a checkpoint of the sender, or at its broadcast: "unsent" before the node has it, "delivered" after.
    /// </summary>
    public KillableClient(Uri url, string step)
    {
        _step = step;
        _rpc = new RpcTransport(new RpcOptions(url) { MaxAttempts = 1 }, new Handler(this));
        Client = new EthereumClient(_rpc);
    }

    public EthereumClient Client { get; }

    /// <summary>Ends the waiting of whoever the dead process was.</summary>
    public CancellationToken Killed => _killed.Token;

    public TransactionSenderOptions Options => Chain.Fast with { Checkpoint = Reach };

    public void Dispose()
    {
        _rpc.Dispose();
        _inner.Dispose();
        _killed.Dispose();
    }

    private void Reach(string step)
    {
        if (step != _step) return;
        _killed.Cancel();
        throw new InvalidOperationException($"killed at {step}");
    }

    private sealed class Handler(KillableClient owner) : DelegatingHandler(owner._inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            bool isBroadcast = body.Contains("eth_sendRawTransaction", StringComparison.Ordinal);
            if (isBroadcast && owner._step == "unsent") await owner._killed.CancelAsync();
            if (owner._killed.IsCancellationRequested) throw new HttpRequestException("killed");
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (!isBroadcast || owner._step != "delivered") return response;
            await owner._killed.CancelAsync();
            throw new HttpRequestException("killed");
        }
    }
}
