using System.Net;
using System.Net.Sockets;

namespace Marketplace.LocalMarket;

/// <summary>TCP ports of this machine.</summary>
public static class LoopbackPort
{
    /// <summary>A port of 127.0.0.1 on which nothing listened a moment ago.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
