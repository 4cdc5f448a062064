using System.Net;
using System.Net.Sockets;

namespace Marketplace.Testing.Networks;

/// <summary>A TCP port in front of another one, which can be closed and opened again: a node that goes away and comes back.</summary>
public sealed class Gate : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Uri target;
    private readonly Task serving;
    private CancellationTokenSource open = new();

    public Gate(Uri target)
    {
        this.target = target;
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Breaks all connections, and every new one.</summary>
    public void Close() => open.Cancel();

    public void Open()
    {
        open.Dispose();
        open = new CancellationTokenSource();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Close();
        await serving;
        listener.Dispose();
        open.Dispose();
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                // The port stays taken while the gate is closed, so that it is still there to open.
                TcpClient near = await listener.AcceptTcpClientAsync(stop.Token);
                _ = ConnectAsync(near, open.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ConnectAsync(TcpClient near, CancellationToken closed)
    {
        using (near)
        using (TcpClient far = new())
        {
            try
            {
                await far.ConnectAsync(target.Host, target.Port, closed);
                NetworkStream here = near.GetStream(), there = far.GetStream();
                await Task.WhenAny(here.CopyToAsync(there, closed), there.CopyToAsync(here, closed));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // A connection that breaks ends both its sides, which is what both see.
            }
        }
    }
}
