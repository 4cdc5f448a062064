using System.Net;
using System.Net.Sockets;

namespace Marketplace.Web.Tests.Support;

/// <summary>A line between the dashboard and its node that a test can cut and mend.</summary>
public sealed class Switchboard : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _node;
    private readonly Task _serving;
    private CancellationTokenSource _connected = new();
    private volatile bool _isCut;

    public Switchboard(Uri node)
    {
        _node = node;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Ends all connections, and takes no new ones.</summary>
    public void Cut()
    {
        _isCut = true;
        _connected.Cancel();
    }

    public void Mend()
    {
        _connected.Dispose();
        _connected = new CancellationTokenSource();
        _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _connected.Cancel();
        await _serving;
        _listener.Dispose();
        _connected.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                TcpClient caller = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (_isCut)
                    caller.Dispose();
                else
                    _ = ConnectAsync(caller, _connected.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ConnectAsync(TcpClient caller, CancellationToken cancellationToken)
    {
        using (caller)
        using (var callee = new TcpClient())
        {
            try
            {
                await callee.ConnectAsync(_node.Host, _node.Port, cancellationToken);
                NetworkStream near = caller.GetStream(), far = callee.GetStream();
                await Task.WhenAny(near.CopyToAsync(far, cancellationToken), far.CopyToAsync(near, cancellationToken));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // A line that is cut ends both its sides, which is what both see.
            }
        }
    }
}
