using System.IO.Compression;

namespace Marketplace.Learning.Tests.Data;

internal static class Gzip
{
    public static byte[] Compress(byte[] content)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Fastest))
            gzip.Write(content);
        return stream.ToArray();
    }
}
