using System.Buffers.Binary;
using System.IO.Compression;

namespace Marketplace.Learning.Data;

/// <summary>
/// Reads image sets in the IDX format of MNIST (unsigned bytes; http://yann.lecun.com/exdb/mnist), raw or gzip, told apart by content.
/// Pixels become floats in [0, 1].
/// </summary>
public static class IdxLoader
{
    /// <summary>Most bytes of a file after decompression.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>Most classes that labels may name.</summary>
    public const int MaxClasses = 256;

    private const int MaxSide = 1 << 13;

    /// <summary>Reads a pair of files.</summary>
    /// <param name="imagesPath">IDX3 (samples, rows, columns) or IDX4 (samples, channels, rows, columns).</param>
    /// <param name="labelsPath">IDX1.</param>
    /// <param name="classCount">Number of classes; by default the largest label and one, but at least 2.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <returns>Samples of shape [channels, rows, columns].</returns>
    /// <exception cref="InvalidDataException">A file is malformed; the message names file, position and what was expected.</exception>
    public static Dataset Load(string imagesPath, string labelsPath, int? classCount = null, CancellationToken cancellationToken = default)
    {
        (int count, int[] shape, float[] features) = LoadImages(imagesPath, cancellationToken);
        (int[] labelShape, byte[] labelBytes) = Read(labelsPath, [1], cancellationToken);
        if (count != labelShape[0])
            throw new InvalidDataException($"{imagesPath} has {count} images but {labelsPath} has {labelShape[0]} labels.");
        int largest = 1;
        for (int i = 0; i < labelBytes.Length; i++)
        {
            if (classCount is { } limit && labelBytes[i] >= limit)
                throw new InvalidDataException($"{labelsPath}: the label of sample {i} is {labelBytes[i]}; expected 0 to {limit - 1}.");
            largest = Math.Max(largest, labelBytes[i]);
        }

        return new Dataset(shape, features, Array.ConvertAll(labelBytes, label => (int)label), classCount ?? largest + 1);
    }

    /// <summary>Reads images alone.</summary>
    /// <param name="path">IDX3 (samples, rows, columns) or IDX4 (samples, channels, rows, columns).</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <returns>How many there are, the shape [channels, rows, columns] of each, and all their values in [0, 1].</returns>
    /// <exception cref="InvalidDataException">The file is malformed; the message names it, the position and what was expected.</exception>
    public static (int Count, int[] Shape, float[] Features) LoadImages(string path, CancellationToken cancellationToken = default)
    {
        (int[] shape, byte[] pixels) = Read(path, [3, 4], cancellationToken);
        int[] sample = shape.Length == 3 ? [1, shape[1], shape[2]] : shape[1..];
        return (shape[0], sample, Array.ConvertAll(pixels, InputFormat.Pixel));
    }

    /// <summary>Reads <c>{split}-images-idx3-ubyte</c> and <c>{split}-labels-idx1-ubyte</c> (with or without <c>.gz</c>) from a folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="split">For the MNIST family <c>train</c> or <c>t10k</c>.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message names what was looked for.</exception>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public static Dataset LoadDirectory(string directory, string split, CancellationToken cancellationToken = default) =>
        Load(Find(directory, $"{split}-images-idx3-ubyte"), Find(directory, $"{split}-labels-idx1-ubyte"), null, cancellationToken);

    private static string Find(string directory, string name)
    {
        string plain = Path.Combine(directory, name);
        if (File.Exists(plain))
            return plain;
        return File.Exists(plain + ".gz")
            ? plain + ".gz"
            : throw new FileNotFoundException($"Neither {name} nor {name}.gz is in {directory}; give the folder that holds the IDX files.", plain);
    }

