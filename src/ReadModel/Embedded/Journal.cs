using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Marketplace.ReadModel.Stores;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.ReadModel.Embedded;

/// <summary>
/// An append-only file of records, each with its length and CRC-32C. A record that a crash tore is cut off when the file is opened
/// next, with all after it.
/// </summary>
/// <remarks>
/// Records reach the operating system before they count, so that a crash of the program loses none. They are not forced onto the
/// disk: what a power cut takes is told apart by the checksums, and the chain gives it back.
/// </remarks>
internal sealed class Journal : IDisposable
{
    private const int Version = 1;
    private const int FrameSize = 8;
    private const int MaxRecord = 256 << 20;

    private readonly SafeFileHandle file;
    private readonly byte[] frame = new byte[FrameSize];

    private Journal(SafeFileHandle file, string path)
    {
        this.file = file;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Where the next record goes, which is how long the file counts.</summary>
    public long End { get; private set; }

    /// <summary>Opens a market's journal, or begins one. What is no journal of this market and version is set aside.</summary>
    /// <param name="setAside">Where an unusable file was moved; null when there was none.</param>
    /// <exception cref="IOException">The file can not be used, or another process uses it.</exception>
    public static Journal Open(string folder, MarketIdentity market, out string? setAside)
    {
        Directory.CreateDirectory(folder);
        string path = System.IO.Path.Combine(folder, $"market-{market.ChainId}-{market.Market.ToString().ToLowerInvariant()}.journal");
        byte[] header = Header(market);
        setAside = null;
        while (true)
        {
            var journal = new Journal(OpenFile(path), path);
            byte[] found = new byte[header.Length];
            int length = RandomAccess.Read(journal.file, found, 0);
            if (length == 0)
                RandomAccess.Write(journal.file, header, 0);
            if (length == 0 || found.AsSpan(0, length).SequenceEqual(header))
            {
                journal.End = header.Length;
                return journal;
            }
            journal.Dispose();
            setAside = $"{path}.aside";
            File.Move(path, setAside, overwrite: true);
        }
    }

    /// <summary>All records from the first, once, after opening; cuts off what was torn.</summary>
    /// <param name="parse">Makes a record of bytes; null when they are none, and then they are cut off too.</param>
    /// <returns>Each record with the place of its bytes in the file.</returns>
    public IEnumerable<(long Offset, T Record)> ReadAll<T>(Func<byte[], T?> parse)
        where T : class
    {
        while (TryRead() is { } bytes && parse(bytes) is { } record)
        {
            long offset = End + FrameSize;
            End = offset + bytes.Length;
            yield return (offset, record);
        }
        RandomAccess.SetLength(file, End);
    }

    /// <summary>Adds a record. Can be called by several threads at once.</summary>
    /// <returns>The place of its bytes in the file.</returns>
    /// <exception cref="IOException">It could not be written; the journal is as before.</exception>
    public long Append(byte[] record)
    {
        lock (frame)
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame, record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Checksum(record));
            RandomAccess.Write(file, [frame, record], End);
            long offset = End + FrameSize;
            End = offset + record.Length;
            return offset;
        }
    }

    /// <summary>Bytes of a record that was added.</summary>
    public byte[] Read(long offset, int length)
    {
        byte[] bytes = new byte[length];
        return RandomAccess.Read(file, bytes, offset) == length
            ? bytes
            : throw new InvalidDataException($"the journal {Path} has become shorter; start again, it is made anew from the chain");
    }

    public void Dispose() => file.Dispose();

    private byte[]? TryRead()
    {
        if (RandomAccess.Read(file, frame, End) != FrameSize)
            return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(frame);
        if (length is <= 0 or > MaxRecord || End + FrameSize + length > RandomAccess.GetLength(file))
            return null;
        byte[] record = Read(End + FrameSize, length);
        return Checksum(record) == BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(4)) ? record : null;
    }

    private static SafeFileHandle OpenFile(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, FileOptions.RandomAccess);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"the journal {path} can not be opened: {e.Message} When another dashboard uses it, give this one another folder, or let both use PostgreSQL.", e);
        }
    }

    private static byte[] Header(MarketIdentity market) =>
        Encoding.UTF8.GetBytes($"Marketplace read model, journal {Version}, {market}\n");

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte last in bytes)
            crc = BitOperations.Crc32C(crc, last);
        return ~crc;
    }
}
