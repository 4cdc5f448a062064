using System.Text;
using Marketplace.Learning.Data;
using Marketplace.Learning.Inference;
using Marketplace.Learning.Storage;

namespace Marketplace.Web.Models;

/// <summary>How a model's page asks for one sample.</summary>
public enum QuestionKind
{
    /// <summary>An image, drawn or uploaded.</summary>
    Image,

    /// <summary>A row of a table, a field a column.</summary>
    Fields,

    /// <summary>JSON.</summary>
    Json,
}

/// <summary>One sample as a browser sends it.</summary>
public static class ModelQuestion
{
    /// <summary>Longest JSON text, in characters.</summary>
    public const int MaxJsonLength = 64 * 1024;

    /// <summary>Most bytes of an image: what one message of a browser can carry as text.</summary>
    private const int MaxPixels = 128 * 1024;

    private const int MaxFields = 64;

    /// <summary>Which form a model's page has.</summary>
    public static QuestionKind KindOf(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Input.Schema is { FeatureCount: not null } schema && CsvSamples.Asked(schema).Count() <= MaxFields ? QuestionKind.Fields
            : model.Input.Schema is null && model.Model.Input is [1 or 3, _, _] && model.Model.InputSize <= MaxPixels ? QuestionKind.Image
            : QuestionKind.Json;
    }

    /// <summary>An image's bytes as Base64, channel after channel.</summary>
    /// <exception cref="InvalidDataException">They are not as many as the model takes.</exception>
    public static float[] OfPixels(TrainedModel model, string base64)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(base64);
        var pixels = new byte[Math.Min(base64.Length, MaxPixels + 1)];
        if (base64.Length == 0)
            throw new InvalidDataException("there is no image yet; draw one, or choose a file");
        if (!Convert.TryFromBase64String(base64, pixels, out int count) || count != model.Model.InputSize)
            throw new InvalidDataException($"expected the {model.Model.InputSize:N0} bytes of an image that the model takes");
        return Array.ConvertAll(pixels[..count], InputFormat.Pixel);
    }

    /// <summary>A sample as JSON, a list of numbers or an object of columns.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static float[] OfJson(TrainedModel model, string json)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(json);
        return json.Length <= MaxJsonLength
            ? JsonSamples.Read(model, Encoding.UTF8.GetBytes($"[{json}]"), model.Model.InputSize)
            : throw new InvalidDataException($"the text has {json.Length:N0} characters, at most {MaxJsonLength:N0} are read");
    }
}
