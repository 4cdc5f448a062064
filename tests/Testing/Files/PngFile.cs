using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Marketplace.Testing.Files;

/// <summary>Writes PNG images of one byte a pixel (https://www.w3.org/TR/png-3/), also such as lie about themselves.</summary>
public static class PngFile
{
    /// <summary>An image in shades of grey, row after row.</summary>
    /// <param name="width">What the header says.</param>
    /// <param name="height">What the header says.</param>
    public static byte[] Grey(int width, int height, params byte[] pixels) => Write(width, height, color: 0, samples: 1, pixels);

    /// <summary>An image of red, green, blue and opacity for each pixel, row after row.</summary>
    public static byte[] Colored(int width, int height, params byte[] pixels) => Write(width, height, color: 6, samples: 4, pixels);

    private static byte[] Write(int width, int height, byte color, int samples, byte[] pixels)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, color);
        using MemoryStream rows = new();
        using (ZLibStream packed = new(rows, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (byte[] row in pixels.Chunk(width * samples))
            {
                packed.WriteByte(0); // as it is, without a filter
                packed.Write(row);
            }
        }

        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A,
            .. Chunk("IHDR", header), .. Chunk("IDAT", rows.ToArray()), .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        var length = new byte[4];
        var check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Check(named));
        return [.. length, .. named, .. check];
    }

    /// <summary>CRC-32, a bit at a time.</summary>
    private static uint Check(byte[] bytes)
    {
        uint remainder = uint.MaxValue;
        foreach (byte value in bytes)
        {
            remainder ^= value;
            for (int bit = 0; bit < 8; bit++)
                remainder = (remainder & 1) == 0 ? remainder >> 1 : 0xEDB88320 ^ (remainder >> 1);
        }

        return ~remainder;
    }
}
