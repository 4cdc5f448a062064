using System.Net;
using System.Net.Sockets;

namespace Marketplace.Testing.Networks;

public static class LoopbackPort
{
    /// <summary>A port of 127.0.0.1 on which nothing listened a moment ago.</summary>
    public static int FindFree()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
