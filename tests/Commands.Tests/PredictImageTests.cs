using System.Globalization;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Testing.Files;

namespace Marketplace.Commands.Tests;

/// <summary>PNG and JPEG images as people have them, and files that only look like such. The model's answer is what it was asked about.</summary>
public sealed class PredictImageTests : IDisposable
{
    /// <summary>16 × 8 pixels, the left half black, the right half white, as libjpeg writes it.</summary>
    private const string Jpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//"
        + "wAALCAAIABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABwj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/ADBTr//Z";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task An_image_of_the_models_size_is_asked_about_as_it_is()
    {
        Write(1, 2, 2);
        Assert.Equal([0, 64, 128, 255], await AskAsync(PngFile.Grey(2, 2, 0, 64, 128, 255)));
        Assert.Equal([255, 191, 127, 0], await AskAsync(PngFile.Grey(2, 2, 0, 64, 128, 255), "--invert"));
        // Grey by what the eye makes of colours, and transparent is the paper's white.
        byte[] colors = [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 0, 0, 0, 0];
        Assert.Equal([76, 150, 29, 255], await AskAsync(PngFile.Colored(2, 2, colors)));
    }

    [Fact]
    public async Task A_model_of_three_channels_gets_colours_channel_after_channel()
    {
        Write(3, 1, 2);
        Assert.Equal([10, 40, 20, 50, 30, 60], await AskAsync(PngFile.Colored(2, 1, 10, 20, 30, 255, 40, 50, 60, 255)));
    }

    [Fact]
    public async Task An_image_of_another_size_is_scaled_to_fit_in_the_middle_on_black()
    {
        Write(1, 4, 4);
        byte[] wide = PngFile.Grey(8, 4, [.. Enumerable.Repeat((byte)200, 32)]);
        int[] fitted = [0, 0, 0, 0, 200, 200, 200, 200, 200, 200, 200, 200, 0, 0, 0, 0];
        Assert.Equal(fitted, await AskAsync(wide));
        Assert.Equal(fitted.Select(value => value == 0 ? 0 : 55), await AskAsync(wide, "--invert"));
    }

    [Fact]
    public async Task A_photograph_is_turned_as_its_camera_says()
    {
        Write(1, 2, 2);
        byte[] jpeg = Convert.FromBase64String(Jpeg);
        Write(1, 1, 2);
        Assert.Equal([0, 255], await AskAsync(jpeg));
        // A quarter to the right: what was on the left is above.
        byte[] turned =
        [
            .. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\u0008"u8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, .. jpeg[2..],
        ];
        Write(1, 2, 1);
        Assert.Equal([0, 255], await AskAsync(turned));
    }

    [Fact]
    public async Task A_file_that_only_looks_like_an_image_is_refused_in_a_sentence()
    {
        Write(1, 2, 2);
        var noise = new byte[64 * 64];
        new Random(1).NextBytes(noise);
        byte[] png = PngFile.Grey(64, 64, noise);
        await RefusedAsync(png[..(png.Length / 2)], "cut off");
        await RefusedAsync(png[..20], "as a PNG or JPEG image does, and");
        await RefusedAsync([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], "as a PNG or JPEG image does, and");
        await RefusedAsync(Convert.FromBase64String(Jpeg)[..^6], "cut off");
        // Some bytes that claim to be gigabytes of pixels.
        await RefusedAsync(PngFile.Grey(100_000, 100_000, 0), "100,000 × 100,000 pixels", "at most 16,384 a side");
        await RefusedAsync(PngFile.Grey(16_000, 16_000, 0), "50,000,000 in all");
        // Another kind of image, whatever it is called.
        await RefusedAsync("GIF89a\u0001\0\u0001\0"u8.ToArray(), "no file of images that can be read");
        _folder.Write("rows.csv", "1,2\n");
        (await RunAsync("predict m.safetensors --input rows.csv --invert")).IsWrongUsage("--invert is for PNG and JPEG images");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A model whose outputs are its inputs.</summary>
    private void Write(int channels, int height, int width)
    {
        int size = channels * height * width;
        var model = ModelSpecification.Parse(
            $$"""
            {"input":[{{channels}},{{height}},{{width}}],
             "layers":[{"type":"flatten"},{"type":"linear","name":"out","out":{{size}}}],"loss":"meanSquaredError"}
            """);
        float[] weights = [.. Enumerable.Range(0, size * size).Select(i => i / size == i % size ? 1f : 0f), .. new float[size]];
        var origin = new ModelOrigin("as it is", "", 1, "0x00", "1", 1, "none");
        _folder.Write("m.safetensors", new TrainedModel(model, weights, InputFormat.Images, null, origin).Write());
    }

    private async Task<IEnumerable<int>> AskAsync(byte[] image, string option = "")
    {
        _folder.Write("image", image);
        string answer = (await RunAsync($"predict m.safetensors --input image {option}")).Succeeded();
        return answer.Trim().Split('\n')[1].Split(',')[1..].Select(value =>
            (int)Math.Round(InputFormat.PixelScale * double.Parse(value, CultureInfo.InvariantCulture)));
    }

    private async Task RefusedAsync(byte[] image, params string[] words)
    {
        _folder.Write("image", image);
        (await RunAsync("predict m.safetensors --input image")).IsWrongUsage([.. words, _folder["image"]]);
    }

    private Task<Outcome> RunAsync(string command) => Programs.RunAsync(Programs.Owner, command, folder: _folder.Path);
}
