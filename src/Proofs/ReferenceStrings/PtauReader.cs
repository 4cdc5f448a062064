// snarkjs powers-of-tau files (https://github.com/iden3/snarkjs, src/powersoftau_utils.js), little-endian throughout:
//   "ptau"  version u32 = 1  sections u32, then per section: type u32, length u64, contents
//   section 1: bytes per coordinate u32 = 32, field prime, power u32, ceremony power u32
//   section 2: [τ^k]_1 for k < 2^(power+1) − 1, 64 bytes each: x, y
//   section 3: [τ^k]_2 for k < 2^power, 128 bytes each: x_re, x_im, y_re, y_im
// Coordinates are in Montgomery form, a·2^256 mod p. Other sections are passed over.

using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Algebra.Curves;

namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>Reads powers of τ from a ceremony file.</summary>
internal static class PtauReader
{
    private const int HeaderSection = 1;
    private const int Tau1Section = 2;
    private const int Tau2Section = 3;
    private const int MaxSections = 64;
    private const int MaxPower = 28;
    private const int CoordinateLength = 32;
    private const int PointsAtOnce = 1 << 14;

    private static readonly Fp FromMontgomery = Fp.FromBigInteger(BigInteger.One << 256).Inverse();

    /// <summary>Reads the first powers; points are on their curves, G2's in the subgroup, but their relation is not checked.</summary>
    /// <exception cref="FormatException">The file is not what the header of this source file says, or is too short.</exception>
    public static Srs Read(string path, int length, CancellationToken cancellationToken)
    {
        using FileStream stream = File.OpenRead(path);
        Dictionary<uint, (long Start, long Length)> sections = ReadSections(stream, path);
        int power = ReadHeader(stream, Section(sections, HeaderSection, path), path);

        long available = (2L << power) - 1;
        (long Start, long Length) tau1 = Section(sections, Tau1Section, path), tau2 = Section(sections, Tau2Section, path);
        if (tau1.Length != available * 2 * CoordinateLength)
            throw Bad(path, $"power {power} means {available * 2 * CoordinateLength} bytes of G1 points, the section has {tau1.Length}");
        if (tau2.Length != (1L << power) * 4 * CoordinateLength)
            throw Bad(path, $"power {power} means {(1L << power) * 4 * CoordinateLength} bytes of G2 points, the section has {tau2.Length}");
        if (available < length || power < 2)
            throw Bad(path, $"it is too short: {length} powers are needed, power {power} has {available}; take a ceremony of a higher power");

        G1[] powers = ReadG1(stream, tau1.Start, length, path, cancellationToken);
        stream.Position = tau2.Start + (4 * CoordinateLength);
        return new Srs(powers, ReadG2(stream, "[τ]_2", path), ReadG2(stream, "[τ²]_2", path), isDevelopment: false);
    }

    private static Dictionary<uint, (long Start, long Length)> ReadSections(FileStream stream, string path)
    {
        Span<byte> start = stackalloc byte[12];
        if (stream.Length < start.Length) throw Bad(path, $"it has {stream.Length} bytes, too few for a header");
        stream.ReadExactly(start);
        if (!start.StartsWith("ptau"u8)) throw Bad(path, "it does not start with 'ptau'");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
        if (version != 1) throw Bad(path, $"version 1 is expected, it says {version}");
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (count > MaxSections) throw Bad(path, $"it claims {count} sections, at most {MaxSections} are expected");

        var sections = new Dictionary<uint, (long Start, long Length)>();
        Span<byte> head = stackalloc byte[12];
        for (uint k = 0; k < count; k++)
        {
            if (stream.Length - stream.Position < head.Length) throw Bad(path, $"it is truncated before section {k + 1} of {count}");
            stream.ReadExactly(head);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(head);
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(head[4..]);
            if (length > (ulong)(stream.Length - stream.Position))
                throw Bad(path, $"it is truncated: section {type} claims {length} bytes, {stream.Length - stream.Position} are left");
            if (!sections.TryAdd(type, (stream.Position, (long)length))) throw Bad(path, $"section {type} comes twice");
            stream.Position += (long)length;
        }

        return sections;
    }

