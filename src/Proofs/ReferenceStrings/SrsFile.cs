// The project's own SRS file, for fast loading:
//   8 bytes  "MKSRS\0\0\1"
//   4 bytes  number of G1 powers L, big-endian
//   1 byte   1 for a development SRS, else 0
//   256      [τ]_2 and [τ²]_2, 128 bytes each: x_im ‖ x_re ‖ y_im ‖ y_re, big-endian
//   64·L     [τ^k]_1: x ‖ y, big-endian
//   32       SHA-256 of everything before

using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Algebra.Curves;

namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>Reading and writing the SRS file.</summary>
internal static class SrsFile
{
    private const int HeaderLength = 8 + 4 + 1 + 256;
    private const int PointLength = 64;
    private const int PointsAtOnce = 1 << 14;

    private static ReadOnlySpan<byte> Magic => "MKSRS\0\0\u0001"u8;

    /// <summary>Writes to a temporary file beside the target and renames it, so that readers see all or nothing.</summary>
    public static void Write(string path, Srs srs, CancellationToken cancellationToken)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = File.Create(temporary))
            using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            {
                byte[] header = new byte[HeaderLength];
                Magic.CopyTo(header);
                BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), srs.Length);
                header[12] = srs.IsDevelopment ? (byte)1 : (byte)0;
                srs.Tau.WriteBytes(header.AsSpan(13));
                srs.TauSquared.WriteBytes(header.AsSpan(13 + 128));
                Put(header);

                byte[] buffer = new byte[PointsAtOnce * PointLength];
                for (int start = 0; start < srs.Length; start += PointsAtOnce)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    int count = Math.Min(PointsAtOnce, srs.Length - start);
                    for (int k = 0; k < count; k++) srs.Powers[start + k].WriteBytes(buffer.AsSpan(k * PointLength));
                    Put(buffer.AsSpan(0, count * PointLength));
                }

                stream.Write(hash.GetHashAndReset());
                stream.Flush(flushToDisk: true);

                void Put(ReadOnlySpan<byte> bytes)
                {
                    stream.Write(bytes);
                    hash.AppendData(bytes);
                }
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads and checks a file.</summary>
    public static Srs Read(string path, CancellationToken cancellationToken)
    {
        using FileStream stream = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] header = new byte[HeaderLength];
        if (stream.Length < HeaderLength) throw Damaged($"it has {stream.Length} bytes, the header alone has {HeaderLength}");
        stream.ReadExactly(header);
        hash.AppendData(header);
        if (!header.AsSpan().StartsWith(Magic)) throw Damaged("it does not start with the format's mark");
        int length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));
        if (length is <= Srs.ReservedCoordinates or > Srs.MaxLength) throw Damaged($"it claims {length} powers");
        long expected = HeaderLength + ((long)length * PointLength) + SHA256.HashSizeInBytes;
        if (stream.Length != expected) throw Damaged($"{length} powers take {expected} bytes, it has {stream.Length}");
        if (header[12] > 1) throw Damaged($"its development mark must be 0 or 1, it is {header[12]}");

        var powers = new G1[length];
        byte[] buffer = new byte[PointsAtOnce * PointLength];
        for (int start = 0; start < length; start += PointsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(PointsAtOnce, length - start);
            stream.ReadExactly(buffer, 0, count * PointLength);
            hash.AppendData(buffer, 0, count * PointLength);
            for (int k = 0; k < count; k++)
            {
                ReadOnlySpan<byte> bytes = buffer.AsSpan(k * PointLength, PointLength);
                if (!Fp.TryFromBytes(bytes[..32], out Fp x) || !Fp.TryFromBytes(bytes[32..], out Fp y))
                    throw Damaged($"power {start + k} has a coordinate that is not below the field prime");
                powers[start + k] = new G1(x, y);
            }
        }

        byte[] written = new byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(written);
        if (!written.AsSpan().SequenceEqual(hash.GetHashAndReset())) throw Damaged("its contents do not match its SHA-256");
        return new Srs(
            powers, G2.FromBytes(header.AsSpan(13, 128)), G2.FromBytes(header.AsSpan(13 + 128, 128)), header[12] == 1);

        FormatException Damaged(string reason) =>
            new($"'{path}' is not a whole SRS file: {reason}. Delete it and make or fetch it again.");
    }
}
