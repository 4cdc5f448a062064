using Marketplace.Learning.Data;
using Marketplace.Learning.Storage;
using SkiaSharp;

namespace Marketplace.Commands;

/// <summary>
/// Reads a PNG or JPEG image as one sample of a model that takes images: turned as its camera says, on white where it is transparent, scaled
/// to fit, in the middle, the rest black; grey by 0.299 red + 0.587 green + 0.114 blue where the model has one channel. The dashboard's box
/// does the same.
/// </summary>
internal static class ImageFile
{
    /// <summary>Most pixels of a side, and of the whole image: 4 bytes each while it is read.</summary>
    private const int MaxSide = 1 << 14, MaxPixels = 50_000_000;

    /// <summary>Whether a file begins as such an image does.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) =>
        start is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] or [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Reads the image.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="invert">Whether light and dark change places; what the image leaves of the model's input is black all the same.</param>
    /// <returns>Values in [0, 1], channel after channel.</returns>
    /// <exception cref="InvalidDataException">It cannot be read, or the model takes no images; the message says why.</exception>
    public static float[] Read(TrainedModel model, byte[] file, string name, bool invert)
    {
        if (model is not { Input.Schema: null, Model.Input: [(1 or 3) and var channels, var height, var width] })
            throw new InvalidDataException($"{name}: this is an image, and the model takes none of one or three channels.");
        using SKCodec? codec = SKCodec.Create(new MemoryStream(file), out SKCodecResult opened);
        if (codec is null || codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
            throw Unreadable(name, opened);
        // As the header says: no pixel has been read yet.
        SKImageInfo info = codec.Info;
        if (info.Width is < 1 or > MaxSide || info.Height is < 1 or > MaxSide || (long)info.Width * info.Height > MaxPixels)
        {
            throw new InvalidDataException(
                $"{name}: the image has {info.Width:N0} × {info.Height:N0} pixels; at most {MaxSide:N0} a side and {MaxPixels:N0} in all are read.");
        }

        using SKBitmap read = new(new SKImageInfo(info.Width, info.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        SKCodecResult result = codec.GetPixels(read.Info, read.GetPixels());
        if (result != SKCodecResult.Success)
            throw Unreadable(name, result);
        return Values(Fit(read, codec.EncodedOrigin, width, height, invert), channels, invert);
    }

    private static InvalidDataException Unreadable(string name, SKCodecResult why) => new(
        $"{name}: the file begins as a PNG or JPEG image does, and {(why == SKCodecResult.IncompleteInput ? "is cut off" : "cannot be read")}.");

    /// <summary>The whole image, as large as fits, in the middle.</summary>
    private static SKColor[] Fit(SKBitmap image, SKEncodedOrigin origin, int width, int height, bool invert)
    {
        bool isTurned = origin >= SKEncodedOrigin.LeftTop;
        (float shownWidth, float shownHeight) = isTurned ? (image.Height, image.Width) : (image.Width, (float)image.Height);
        float scale = Math.Min(width / shownWidth, height / shownHeight);
        var place = SKRect.Create((width - shownWidth * scale) / 2, (height - shownHeight * scale) / 2, shownWidth * scale, shownHeight * scale);

        using SKBitmap fitted = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using (SKCanvas canvas = new(fitted))
        using (SKPaint paper = new() { Color = SKColors.White })
        using (SKImage source = SKImage.FromBitmap(image))
        {
            canvas.Clear(invert ? SKColors.White : SKColors.Black);
            canvas.DrawRect(place, paper);
            canvas.Translate(place.Left, place.Top);
            canvas.Scale(scale);
            canvas.Concat(Upright(origin, image.Width, image.Height));
            canvas.DrawImage(source, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }

        return fitted.Pixels;
    }

    /// <summary>Where the pixels of an image go that its camera has stored turned or mirrored (EXIF's orientation).</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, height, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, height, -1, 0, width, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, width, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    private static float[] Values(SKColor[] pixels, int channels, bool invert)
    {
        var values = new float[channels * pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            SKColor pixel = pixels[i];
            ReadOnlySpan<byte> colors = channels == 3
                ? [pixel.Red, pixel.Green, pixel.Blue]
                : [(byte)Math.Round(0.299 * pixel.Red + 0.587 * pixel.Green + 0.114 * pixel.Blue)];
            for (int channel = 0; channel < channels; channel++)
                values[channel * pixels.Length + i] = InputFormat.Pixel((byte)(invert ? InputFormat.PixelScale - colors[channel] : colors[channel]));
        }

        return values;
    }
}