    private static (int[] Shape, byte[] Data) Read(string path, int[] ranks, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        bool compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            return Parse(stream, path, ranks, cancellationToken);
        }
        catch (InvalidDataException e) when (compressed && !e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: the gzip data are damaged: {e.Message}", e);
        }
    }

    private static (int[] Shape, byte[] Data) Parse(Stream stream, string path, int[] ranks, CancellationToken cancellationToken)
    {
        Span<byte> word = stackalloc byte[4];
        Fill(stream, word, path, "magic number");
        if (word[0] != 0 || word[1] != 0)
            throw new InvalidDataException($"{path}: the file begins with {Convert.ToHexString(word)}; an IDX file begins with 0000.");
        if (word[2] != 0x08)
            throw new InvalidDataException($"{path}: the data type is 0x{word[2]:X2}; only unsigned bytes (0x08) are read.");
        int rank = word[3];
        if (!ranks.Contains(rank))
            throw new InvalidDataException($"{path}: the file has {rank} dimensions; expected {string.Join(" or ", ranks)}.");
        var shape = new int[rank];
        long length = 1;
        for (int i = 0; i < rank; i++)
        {
            Fill(stream, word, path, $"dimension {i}");
            uint dimension = BinaryPrimitives.ReadUInt32BigEndian(word);
            if (i > 0 && dimension is 0 or > MaxSide)
                throw new InvalidDataException($"{path}: dimension {i} is {dimension}; expected 1 to {MaxSide}.");
            if (dimension > MaxBytes || (length *= dimension) > MaxBytes)
                throw new InvalidDataException($"{path}: the header promises more than {MaxBytes} bytes (dimension {i} is {dimension}).");
            shape[i] = (int)dimension;
        }

        // Grows with what really comes, so that a short file with a bold header cannot claim memory.
        var data = new MemoryStream((int)Math.Min(length, 1 << 20));
        var buffer = new byte[1 << 16];
        while (data.Length < length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, length - data.Length));
            if (read == 0)
                throw new InvalidDataException($"{path}: the header promises {length} bytes of data; the file has {data.Length}.");
            data.Write(buffer, 0, read);
        }

        if (stream.ReadByte() >= 0)
            throw new InvalidDataException($"{path}: data go on after the {length} bytes that the header promises.");
        return (shape, data.ToArray());
    }

    private static void Fill(Stream stream, Span<byte> target, string path, string what)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
            throw new InvalidDataException($"{path}: the file ends within its {what}.");
    }
}

/// <summary>Writes image sets in the IDX format. The same data set gives the same bytes.</summary>
public static class IdxWriter
{
    /// <summary>Writes images (values in [0, 1] become bytes, rounded) and labels; a path that ends in <c>.gz</c> is compressed.</summary>
    /// <param name="dataset">Samples of shape [channels, rows, columns] with labels below 256; one channel is written as IDX3.</param>
    /// <param name="imagesPath">Where the images go; overwritten.</param>
    /// <param name="labelsPath">Where the labels go; overwritten.</param>
    /// <exception cref="ArgumentException">The data set is not of this kind.</exception>
    public static void Write(Dataset dataset, string imagesPath, string labelsPath)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataset.Shape.Count != 3 || dataset.Labels is null || dataset.ClassCount > IdxLoader.MaxClasses)
        {
            throw new ArgumentException(
                $"IDX files hold images [channels, rows, columns] with labels below {IdxLoader.MaxClasses}.", nameof(dataset));
        }

        int[] shape = dataset.Shape[0] == 1
            ? [dataset.Count, dataset.Shape[1], dataset.Shape[2]]
            : [dataset.Count, .. dataset.Shape];
        Write(imagesPath, shape, Array.ConvertAll(dataset.Features, value => (byte)Math.Clamp(MathF.Round(value * 255f), 0f, 255f)));
        Write(labelsPath, [dataset.Count], Array.ConvertAll(dataset.Labels, label => (byte)label));
    }

    private static void Write(string path, int[] shape, byte[] data)
    {
        using FileStream file = File.Create(path);
        bool compress = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using Stream stream = compress ? new GZipStream(file, CompressionLevel.Optimal) : file;
        stream.Write([0, 0, 0x08, (byte)shape.Length]);
        Span<byte> word = stackalloc byte[4];
        foreach (int dimension in shape)
        {
            BinaryPrimitives.WriteInt32BigEndian(word, dimension);
            stream.Write(word);
        }

        stream.Write(data);
    }
}
