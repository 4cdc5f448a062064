using System.Net;
using System.Net.Sockets;

namespace Marketplace.Web.Tests.Support;

/// <summary>A line between the dashboard and its node that a test can cut and mend.</summary>
public sealed class Switchboard : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Uri node;
    private readonly Task serving;
    private CancellationTokenSource connected = new();
    private volatile bool isCut;

    public Switchboard(Uri node)
    {
        this.node = node;
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Ends all connections, and takes no new ones.</summary>
    public void Cut()
    {
        isCut = true;
        connected.Cancel();
    }

    public void Mend()
    {
        connected.Dispose();
        connected = new CancellationTokenSource();
        isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        connected.Cancel();
        await serving;
        listener.Dispose();
        connected.Dispose();
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                TcpClient caller = await listener.AcceptTcpClientAsync(stop.Token);
                if (isCut)
                    caller.Dispose();
                else
                    _ = ConnectAsync(caller, connected.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ConnectAsync(TcpClient caller, CancellationToken cut)
    {
        using (caller)
        using (var callee = new TcpClient())
        {
            try
            {
                await callee.ConnectAsync(node.Host, node.Port, cut);
                NetworkStream near = caller.GetStream(), far = callee.GetStream();
                await Task.WhenAny(near.CopyToAsync(far, cut), far.CopyToAsync(near, cut));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // A line that is cut ends both its sides, which is what both see.
            }
        }
    }
}
