using System.Buffers.Binary;
using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Tests.Gram;

namespace Marketplace.Proofs.Tests.ReferenceStrings;

public class PtauReaderTests(PtauFiles files) : IClassFixture<PtauFiles>
{
    // The layout snarkjs 0.7 writes for power 6: the header section first, then the G1 points, then the G2 points.
    private const int HeaderStart = 12 + 12;
    private const int Tau1Start = HeaderStart + 44 + 12;
    private const int Tau1Length = ((2 << PtauFiles.Power) - 1) * 64;
    private const int Tau2Start = Tau1Start + Tau1Length + 12;

    [Theory]
    [InlineData(33)]
    [InlineData(96)]
    [InlineData(127)]
    public void Reads_files_that_snarkjs_makes(int length)
    {
        Srs srs = Srs.ReadPtau(files.Contributed, length);
        Assert.Equal(length, srs.Length);
        Assert.False(srs.IsDevelopment);
        Assert.Equal(G1.Generator, srs.Powers[0]);

        // The check that the reader made, once more and power by power.
        for (int k = 0; k + 1 < length; k += 25)
            Assert.True(Pairing.Check([(srs.Powers[k + 1], G2.Generator), (-srs.Powers[k], srs.Tau)]));
    }

    [Fact]
    public void Proofs_under_a_ceremony_verify()
    {
        Srs srs = Srs.ReadPtau(files.Contributed, 127);
        GramFixture fixture = GramFixture.Random(160, 4, 2, 95, srs);
        byte[] proof = fixture.Prove().ToBytes();
        Assert.True(GramVerifier.Verify(srs.Parameters, fixture.Statement, proof).Accepted);

        // Another prefix of the same ceremony has another identifier but the same points: the equations hold.
        Assert.NotEqual(srs.Id, Srs.ReadPtau(files.Contributed, 126).Id);
    }

    [Fact]
    public void Refuses_a_file_that_is_too_short() => Refuses("too short: 128 powers are needed, power 6 has 127", files.Contributed, 128);

    [Fact]
    public void Refuses_another_curve() => Refuses("another curve: coordinates have 48 bytes", files.OtherCurve, 33);

    [Fact]
    public void Refuses_another_prime() => Refuses("another curve: BN254's field prime", Changed(HeaderStart + 4, bytes => bytes[0] ^= 2));

    [Fact]
    public void Refuses_a_ceremony_without_contributions() => Refuses("before its first contribution", files.Fresh);

    [Fact]
    public void Refuses_truncated_files()
    {
        int whole = File.ReadAllBytes(files.Contributed).Length;
        foreach (int length in new[] { 0, 3, 11, 12, 20, 24, 50, Tau1Start - 1, Tau1Start + 100, Tau2Start, whole - 1 })
            Refuses("not a usable .ptau file", files.Changed(bytes => bytes[..length]));
    }

    [Fact]
    public void Refuses_other_files()
    {
        Refuses("does not start with 'ptau'", Changed(0, bytes => bytes[0] = (byte)'z'));
        Refuses("version 1 is expected", Changed(4, bytes => bytes[0] = 2));
        Refuses("at most 64 are expected", Changed(8, bytes => bytes[3] = 0x7f));
        Refuses("truncated before section", Changed(8, bytes => bytes[0]++));
        Refuses("comes twice", Changed(Tau1Start - 12, bytes => bytes[0] = 1));
        Refuses("lacks section 2", Changed(Tau1Start - 12, bytes => bytes[0] = 99));
        Refuses("truncated: section 2 claims", Changed(Tau1Start - 8, bytes => bytes[7] = 0xff));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(5u)]
    [InlineData(7u)]
    [InlineData(29u)]
    [InlineData(uint.MaxValue)]
    public void Refuses_a_power_that_is_not_the_points(uint power) =>
        Refuses("power", Changed(HeaderStart + 36, bytes => BinaryPrimitives.WriteUInt32LittleEndian(bytes, power)));

    [Fact]
    public void Refuses_tampered_points()
    {
        const int point = Tau1Start + (64 * 10), g2 = Tau2Start + 128;
        Refuses("[τ^10]_1 is not on the curve", Changed(point, bytes => bytes[0] ^= 1));
        Refuses("[τ^10]_1 has a coordinate that is not below", Changed(point, bytes => bytes[..32].Fill(0xff)));
        Refuses("[τ^10]_1 is the point at infinity", Changed(point, bytes => bytes[..64].Clear()));
        Refuses("not successive powers", Changed(point, bytes => bytes.Slice(64, 64).CopyTo(bytes)));
        Refuses("not successive powers", Changed(Tau1Start + (64 * 32), bytes => bytes.Slice(64, 64).CopyTo(bytes)));
        Refuses("must be the generator", Changed(Tau1Start, bytes => bytes.Slice(64, 64).CopyTo(bytes)));
        Refuses("different τ", Changed(Tau1Start + 64, bytes => bytes.Slice(64, 64).CopyTo(bytes)));
        Refuses("[τ]_2 is not a finite point", Changed(g2, bytes => bytes[0] ^= 1));
        Refuses("[τ]_2 has a coordinate", Changed(g2, bytes => bytes[..32].Fill(0xff)));
        Refuses("[τ]_2 is not a finite point", Changed(g2, bytes => bytes[..128].Clear()));
        Refuses("different τ", Changed(g2, bytes => bytes.Slice(128, 128).CopyTo(bytes)));
        Refuses("not τ times", Changed(g2 + 128, bytes => bytes.Slice(128, 128).CopyTo(bytes)));
    }

    // A point on the twist outside the group of order r: found by trying x = k until the right side is a square.
    [Fact]
    public void Refuses_a_point_outside_the_group()
    {
        G2 outside = OutsideTheGroup();
        Assert.True(outside.IsOnCurve && !outside.IsInSubgroup);
        Fp raise = Fp.FromBigInteger(System.Numerics.BigInteger.One << 256);
        Refuses("[τ]_2 is not a finite point", Changed(Tau2Start + 128, bytes =>
        {
            Fp[] coordinates = [outside.X.Real, outside.X.Imaginary, outside.Y.Real, outside.Y.Imaginary];
            for (int k = 0; k < 4; k++)
            {
                Span<byte> word = bytes.Slice(32 * k, 32);
                (coordinates[k] * raise).WriteBytes(word);
                word.Reverse();
            }
        }));
    }

    private static G2 OutsideTheGroup()
    {
        Fp2 b = G2.Generator.Y.Square() - (G2.Generator.X.Square() * G2.Generator.X);
        for (ulong k = 1; ; k++)
        {
            Fp2 x = new(Fp.FromUInt64(k), Fp.Zero), square = (x.Square() * x) + b;

            // √(a + b·i) = u + v·i with u² = (a + √(a² + b²))/2 and v = b/2u.
            if (!(square.Real.Square() + square.Imaginary.Square()).TrySqrt(out Fp norm)) continue;
            if (!((square.Real + norm) * Fp.FromUInt64(2).Inverse()).TrySqrt(out Fp u)) continue;
            var point = new G2(x, new Fp2(u, square.Imaginary * (u + u).Inverse()));
            if (point.IsOnCurve && !point.IsInSubgroup) return point;
        }
    }

    private delegate void Edit(Span<byte> bytes);

    private string Changed(int start, Edit edit) => files.Changed(bytes =>
    {
        edit(bytes.AsSpan(start));
        return bytes;
    });

    private static void Refuses(string part, string path, int length = 100)
    {
        FormatException error = Assert.Throws<FormatException>(() => Srs.ReadPtau(path, length));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
