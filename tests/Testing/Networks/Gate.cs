using System.Net;
using System.Net.Sockets;

namespace Marketplace.Testing.Networks;

/// <summary>A TCP port in front of another one, which can be closed and opened again: a node that goes away and comes back.</summary>
public sealed class Gate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly Task _serving;
    private CancellationTokenSource _open = new();

    public Gate(Uri target)
    {
        _target = target;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Breaks all connections, and every new one.</summary>
    public void Close() => _open.Cancel();

    public void Open()
    {
        CancellationTokenSource closed = _open;
        // New connections ask for its token at any time, so that it is never to be one that was disposed.
        _open = new CancellationTokenSource();
        closed.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Close();
        await _serving;
        _listener.Dispose();
        _open.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                // The port stays taken while the gate is closed, so that it is still there to open.
                TcpClient near = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ConnectAsync(near, _open.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ConnectAsync(TcpClient near, CancellationToken cancellationToken)
    {
        using (near)
        using (TcpClient far = new())
        {
            try
            {
                await far.ConnectAsync(_target.Host, _target.Port, cancellationToken);
                NetworkStream here = near.GetStream(), there = far.GetStream();
                await Task.WhenAny(here.CopyToAsync(there, cancellationToken), there.CopyToAsync(here, cancellationToken));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // A connection that breaks ends both its sides, which is what both see.
            }
        }
    }
}
