using System.Globalization;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;

namespace Marketplace.Learning.Storage;

/// <summary>
/// The global model as a file: its tensors as int32 in units of 2^−f in the specification's order, and metadata <c>fraction_bits</c>. The same
/// weights give the same bytes, so every party derives the same content address.
/// </summary>
public static class ModelFile
{
    private const string FractionBitsKey = "fraction_bits";

    /// <summary>Upper bound of a file's length in bytes, header included.</summary>
    public static long MaxBytes(ModelSpecification specification) => TensorFiles.MaxBytes(specification, sizeof(int));

    /// <summary>Writes the file.</summary>
    /// <param name="specification">The model.</param>
    /// <param name="weights">All weights in units of 2^−f.</param>
    /// <param name="fractionBits">f.</param>
    public static byte[] Write(ModelSpecification specification, ReadOnlySpan<int> weights, int fractionBits)
    {
        List<SafetensorsTensor> tensors = TensorFiles.Split(specification, weights);
        var metadata = new Dictionary<string, string> { [FractionBitsKey] = fractionBits.ToString(CultureInfo.InvariantCulture) };
        return Safetensors.Write(tensors, metadata);
    }

    /// <summary>Reads the file and checks it against the model.</summary>
    /// <exception cref="InvalidDataException">The file is malformed or not this model's; the message names the tensor.</exception>
    public static (int[] Weights, int FractionBits) Read(ReadOnlyMemory<byte> file, ModelSpecification specification)
    {
        Safetensors content = Safetensors.Read(file);
        string text = TensorFiles.Metadata(content, FractionBitsKey);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int fractionBits) || fractionBits > Quantization.MaxFractionBits)
            throw new InvalidDataException($"Metadata {FractionBitsKey} is \"{text}\"; expected 0 to {Quantization.MaxFractionBits}.");
        return (TensorFiles.Join<int>(content, specification), fractionBits);
    }

    /// <summary>Writes the weights as float32 for a training command, which has the model from its document.</summary>
    public static byte[] ExportFloat(ModelSpecification specification, ReadOnlySpan<int> weights, int fractionBits) =>
        Safetensors.Write(TensorFiles.Split<float>(specification, Quantization.ToFloat(weights, fractionBits)));

    /// <summary>Reads float32 weights that another program has written, under the model's names and in any order.</summary>
    /// <returns>All weights in the model's order.</returns>
    /// <exception cref="InvalidDataException">A tensor is missing, has another type or shape, or holds a value that is not finite.</exception>
    public static float[] ImportFloat(ReadOnlyMemory<byte> file, ModelSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        Safetensors content = Safetensors.Read(file);
        var weights = new float[specification.ParameterCount];
        foreach (ParameterSpecification parameter in specification.Parameters)
        {
            float[] values = TensorFiles.Values<float>(content.Get(parameter.Name), parameter);
            int wrong = Array.FindIndex(values, value => !float.IsFinite(value));
            if (wrong >= 0)
                throw new InvalidDataException($"Value {wrong} of tensor \"{parameter.Name}\" is {values[wrong]}; expected a finite number.");
            values.CopyTo(weights, parameter.Offset);
        }

        return weights;
    }
}

/// <summary>A round's aggregate: U = Σ b_i·u_i as int64 tensors in the model's order, with the blinder ρ_U and the divisor B as metadata.</summary>
/// <param name="Values">U, all entries in the model's order.</param>
/// <param name="Blinder">ρ_U as 64 lowercase hexadecimal digits, big-endian, without prefix.</param>
/// <param name="Divisor">B, above 0.</param>
public sealed record AggregateFile(long[] Values, string Blinder, long Divisor)
{
    private const string BlinderKey = "blinder", DivisorKey = "divisor";
    private const int BlinderDigits = 64;

    /// <summary>Upper bound of a file's length in bytes, header included.</summary>
    public static long MaxBytes(ModelSpecification specification) => TensorFiles.MaxBytes(specification, sizeof(long));

