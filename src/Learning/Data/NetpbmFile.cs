namespace Marketplace.Learning.Data;

/// <summary>Reads one image in Netpbm's binary formats (https://netpbm.sourceforge.net/doc/pgm.html): PGM (grey, P5) or PPM (colour, P6).</summary>
public static class NetpbmFile
{
    private const int MaxSide = 1 << 13;

    /// <summary>Whether a file begins as such an image does.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> file) => file is [(byte)'P', (byte)'5' or (byte)'6', ..];

    /// <summary>Reads an image whose values are bytes.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <returns>The shape [channels, rows, columns] and the values in [0, 1], channel after channel.</returns>
    /// <exception cref="InvalidDataException">The file is malformed; the message says how.</exception>
    public static (int[] Shape, float[] Features) Read(ReadOnlySpan<byte> file, string name)
    {
        if (!IsOne(file))
            throw new InvalidDataException($"{name}: the file does not begin with P5 or P6.");
        int channels = file[1] == '5' ? 1 : 3, position = 2;
        int width = Number(file, ref position, "width", MaxSide, name), height = Number(file, ref position, "height", MaxSide, name);
        int most = Number(file, ref position, "largest value", InputFormat.PixelScale, name);
        if (most != InputFormat.PixelScale)
            throw new InvalidDataException($"{name}: the largest value is {most}; expected {InputFormat.PixelScale}.");
        int pixels = width * height;
        ReadOnlySpan<byte> data = file[Math.Min(position + 1, file.Length)..]; // one white space ends the header
        int length = pixels * channels;
        if (data.Length != length)
            throw new InvalidDataException($"{name}: {width}×{height} in {channels} channels takes {length} bytes; the file has {data.Length}.");
        var features = new float[data.Length];
        for (int i = 0; i < data.Length; i++)
            features[i % channels * pixels + i / channels] = InputFormat.Pixel(data[i]);
        return ([channels, height, width], features);
    }

    private static int Number(ReadOnlySpan<byte> file, ref int position, string what, int most, string name)
    {
        while (position < file.Length && (char.IsWhiteSpace((char)file[position]) || file[position] == '#'))
        {
            bool comment = file[position] == '#';
            while (comment && position < file.Length && file[position] != '\n')
                position++;
            position++;
        }

        int value = 0, begin = position;
        for (; position < file.Length && char.IsAsciiDigit((char)file[position]) && value <= most; position++)
            value = 10 * value + (file[position] - '0');
        return position > begin && value >= 1 && value <= most
            ? value
            : throw new InvalidDataException($"{name}: the {what} is missing or not a number from 1 to {most}.");
    }
}
