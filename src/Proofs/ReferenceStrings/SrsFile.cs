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
                ReadOnlySpan<G1> powers = srs.Powers;
                for (int start = 0; start < powers.Length; start += PointsAtOnce)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    int count = Math.Min(PointsAtOnce, powers.Length - start);
                    for (int k = 0; k < count; k++) powers[start + k].WriteBytes(buffer.AsSpan(k * PointLength));
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
        byte[] header = ReadHeader(stream, path);
        var powers = new G1[PowersOf(header)];
        Check(stream, header, path, powers, cancellationToken);
        return new Srs(powers, Tau(header), TauSquared(header), IsDevelopment(header));
    }

    /// <summary>Checks a file and leaves the powers in it.</summary>
    public static Srs Open(string path, CancellationToken cancellationToken)
    {
        byte[] header;
        var first = new G1[2];
        using (FileStream stream = File.OpenRead(path))
        {
            header = ReadHeader(stream, path);
            Check(stream, header, path, first, cancellationToken);
        }

        return new Srs(
            new SrsParameters(first[1], Tau(header), TauSquared(header), PowersOf(header), IsDevelopment(header)),
            (range, stop) => ReadPart(path, header, range, stop));
    }

    /// <summary>Reads some powers of a file that was checked.</summary>
    private static G1[] ReadPart(string path, byte[] header, Range range, CancellationToken cancellationToken)
    {
        (int start, int count) = range.GetOffsetAndLength(PowersOf(header));
        using FileStream stream = File.OpenRead(path);
        if (!ReadHeader(stream, path).AsSpan().SequenceEqual(header))
            throw Damaged(path, "it is another one than when it was opened");
        stream.Position += (long)start * PointLength;
        var powers = new G1[count];
        ReadPoints(stream, start, count, path, powers, null, cancellationToken);
        return powers;
    }

    /// <summary>Reads what comes before the powers, and checks that the file has the length that it says.</summary>
    private static byte[] ReadHeader(FileStream stream, string path)
    {
        byte[] header = new byte[HeaderLength];
        if (stream.Length < HeaderLength) throw Damaged(path, $"it has {stream.Length} bytes, the header alone has {HeaderLength}");
        stream.ReadExactly(header);
        if (!header.AsSpan().StartsWith(Magic)) throw Damaged(path, "it does not start with the format's mark");
        int length = PowersOf(header);
        if (length is <= Srs.ReservedCoordinates or > Srs.MaxLength) throw Damaged(path, $"it claims {length} powers");
        long expected = HeaderLength + ((long)length * PointLength) + SHA256.HashSizeInBytes;
        if (stream.Length != expected) throw Damaged(path, $"{length} powers take {expected} bytes, it has {stream.Length}");
        return header[12] > 1 ? throw Damaged(path, $"its development mark must be 0 or 1, it is {header[12]}") : header;
    }

    /// <summary>Checks all powers and the hash, and keeps as many of the first powers as there is room for.</summary>
    private static void Check(FileStream stream, byte[] header, string path, Span<G1> kept, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        ReadPoints(stream, 0, PowersOf(header), path, kept, hash, cancellationToken);
        byte[] written = new byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(written);
        if (!written.AsSpan().SequenceEqual(hash.GetHashAndReset())) throw Damaged(path, "its contents do not match its SHA-256");
    }

    /// <summary>Reads powers from where the stream is, and keeps the first of them.</summary>
    private static void ReadPoints(
        FileStream stream, int first, int count, string path, Span<G1> kept, IncrementalHash? hash, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[PointsAtOnce * PointLength];
        for (int done = 0; done < count; done += PointsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int now = Math.Min(PointsAtOnce, count - done);
            stream.ReadExactly(buffer, 0, now * PointLength);
            hash?.AppendData(buffer, 0, now * PointLength);
            for (int k = 0; k < now; k++)
            {
                ReadOnlySpan<byte> bytes = buffer.AsSpan(k * PointLength, PointLength);
                if (!Fp.TryFromBytes(bytes[..32], out Fp x) || !Fp.TryFromBytes(bytes[32..], out Fp y))
                    throw Damaged(path, $"power {first + done + k} has a coordinate that is not below the field prime");
                if (done + k < kept.Length) kept[done + k] = new G1(x, y);
            }
        }
    }

    private static int PowersOf(byte[] header) => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));

    private static bool IsDevelopment(byte[] header) => header[12] == 1;

    private static G2 Tau(byte[] header) => G2.FromBytes(header.AsSpan(13, 128));

    private static G2 TauSquared(byte[] header) => G2.FromBytes(header.AsSpan(13 + 128, 128));

    private static FormatException Damaged(string path, string reason) =>
        new($"'{path}' is not a whole SRS file: {reason}. Delete it and make or fetch it again.");
}
