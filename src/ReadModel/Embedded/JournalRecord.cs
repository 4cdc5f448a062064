using System.Text;
using Marketplace.Content;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;

namespace Marketplace.ReadModel.Embedded;

/// <summary>Where an event lies in the journal.</summary>
internal readonly record struct EventPlace(long Offset, int Length, ulong Block);

/// <summary>One change of the store as the journal keeps it.</summary>
internal abstract record JournalRecord
{
    private enum Kind : byte
    {
        Batch = 1,
        RollBack,
        Content,
    }

    /// <param name="Places">Where each event lies, from the start of the record's bytes.</param>
    public sealed record Batch(EventBatch Events, IReadOnlyList<EventPlace> Places) : JournalRecord;

    public sealed record RollBack(ulong FromBlock) : JournalRecord;

    public sealed record Content(ContentRow Row) : JournalRecord;

    public static (byte[] Bytes, EventPlace[] Places) Write(EventBatch batch)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write((byte)Kind.Batch);
        writer.Write(batch.End.Number);
        Write(writer, batch.End.Hash);
        writer.Write(batch.End.Time.ToUnixTimeSeconds());
        writer.Write(batch.Events.Count);
        var places = new EventPlace[batch.Events.Count];
        for (int i = 0; i < places.Length; i++)
        {
            MarketEvent @event = batch.Events[i];
            int start = (int)stream.Position;
            Write(writer, @event.Event.Log, @event.At.Time);
            places[i] = new EventPlace(start, (int)stream.Position - start, @event.At.Block);
        }
        return (stream.ToArray(), places);
    }

    public static byte[] WriteRollBack(ulong fromBlock) => Write(Kind.RollBack, writer => writer.Write(fromBlock));

    public static byte[] Write(ContentRow row) => Write(Kind.Content, writer =>
    {
        writer.Write((byte)row.Kind);
        writer.Write((byte)row.Cid.Codec);
        writer.Write(row.Cid.Digest);
        writer.Write(row.IsFinal);
        WriteOptional(writer, row.Title, writer.Write);
        WriteOptional(writer, row.Problem, writer.Write);
        WriteOptional(writer, row.Metrics, metrics =>
        {
            writer.Write(metrics.RootAccuracy ?? double.NaN);
            writer.Write(metrics.RootLoss);
            writer.Write(metrics.TestAccuracy ?? double.NaN);
            WriteOptional(writer, metrics.TestLoss, loss => writer.Write(loss!.Value));
        });
    });

    /// <summary>Bytes as a record; null when they are none.</summary>
    /// <param name="market">The contract that emitted the events.</param>
    public static JournalRecord? TryRead(byte[] bytes, Address market)
    {
        try
        {
            return Read(bytes, market);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private static JournalRecord Read(byte[] bytes, Address market)
    {
        using BinaryReader reader = new(new MemoryStream(bytes, writable: false));
        switch ((Kind)reader.ReadByte())
        {
            case Kind.Batch:
                BlockPosition end = new(reader.ReadUInt64(), ReadWord(reader), DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64()));
                var events = new MarketEvent[reader.ReadInt32()];
                var places = new EventPlace[events.Length];
                for (int i = 0; i < events.Length; i++)
                {
                    int start = (int)reader.BaseStream.Position;
                    events[i] = ReadEvent(reader, market, i > 0 ? events[i - 1].At : null);
                    places[i] = new EventPlace(start, (int)reader.BaseStream.Position - start, events[i].At.Block);
                }
                return new Batch(new EventBatch(end, events), places);
            case Kind.RollBack:
                return new RollBack(reader.ReadUInt64());
            case Kind.Content:
                return new Content(ReadContent(reader));
            case var other:
                throw new InvalidDataException($"a record of an unknown kind {other}");
        }
    }

    /// <summary>Reads an event at one of the places that a batch has.</summary>
    public static MarketEvent ReadEvent(byte[] bytes, Address market)
    {
        using BinaryReader reader = new(new MemoryStream(bytes, writable: false));
        return ReadEvent(reader, market, null);
    }

    private static void Write(BinaryWriter writer, Log log, DateTimeOffset time)
    {
        writer.Write(log.BlockNumber);
        Write(writer, log.BlockHash);
        writer.Write(time.ToUnixTimeSeconds());
        Write(writer, log.TransactionHash);
        writer.Write7BitEncodedInt64((long)log.TransactionIndex);
        writer.Write7BitEncodedInt64((long)log.LogIndex);
        writer.Write((byte)log.Topics.Count);
        foreach (Bytes32 topic in log.Topics)
            Write(writer, topic);
        writer.Write7BitEncodedInt(log.Data.Length);
        writer.Write(log.Data.Span);
    }

    private static MarketEvent ReadEvent(BinaryReader reader, Address market, ChainMoment? before)
    {
        ulong block = reader.ReadUInt64();
        Bytes32 blockHash = ReadWord(reader);
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64());
        Bytes32 transaction = ReadWord(reader);
        ulong transactionIndex = (ulong)reader.Read7BitEncodedInt64(), logIndex = (ulong)reader.Read7BitEncodedInt64();
        var topics = new Bytes32[reader.ReadByte()];
        for (int i = 0; i < topics.Length; i++)
            topics[i] = ReadWord(reader);
        byte[] data = reader.ReadBytes(reader.Read7BitEncodedInt());
        Log log = new(market, topics, data, block, blockHash, transaction, transactionIndex, logIndex);
        // Events of one transaction share their moment: there are many.
        ChainMoment at = before?.Transaction == transaction && before.Block == block ? before : new ChainMoment(block, time, transaction);
        return MarketEvent.TryRead(log, at, out string? problem) ?? throw new InvalidDataException($"{log}: {problem}");
    }

    private static ContentRow ReadContent(BinaryReader reader)
    {
        var kind = (ContentKind)reader.ReadByte();
        var codec = (CidCodec)reader.ReadByte();
        return new ContentRow
        {
            Kind = kind,
            Cid = new Cid(codec, reader.ReadBytes(Cid.DigestSize)),
            IsFinal = reader.ReadBoolean(),
            Title = reader.ReadBoolean() ? reader.ReadString() : null,
            Problem = reader.ReadBoolean() ? reader.ReadString() : null,
            Metrics = reader.ReadBoolean() ? ReadMetrics(reader) : null,
        };
    }

    private static RoundMetrics ReadMetrics(BinaryReader reader)
    {
        double rootAccuracy = reader.ReadDouble(), rootLoss = reader.ReadDouble(), testAccuracy = reader.ReadDouble();
        return new RoundMetrics(Number(rootAccuracy), rootLoss, Number(testAccuracy), reader.ReadBoolean() ? reader.ReadDouble() : null);
        static double? Number(double accuracy) => double.IsNaN(accuracy) ? null : accuracy;
    }

    private static byte[] Write(Kind kind, Action<BinaryWriter> write)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write((byte)kind);
        write(writer);
        return stream.ToArray();
    }

    private static void WriteOptional<T>(BinaryWriter writer, T? value, Action<T> write)
    {
        writer.Write(value is not null);
        if (value is not null)
            write(value);
    }

    private static void Write(BinaryWriter writer, Bytes32 word)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Size];
        word.CopyTo(bytes);
        writer.Write(bytes);
    }

    private static Bytes32 ReadWord(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Size];
        reader.BaseStream.ReadExactly(bytes);
        return new Bytes32(bytes);
    }
}