    private static int ReadHeader(FileStream stream, (long Start, long Length) section, string path)
    {
        Span<byte> bytes = stackalloc byte[4 + CoordinateLength + 8];
        stream.Position = section.Start;
        if (section.Length < 4) throw Bad(path, $"its header section has {section.Length} bytes");
        stream.ReadExactly(bytes[..4]);
        uint coordinate = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (coordinate != CoordinateLength)
            throw Bad(path, $"it is of another curve: coordinates have {coordinate} bytes, BN254's have {CoordinateLength}");
        if (section.Length != bytes.Length) throw Bad(path, $"its header section must have {bytes.Length} bytes, it has {section.Length}");
        stream.ReadExactly(bytes[4..]);
        var prime = new BigInteger(bytes.Slice(4, CoordinateLength), isUnsigned: true);
        if (prime != Fp.Modulus) throw Bad(path, $"it is of another curve: BN254's field prime is {Fp.Modulus}, the file's is {prime}");
        uint power = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + CoordinateLength)..]);
        return power is >= 1 and <= MaxPower
            ? (int)power
            : throw Bad(path, $"its power must be 1 to {MaxPower}, it is {power}");
    }

    private static G1[] ReadG1(FileStream stream, long start, int length, string path, CancellationToken cancellationToken)
    {
        var points = new G1[length];
        byte[] buffer = new byte[PointsAtOnce * 2 * CoordinateLength];
        stream.Position = start;
        for (int first = 0; first < length; first += PointsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(PointsAtOnce, length - first);
            stream.ReadExactly(buffer, 0, count * 2 * CoordinateLength);
            for (int k = 0; k < count; k++)
            {
                Span<byte> bytes = buffer.AsSpan(k * 2 * CoordinateLength, 2 * CoordinateLength);
                if (!TryCoordinate(bytes[..CoordinateLength], out Fp x) || !TryCoordinate(bytes[CoordinateLength..], out Fp y))
                    throw Bad(path, $"[τ^{first + k}]_1 has a coordinate that is not below the field prime");
                points[first + k] = new G1(x, y);
                if (!points[first + k].IsOnCurve) throw Bad(path, $"[τ^{first + k}]_1 is not on the curve");
            }
        }

        return points;
    }

    private static G2 ReadG2(FileStream stream, string name, string path)
    {
        Span<byte> bytes = stackalloc byte[4 * CoordinateLength];
        stream.ReadExactly(bytes);
        Span<Fp> coordinates = stackalloc Fp[4];
        for (int k = 0; k < 4; k++)
        {
            if (!TryCoordinate(bytes.Slice(k * CoordinateLength, CoordinateLength), out coordinates[k]))
                throw Bad(path, $"{name} has a coordinate that is not below the field prime");
        }

        var point = new G2(new Fp2(coordinates[0], coordinates[1]), new Fp2(coordinates[2], coordinates[3]));
        return point.IsOnCurve && point.IsInSubgroup && !point.IsInfinity
            ? point
            : throw Bad(path, $"{name} is not a finite point of order r on the twist");
    }

    /// <summary>Reads a little-endian a·2^256 mod p; overwrites the bytes.</summary>
    private static bool TryCoordinate(Span<byte> bytes, out Fp value)
    {
        bytes.Reverse();
        bool canonical = Fp.TryFromBytes(bytes, out Fp raised);
        value = raised * FromMontgomery;
        return canonical;
    }

    private static (long Start, long Length) Section(
        Dictionary<uint, (long Start, long Length)> sections, uint type, string path) =>
        sections.TryGetValue(type, out (long Start, long Length) section)
            ? section
            : throw Bad(path, $"it lacks section {type}");

    private static FormatException Bad(string path, string reason) => new($"'{path}' is not a usable .ptau file: {reason}.");
}
