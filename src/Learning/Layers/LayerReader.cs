using System.Text.Json;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Layers;

/// <summary>Reads one layer's members, each within its bounds, remembers them for writing, and refuses what nobody asked for.</summary>
internal sealed class LayerReader
{
    /// <summary>Largest size of a dimension.</summary>
    public const int MaxDimension = 1 << 24;

    private const int MaxNameLength = 64;
    private const int MaxWindow = 1024;

    private readonly ModelReader _model;
    private readonly JsonElement _element;
    private readonly string _path;
    private readonly string _scope;
    private readonly int _depth;
    private readonly List<(string Name, object Value)> _members = [];
    private readonly List<LayerMember> _asked = [];
    private readonly int _ordinal;

    /// <param name="model">The document as far as it has been read.</param>
    /// <param name="element">The layer's JSON.</param>
    /// <param name="path">Where it stands in the document.</param>
    /// <param name="scope">What precedes its name in the names of its parameters.</param>
    /// <param name="depth">Layers around it.</param>
    /// <param name="input">Shape of a sample that goes in.</param>
    public LayerReader(ModelReader model, JsonElement element, string path, string scope, int depth, IReadOnlyList<int> input)
    {
        (_model, _element, _path, _scope, _depth, Input) = (model, element, path, scope, depth, input);
        JsonReading.Expect(element, JsonValueKind.Object, path);
        JsonElement type = JsonReading.Member(element, "type", path);
        JsonReading.Expect(type, JsonValueKind.String, $"{path}.type");
        Type = type.GetString()!;
        Name = ReadName();
        _ordinal = model.CountLayer(Label);
    }

    public string Type { get; }

    public string Name { get; }

    public string Label => Layer.Describe(_path, Name, Type);

    public IReadOnlyList<int> Input { get; }

    /// <summary>The original feature that each value of the input still is; null once a layer has computed with them.</summary>
    public IReadOnlyList<int>? Features => _model.Features;

    /// <summary>The members that this kind of layer has, as far as it has asked for them.</summary>
    public IReadOnlyList<LayerMember> Asked => _asked;

    public InvalidDataException Error(string message) => new($"{Label}: {message}");

    public int Integer(string name, int low = 1, int high = MaxDimension, int? byDefault = null)
    {
        _asked.Add(new(name, LayerMemberKind.Integer, byDefault is null, low));
        if (!_element.TryGetProperty(name, out JsonElement value) && byDefault is null)
            throw Missing(name);
        return Keep(
            name, value.ValueKind == JsonValueKind.Undefined ? byDefault!.Value : JsonReading.Integer(value, low, high, $"{Label}: \"{name}\""));
    }

    /// <summary>Side of a window or its step.</summary>
    public int Window(string name, int? byDefault = null) => Integer(name, 1, MaxWindow, byDefault);

    /// <summary>A fraction in [0, 1).</summary>
    public double Fraction(string name)
    {
        _asked.Add(new(name, LayerMemberKind.Fraction, IsRequired: true));
        if (!_element.TryGetProperty(name, out JsonElement value))
            throw Missing(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double fraction) && fraction is >= 0 and < 1
            ? Keep(name, fraction)
            : throw Error($"\"{name}\" is {JsonReading.Shown(value)}; expected a number from 0 to below 1.");
    }

