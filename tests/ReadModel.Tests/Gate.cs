using System.Net;
using System.Net.Sockets;

namespace Marketplace.ReadModel.Tests;

/// <summary>A TCP port in front of another one, which can be closed and opened again: a node that goes away and comes back.</summary>
internal sealed class Gate : IAsyncDisposable
{
    private readonly Uri _target;
    private readonly int _port;
    private readonly List<TcpClient> _connections = [];
    private TcpListener _listener;
    private Task _accepting;

    public Gate(Uri target)
    {
        _target = target;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Carries a credential, as nodes' addresses do.</summary>
    public Uri Url => new($"http://127.0.0.1:{_port}/?secret-key");

    /// <summary>Breaks all connections and takes no new ones.</summary>
    public void Close()
    {
        _listener.Stop();
        lock (_connections)
        {
            _connections.ForEach(connection => connection.Dispose());
            _connections.Clear();
        }
    }

    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync(TcpListener from)
    {
        while (true)
        {
            TcpClient near = await from.AcceptTcpClientAsync();
            TcpClient far = new();
            lock (_connections)
                _connections.AddRange([near, far]);
            await far.ConnectAsync(_target.Host, _target.Port);
            _ = Task.WhenAll(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
    }
}
