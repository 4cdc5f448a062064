using System.Buffers.Binary;
using System.Text;

namespace Marketplace.Learning.Torch;

/// <summary>Symbol versions that a shared library of Linux asks of others (System V ABI, "Symbol Versioning").</summary>
internal static class ElfVersions
{
    private const uint VersionNeeds = 0x6FFFFFFE; // SHT_GNU_verneed
    private const byte Weak = 2; // VER_FLG_WEAK

    /// <summary>Lets the loader accept a library without the version: sets its VER_FLG_WEAK.</summary>
    /// <param name="elf">A 64-bit little-endian ELF file; changed in place.</param>
    /// <param name="version">For example <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether the file asks for the version.</returns>
    public static bool MakeOptional(Span<byte> elf, string version)
    {
        bool found = false;
        int sections = Long(elf, 0x28), size = Short(elf, 0x3A), count = Short(elf, 0x3C);
        for (int at = sections; at < sections + count * size; at += size)
        {
            if ((uint)Int(elf, at + 4) != VersionNeeds)
                continue;
            int need = Long(elf, at + 24), strings = Long(elf, sections + Int(elf, at + 40) * size + 24);
            for (int libraries = Int(elf, at + 44); libraries > 0; libraries--)
            {
                int entry = need + Int(elf, need + 8);
                for (int versions = Short(elf, need + 2); versions > 0; versions--)
                {
                    ReadOnlySpan<byte> name = elf[(strings + Int(elf, entry + 8))..];
                    if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version)
                    {
                        elf[entry + 4] |= Weak;
                        found = true;
                    }

                    entry += Int(elf, entry + 12);
                }

                need += Int(elf, need + 12);
            }
        }

        return found;
    }

    private static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    private static int Long(ReadOnlySpan<byte> bytes, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]));
}
