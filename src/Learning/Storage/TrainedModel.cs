using System.Globalization;
using System.Text.Json;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Storage;

/// <summary>
/// A trained model as it is handed out: float32 weights under the document's names, and in the metadata all that it takes to use them. Any reader of
/// safetensors can load it; what is published and addressed is <see cref="ModelFile"/>.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Weights">All d weights in the model's order.</param>
/// <param name="Input">How data become its input.</param>
/// <param name="ClassNames">What its outputs are called; null where it has no classes, or they have no names.</param>
/// <param name="Origin">Where it comes from.</param>
public sealed record TrainedModel(
    ModelSpecification Model, float[] Weights, InputFormat Input, IReadOnlyList<string>? ClassNames, ModelOrigin Origin)
{
    private const string Architecture = "architecture", InputKey = "input", Classes = "class_names", Title = "title", License = "license";
    private const string Chain = "chain_id", Market = "market", Project = "project", Rounds = "rounds", ModelCid = "model_cid";

    /// <summary>Most bytes of a file that is read: the largest model's, with the header.</summary>
    public const int MaxBytes = Safetensors.MaxHeaderBytes + sizeof(ulong) + sizeof(float) * ModelSpecification.MaxParameters;

    /// <summary>What output <paramref name="index"/> is called: its class's name or number, or that of a value.</summary>
    public string OutputName(int index) =>
        ClassNames?[index] ?? (Model.Loss == LossKind.CrossEntropy ? $"{index}" : TargetName(index));

    /// <summary>Writes the file. The same model gives the same bytes.</summary>
    public byte[] Write() => Safetensors.Write(
        TensorFiles.Split<float>(Model, Weights),
        new Dictionary<string, string>(Metadata())
        {
            ["format"] = "pt", // by which readers of the wider world know PyTorch's names and layouts
        });

    /// <summary>What the file says beside its weights, by key.</summary>
    internal Dictionary<string, string> Metadata()
    {
        var metadata = new Dictionary<string, string>
        {
            [Architecture] = Model.ToJson(),
            [InputKey] = Input.ToJson(),
            [Title] = Origin.Title,
            [License] = Origin.License,
            [Chain] = Origin.ChainId.ToString(CultureInfo.InvariantCulture),
            [Market] = Origin.Market,
            [Project] = Origin.Project,
            [Rounds] = Origin.Rounds.ToString(CultureInfo.InvariantCulture),
            [ModelCid] = Origin.ModelCid,
        };
        if (ClassNames is not null)
            metadata[Classes] = JsonSerializer.Serialize(ClassNames);
        return metadata;
    }

    /// <summary>Reads a file that <see cref="Write"/> made.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or contradicts itself; the message says where.</exception>
    public static TrainedModel Read(ReadOnlyMemory<byte> file)
    {
        Safetensors content = Safetensors.Read(file);
        if (!content.Metadata.ContainsKey(Architecture))
        {
            throw new InvalidDataException(
                $"The file has no metadata \"{Architecture}\", so nobody can say what its tensors are for; expected a file of 'marketplace model'.");
        }

        ModelSpecification model = ModelSpecification.Parse(TensorFiles.Metadata(content, Architecture));
        InputFormat input = InputFormat.Parse(TensorFiles.Metadata(content, InputKey));
        if (input.Schema?.FeatureCount is { } features && !model.Input.SequenceEqual([features]))
            throw new InvalidDataException($"The columns give {features} values; the model's input is {Shapes.Text(model.Input)}.");
        float[] weights = TensorFiles.Join<float>(content, model);
        int wrong = Array.FindIndex(weights, value => !float.IsFinite(value));
        if (wrong >= 0)
            throw new InvalidDataException($"Weight {wrong} is {weights[wrong]}; expected a finite number.");
        var origin = new ModelOrigin(
            Text(content, Title), Text(content, License), Number(content, Chain, ulong.MaxValue), Text(content, Market), Text(content, Project),
            (int)Number(content, Rounds, int.MaxValue), Text(content, ModelCid));
        return new TrainedModel(model, weights, input, ReadClasses(content, model), origin);
    }

    private static string[]? ReadClasses(Safetensors content, ModelSpecification model)
    {
        if (!content.Metadata.TryGetValue(Classes, out string? json))
            return null;
        string[] names = StrictJson.Read(
            System.Text.Encoding.UTF8.GetBytes(json),
            $"Metadata {Classes}",
            root => root.ValueKind == JsonValueKind.Array && root.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
                ? root.EnumerateArray().Select(name => name.GetString()!).ToArray()
                : throw new InvalidDataException($"Metadata {Classes} is not a JSON list of texts."));
        return Models.ClassNames.FindProblem(names, model) is { } problem
            ? throw new InvalidDataException($"Metadata {Classes}: {problem}.")
            : names;
    }

    /// <summary>Texts are printed and written into other files, so they are one line each.</summary>
    private static string Text(Safetensors content, string key)
    {
        string text = TensorFiles.Metadata(content, key);
        return ModelOrigin.IsLine(text)
            ? text
            : throw new InvalidDataException($"Metadata {key} is not a line of at most {ModelOrigin.MaxTextLength} characters.");
    }

    private static ulong Number(Safetensors content, string key, ulong most)
    {
        string text = TensorFiles.Metadata(content, key);
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= most
            ? number
            : throw new InvalidDataException($"Metadata {key} is \"{Safetensors.Shown(text)}\"; expected a whole number from 0 to {most}.");
    }

    private string TargetName(int index) =>
        Input.Schema?.Columns.Where(column => column.Kind == CsvColumnKind.Target).ElementAtOrDefault(index)?.Name ?? $"value{index}";
}
