using System.Net;
using System.Net.Sockets;

namespace Marketplace.ReadModel.Tests;

/// <summary>A TCP port in front of another one, which can be closed and opened again: a node that goes away and comes back.</summary>
internal sealed class Gate : IAsyncDisposable
{
    private readonly Uri target;
    private readonly int port;
    private readonly List<TcpClient> connections = [];
    private TcpListener listener;
    private Task accepting;

    public Gate(Uri target)
    {
        this.target = target;
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    /// <summary>Carries a credential, as nodes' addresses do.</summary>
    public Uri Url => new($"http://127.0.0.1:{port}/?secret-key");

    /// <summary>Breaks all connections and takes no new ones.</summary>
    public void Close()
    {
        listener.Stop();
        lock (connections)
        {
            connections.ForEach(connection => connection.Dispose());
            connections.Clear();
        }
    }

    public void Open()
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync(listener);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync(TcpListener from)
    {
        while (true)
        {
            TcpClient near = await from.AcceptTcpClientAsync();
            TcpClient far = new();
            lock (connections)
                connections.AddRange([near, far]);
            await far.ConnectAsync(target.Host, target.Port);
            _ = Task.WhenAll(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
    }
}