    /// <summary>One of some words; the first is the default.</summary>
    public string Choice(string name, params string[] words)
    {
        _asked.Add(new(name, LayerMemberKind.Choice, IsRequired: false, Choices: words));
        if (!_element.TryGetProperty(name, out JsonElement value))
            return Keep(name, words[0]);
        return value.ValueKind == JsonValueKind.String && words.Contains(value.GetString(), StringComparer.Ordinal)
            ? Keep(name, value.GetString()!)
            : throw Error($"\"{name}\" is {JsonReading.Shown(value)}; expected {string.Join(" or ", words.Select(word => $"\"{word}\""))}.");
    }

    /// <summary>True or false; false when absent.</summary>
    public bool Flag(string name)
    {
        _asked.Add(new(name, LayerMemberKind.Flag, IsRequired: false));
        if (!_element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.False)
            return false;
        return value.ValueKind == JsonValueKind.True
            ? Keep(name, true)
            : throw Error($"\"{name}\" is {JsonReading.Shown(value)}; expected true or false.");
    }

    /// <summary>A list of integers; null when absent and not required.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">Most entries; at least one is needed.</param>
    /// <param name="low">Least value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="what">What the entries are, in the plural.</param>
    /// <param name="isRequired">Whether it must be there.</param>
    public int[]? Integers(string name, int most, int low, int high, string what, bool isRequired = false)
    {
        _asked.Add(new(name, LayerMemberKind.Integers, isRequired, low));
        if (!_element.TryGetProperty(name, out JsonElement list))
            return isRequired ? throw Missing(name) : null;
        JsonReading.Expect(list, JsonValueKind.Array, $"{Label}: \"{name}\"");
        int count = list.GetArrayLength();
        if (count == 0 || count > most)
            throw Error($"\"{name}\" names {count} {what}; expected 1 to {most}.");
        return Keep(name, list.EnumerateArray().Select((item, i) => JsonReading.Integer(item, low, high, $"{Label}: \"{name}\"[{i}]")).ToArray());
    }

    /// <summary>An external layer's tensors, each with a name of its own.</summary>
    public IReadOnlyList<ExternalTensor> Tensors(string name)
    {
        _asked.Add(new(name, LayerMemberKind.Tensors, IsRequired: true));
        if (!_element.TryGetProperty(name, out JsonElement list))
            throw Missing(name);
        JsonReading.Expect(list, JsonValueKind.Array, $"{Label}: \"{name}\"");
        int count = list.GetArrayLength();
        if (count is 0 or > ModelSpecification.MaxTensors)
            throw Error($"\"{name}\" lists {count} tensors; expected 1 to {ModelSpecification.MaxTensors}.");
        ExternalTensor[] tensors = [.. list.EnumerateArray().Select((item, i) => ExternalTensor.Read(item, $"{Label}: \"{name}\"[{i}]"))];
        return tensors.GroupBy(tensor => tensor.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw Error($"\"{name}\" has two tensors named \"{twice.Key}\"; give each its own name.")
            : Keep<IReadOnlyList<ExternalTensor>>(name, tensors);
    }

    /// <summary>Layers within this one, fed with this one's input; null when absent and not required.</summary>
    public IReadOnlyList<Layer>? Layers(string name, string scope = "", bool isRequired = false)
    {
        _asked.Add(new(name, LayerMemberKind.Layers, isRequired));
        if (!_element.TryGetProperty(name, out JsonElement list))
            return isRequired ? throw Missing(name) : null;
        return Keep(name, _model.ReadLayers(list, $"{_path}.{name}", $"{_scope}{Name}.{scope}", _depth + 1, Input));
    }

    public int Vector() => Input.Count == 1 ? Input[0] : throw WrongInput("[n]; put a flatten layer before it");

    public (int Channels, int Height, int Width) Image() =>
        Input.Count == 3 ? (Input[0], Input[1], Input[2]) : throw WrongInput("[channels, height, width]");

    public (int Length, int Features) Sequence() =>
        Input.Count == 2
            ? (Input[0], Input[1])
            : throw WrongInput("[length, features], as an embedding with \"sequence\" or an unflatten layer gives it");

    public InvalidDataException WrongInput(string expected) => Error($"the input is {Shapes.Text(Input)}; expected {expected}.");

    /// <summary>Positions of a window along one side.</summary>
    public int Positions(int size, int window, int stride, int padding, string side) => size + 2 * padding < window
        ? throw Error($"the kernel ({window}) is larger than the padded {side} ({size + 2 * padding}) of the input {Shapes.Text(Input)}.")
        : (size + 2 * padding - window) / stride + 1;

    /// <summary>Completes a layer: checks that all members were asked for, that sizes are bounded, and gives the parameters their places.</summary>
    /// <param name="layer">What was read.</param>
    /// <param name="output">Shape of a sample that comes out.</param>
    /// <param name="tensors">Its own parameters.</param>
    public Layer Place(Layer layer, IReadOnlyList<int> output, params ReadOnlySpan<TensorPlan> tensors)
    {
        foreach (JsonProperty member in _element.EnumerateObject())
        {
            if (member.Name is "type" or "name" || _asked.Any(asked => asked.Name == member.Name))
                continue;
            string known = string.Join(", ", _asked.Select(asked => asked.Name).Prepend("name"));
            throw Error($"unknown member \"{member.Name}\"; this type has {known}.");
        }

        if (Name.Length == 0 && (tensors.Length > 0 || layer.Inner.Any(HasParameters)))
            throw Error("a layer with parameters needs a \"name\".");
        CheckSize(output, "the output");
        _model.CountActivations(Shapes.Size(output), Label);
        var parameters = new List<ParameterSpecification>();
        foreach (TensorPlan tensor in tensors)
            parameters.Add(_model.Place(tensor, $"{_scope}{Name}.{tensor.Name}", Label));
        return layer with
        {
            Type = Type,
            Name = Name,
            Path = _path,
            Ordinal = _ordinal,
            Input = Input,
            Output = output,
            Members = _members,
            Parameters = parameters,
        };
    }

    /// <summary>Counts values that the layer holds for a sample besides its output.</summary>
    public void CountInternal(Int128 values, string what)
    {
        if (values > ModelSpecification.MaxActivations)
            throw Error($"{what} has {values} values; at most {ModelSpecification.MaxActivations} are allowed.");
        _model.CountActivations((long)values, Label);
    }

    public void CheckSize(IReadOnlyList<int> shape, string what) => Shapes.Check(shape, $"{Label}: {what}");

    /// <summary>What an embedding leaves for the next one.</summary>
    public void PassFeatures(IReadOnlyList<int> features) => _model.NextFeatures = features;

    private static bool HasParameters(Layer layer) => layer.Parameters.Count > 0 || layer.Inner.Any(HasParameters);

    private InvalidDataException Missing(string name) => Error($"the member \"{name}\" is missing.");

    private T Keep<T>(string name, T value)
        where T : notnull
    {
        _members.Add((name, value));
        return value;
    }

    private string ReadName()
    {
        if (!_element.TryGetProperty("name", out JsonElement value))
            return "";
        JsonReading.Expect(value, JsonValueKind.String, $"{_path}.name");
        string name = value.GetString()!;
        bool valid = name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        if (!valid)
        {
            throw new InvalidDataException(
                $"{_path}.name is not a name: expected a letter, then letters, digits or underscores, {MaxNameLength} at most.");
        }

        return _model.Claim(_scope + name)
            ? name
            : throw new InvalidDataException($"{Layer.Describe(_path, name, Type)}: the name is taken by an earlier layer; give each layer its own.");
    }
}