    /// <summary>Writes the file; the same aggregate gives the same bytes.</summary>
    /// <exception cref="ArgumentException">The blinder or the divisor is not of the form above, or the length is not the model's.</exception>
    public byte[] Write(ModelSpecification specification)
    {
        if (!IsBlinder(Blinder))
            throw new ArgumentException($"The blinder is not {BlinderDigits} lowercase hexadecimal digits.");
        if (Divisor <= 0)
            throw new ArgumentException($"The divisor is {Divisor}; expected a number above 0.");
        var metadata = new Dictionary<string, string>
        {
            [BlinderKey] = Blinder,
            [DivisorKey] = Divisor.ToString(CultureInfo.InvariantCulture),
        };
        return Safetensors.Write(TensorFiles.Split<long>(specification, Values), metadata);
    }

    /// <summary>Reads the file and checks it against the model.</summary>
    /// <exception cref="InvalidDataException">The file is malformed or not this model's; the message says where.</exception>
    public static AggregateFile Read(ReadOnlyMemory<byte> file, ModelSpecification specification)
    {
        Safetensors content = Safetensors.Read(file);
        string blinder = TensorFiles.Metadata(content, BlinderKey), divisorText = TensorFiles.Metadata(content, DivisorKey);
        if (!IsBlinder(blinder))
            throw new InvalidDataException($"Metadata {BlinderKey} is not {BlinderDigits} lowercase hexadecimal digits.");
        if (!long.TryParse(divisorText, NumberStyles.None, CultureInfo.InvariantCulture, out long divisor) || divisor == 0)
            throw new InvalidDataException($"Metadata {DivisorKey} is \"{divisorText}\"; expected a decimal number above 0 in 63 bits.");
        return new AggregateFile(TensorFiles.Join<long>(content, specification), blinder, divisor);
    }

    private static bool IsBlinder(string text) => text.Length == BlinderDigits && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>Cuts a flat vector into a model's tensors and joins them again.</summary>
internal static class TensorFiles
{
    private const int MetadataBytes = 64 * 1024;
    private const int MaxTensorHeaderBytes = 256; // type, shape and offsets, without the name

    public static long MaxBytes(ModelSpecification specification, int entryBytes) =>
        (long)entryBytes * specification.ParameterCount + MetadataBytes
        + specification.Parameters.Sum(parameter => (long)MaxTensorHeaderBytes + parameter.Name.Length);

    public static List<SafetensorsTensor> Split<T>(ModelSpecification specification, ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        ArgumentNullException.ThrowIfNull(specification);
        if (values.Length != specification.ParameterCount)
        {
            throw new ArgumentException(
                $"There are {values.Length} values; the model has {specification.ParameterCount} parameters.", nameof(values));
        }

        var tensors = new List<SafetensorsTensor>();
        foreach (ParameterSpecification parameter in specification.Parameters)
            tensors.Add(SafetensorsTensor.From(parameter.Name, parameter.Shape, values.Slice(parameter.Offset, parameter.Length)));
        return tensors;
    }

    public static T[] Join<T>(Safetensors content, ModelSpecification specification)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        ArgumentNullException.ThrowIfNull(specification);
        if (content.Tensors.Count != specification.Parameters.Count)
            throw new InvalidDataException($"The file has {content.Tensors.Count} tensors; the model has {specification.Parameters.Count}.");
        var values = new T[specification.ParameterCount];
        for (int i = 0; i < content.Tensors.Count; i++)
        {
            (SafetensorsTensor tensor, ParameterSpecification parameter) = (content.Tensors[i], specification.Parameters[i]);
            if (tensor.Name != parameter.Name)
                throw new InvalidDataException($"Tensor {i} is \"{tensor.Name}\"; the model's order has \"{parameter.Name}\" there.");
            Values<T>(tensor, parameter).CopyTo(values, parameter.Offset);
        }

        return values;
    }

    public static T[] Values<T>(SafetensorsTensor tensor, ParameterSpecification parameter)
        where T : unmanaged, System.Numerics.INumber<T> =>
        tensor.Shape.SequenceEqual(parameter.Shape.Select(dimension => (long)dimension))
            ? tensor.ToArray<T>()
            : throw new InvalidDataException(
                $"Tensor \"{tensor.Name}\" has shape [{string.Join(", ", tensor.Shape)}]; the model has [{string.Join(", ", parameter.Shape)}].");

    public static string Metadata(Safetensors content, string key) => content.Metadata.TryGetValue(key, out string? value)
        ? value
        : throw new InvalidDataException($"The file has no metadata \"{key}\".");
}
