using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Inference;

/// <summary>Reads what a trained model is asked about from a file, told apart by content: IDX or Netpbm images, JSON, or a table's rows.</summary>
public static class SampleFile
{
    /// <summary>Most bytes of a JSON file or an image.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Most values that are asked about at once.</summary>
    public const int MaxFeatures = 1 << 28;

    /// <summary>Reads the file.</summary>
    /// <returns>Whole samples one after another.</returns>
    /// <exception cref="InvalidDataException">The file is malformed, or holds something else than this model's samples.</exception>
    public static float[] Load(TrainedModel model, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        byte[] start = Start(path);
        if (NetpbmFile.IsOne(start))
        {
            (int[] shape, float[] features) = NetpbmFile.Read(ReadAll(path), path);
            return Fitting(model, shape, features, path);
        }

        if (FirstLetter(start) is '[')
            return JsonSamples.Read(model, ReadAll(path), MaxFeatures);
        bool compressed = start is [0x1F, 0x8B, ..];
        if (start is [0, 0, 8, ..] || (compressed && model.Input.Schema is null))
        {
            (_, int[] shape, float[] features) = IdxLoader.LoadImages(path, cancellationToken);
            return Fitting(model, shape, features, path);
        }

        return model.Input.Schema is { } schema
            ? CsvSamples.Load(path, schema, MaxFeatures, cancellationToken)
            : throw new InvalidDataException(
                $"{path}: this is no file of images that can be read. The model takes {Shapes.Text(model.Model.Input)}; expected an IDX file of "
                    + "images, a PGM or PPM image, or JSON. ImageMagick makes one: " + Advice(model.Model));
    }

    private static float[] Fitting(TrainedModel model, int[] shape, float[] features, string path) => shape.SequenceEqual(model.Model.Input)
        ? features
        : throw new InvalidDataException(
            $"{path}: the images are {Shapes.Text(shape)} (channels, rows, columns); the model takes {Shapes.Text(model.Model.Input)}. "
                + "ImageMagick fits them: " + Advice(model.Model));

    private static string Advice(ModelSpecification model) => model.Input is [var channels, var height, var width]
        ? $"convert in.png -resize {width}x{height}! -depth 8 {(channels == 1 ? "-colorspace Gray out.pgm" : "out.ppm")}"
        : "but not for this model, which takes no images";

    private static char FirstLetter(byte[] start) => (char)start.FirstOrDefault(letter => !char.IsWhiteSpace((char)letter));

    private static byte[] Start(string path)
    {
        using FileStream file = File.OpenRead(path);
        var start = new byte[64];
        return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    private static byte[] ReadAll(string path)
    {
        long length = new FileInfo(path).Length;
        return length <= MaxBytes
            ? File.ReadAllBytes(path)
            : throw new InvalidDataException($"{path} has {length} bytes; at most {MaxBytes} are read.");
    }
}
