using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Marketplace.Learning.Storage;

/// <summary>A named tensor: its type, shape and little-endian bytes.</summary>
/// <param name="Name">Name, unique in its file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions, slowest first; empty for a scalar.</param>
/// <param name="Data">Elements, row-major, little-endian.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Makes a tensor of int16, int32, int64, float or double values.</summary>
    public static SafetensorsTensor From<T>(string name, IReadOnlyList<int> shape, ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T> =>
        // Little-endian, as is every machine for which there is a libtorch.
        new(name, TypeOf<T>(), [.. shape.Select(dimension => (long)dimension)], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The elements as numbers of the tensor's own type.</summary>
    /// <exception cref="InvalidDataException">The tensor is of another type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged, INumber<T> =>
        Type == TypeOf<T>()
            ? MemoryMarshal.Cast<byte, T>(Data.Span).ToArray()
            : throw new InvalidDataException($"Tensor \"{Name}\" is of type {Type}; expected {TypeOf<T>()}.");

    private static SafetensorsType TypeOf<T>() => default(T) switch
    {
        short => SafetensorsType.I16,
        int => SafetensorsType.I32,
        long => SafetensorsType.I64,
        float => SafetensorsType.F32,
        double => SafetensorsType.F64,
        _ => throw new NotSupportedException($"Tensors of {typeof(T).Name} are not supported; use short, int, long, float or double."),
    };
}

/// <summary>
/// The safetensors container (https://huggingface.co/docs/safetensors): an 8-byte little-endian header length, a JSON header, the tensors' bytes.
/// The reader is strict. The writer keeps the order it is given and makes the same bytes everywhere, always; content addresses depend on it.
/// </summary>
// By hand because TorchSharp has no safetensors, and addresses need the same bytes every time: SafetensorsTests.The_writers_bytes_are_fixed.
public sealed class Safetensors
{
    /// <summary>Most bytes of a header that is read.</summary>
    public const int MaxHeaderBytes = 16 << 20;

    /// <summary>Longest name of a tensor, in characters.</summary>
    public const int MaxNameLength = 256;

    private const int MaxRank = 8;
    private const string MetadataKey = "__metadata__";

    private Safetensors(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsTensor> tensors) =>
        (Metadata, Tensors) = (metadata, tensors);

    /// <summary>The file's free-form strings.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>Reads a whole file. The tensors' data are slices of <paramref name="file"/>, not copies.</summary>
    /// <exception cref="InvalidDataException">The file is malformed: truncated, header too long or not JSON, names twice, unknown members or
    /// types, sizes that do not match shapes, tensors that overlap or leave holes. The message names the tensor.</exception>
    public static Safetensors Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < 8)
            throw new InvalidDataException($"The file has {file.Length} bytes; a safetensors file begins with an 8-byte header length.");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (headerLength > MaxHeaderBytes)
            throw new InvalidDataException($"The header length is {headerLength}; at most {MaxHeaderBytes} bytes are read.");
        if (headerLength > (ulong)(file.Length - 8))
            throw new InvalidDataException($"The header length is {headerLength}, but only {file.Length - 8} bytes follow it.");
        ReadOnlyMemory<byte> header = file.Slice(8, (int)headerLength);
        ReadOnlyMemory<byte> data = file[(8 + (int)headerLength)..];
        if (header.Length == 0 || header.Span[0] != (byte)'{')
            throw new InvalidDataException("The header does not begin with '{'.");
        return StrictJson.Read(header, "The header", root => ReadHeader(root, data));
    }

    /// <exception cref="InvalidDataException">There is none of this name.</exception>
    public SafetensorsTensor Get(string name) =>
        Tensors.FirstOrDefault(tensor => tensor.Name == name)
        ?? throw new InvalidDataException($"There is no tensor \"{name}\"; the file has {string.Join(", ", Tensors.Take(8).Select(t => t.Name))}.");

    /// <summary>
    /// Writes a file: metadata first, sorted by key (ordinal), then the tensors in the order given, data packed in that order. The header has no
    /// white space but the spaces at its end that make the data begin at a multiple of 8.
    /// </summary>
    /// <exception cref="ArgumentException">A name or a metadata key is not printable ASCII or comes twice, or a tensor's data do not match its
    /// shape.</exception>
    public static byte[] Write(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var header = new StringBuilder("{");
        if (metadata is { Count: > 0 })
        {
            header.Append("\"" + MetadataKey + "\":{");
            IEnumerable<KeyValuePair<string, string>> sorted = metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal);
            header.AppendJoin(',', sorted.Select(pair => $"{Quote(pair.Key)}:{QuoteText(pair.Value)}"));
            header.Append('}');
        }

        long offset = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (tensor.Name.Length is 0 or > MaxNameLength || tensor.Name == MetadataKey || !names.Add(tensor.Name))
                throw new ArgumentException($"Tensor name \"{tensor.Name}\" is empty, too long, reserved or comes twice.", nameof(tensors));
            if (ByteLength(tensor.Type, tensor.Shape) is not { } length || length != tensor.Data.Length)
            {
                throw new ArgumentException(
                    $"Tensor \"{tensor.Name}\" has {tensor.Data.Length} bytes, which does not match {tensor.Type} "
                        + $"[{string.Join(", ", tensor.Shape)}].",
                    nameof(tensors));
            }

            if (header.Length > 1)
                header.Append(',');
            header.Append($"{Quote(tensor.Name)}:{{\"dtype\":\"{Text(tensor.Type)}\",\"shape\":[");
            header.AppendJoin(',', tensor.Shape);
            header.Append($"],\"data_offsets\":[{offset},{offset + length}]}}");
            offset += length;
        }

        header.Append('}');
        int headerLength = (header.Length + 7) & ~7;
        if (headerLength > MaxHeaderBytes)
            throw new ArgumentException($"The header would have {headerLength} bytes; at most {MaxHeaderBytes} can be read back.", nameof(tensors));
        var file = new byte[checked(8 + headerLength + offset)];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)headerLength);
        file.AsSpan(8, headerLength).Fill((byte)' ');
        Encoding.ASCII.GetBytes(header.ToString(), file.AsSpan(8));
        int position = 8 + headerLength;
        foreach (SafetensorsTensor tensor in tensors)
        {
            tensor.Data.Span.CopyTo(file.AsSpan(position));
            position += tensor.Data.Length;
        }

        return file;
    }

    private static Safetensors ReadHeader(JsonElement root, ReadOnlyMemory<byte> data)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var tensors = new List<(long Begin, long End, SafetensorsTensor Tensor)>();
        foreach (JsonProperty entry in root.EnumerateObject())
        {
            if (entry.Name == MetadataKey)
                ReadMetadata(entry.Value, metadata);
            else
                tensors.Add(ReadTensor(entry.Name, entry.Value, data));
        }

        tensors.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long end = 0;
        foreach ((long begin, long next, SafetensorsTensor tensor) in tensors)
        {
            if (begin != end)
            {
                throw new InvalidDataException(
                    $"Tensor \"{tensor.Name}\" begins at {begin}, but the one before ends at {end}: tensors may neither overlap nor leave holes.");
            }

            end = next;
        }

        if (end != data.Length)
            throw new InvalidDataException($"The tensors end at {end}, but the file has {data.Length} bytes of data.");
        return new Safetensors(metadata, [.. tensors.Select(entry => entry.Tensor)]);
    }

    private static void ReadMetadata(JsonElement element, SortedDictionary<string, string> metadata)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{MetadataKey} is not a JSON object.");
        foreach (JsonProperty entry in element.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw new InvalidDataException($"{MetadataKey}.{Shown(entry.Name)} is not a string.");
            metadata.Add(entry.Name, entry.Value.GetString()!);
        }
    }

    private static (long Begin, long End, SafetensorsTensor Tensor) ReadTensor(string name, JsonElement element, ReadOnlyMemory<byte> data)
    {
        string label = $"Tensor \"{Shown(name)}\"";
        if (name.Length is 0 or > MaxNameLength)
            throw new InvalidDataException($"{label}: the name has {name.Length} characters; expected 1 to {MaxNameLength}.");
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{label}: the entry is not a JSON object.");
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (member.Name is not ("dtype" or "shape" or "data_offsets"))
                throw new InvalidDataException($"{label}: unknown member \"{Shown(member.Name)}\"; expected dtype, shape and data_offsets.");
        }

        if (!element.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !TryParseType(dtype.GetString()!, out SafetensorsType type))
        {
            throw new InvalidDataException(
                $"{label}: dtype is missing or unknown; expected one of {string.Join(", ", Enum.GetValues<SafetensorsType>().Select(Text))}.");
        }

        long[] shape = ReadNumbers(element, "shape", label, MaxRank);
        long[] offsets = ReadNumbers(element, "data_offsets", label, 2);
        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > data.Length)
        {
            throw new InvalidDataException(
                $"{label}: data_offsets is [{string.Join(", ", offsets)}]; expected [begin, end] within the {data.Length} bytes of data.");
        }

        if (ByteLength(type, shape) is not { } length)
            throw new InvalidDataException($"{label}: the shape [{string.Join(", ", shape)}] overflows.");
        if (length != offsets[1] - offsets[0])
        {
            throw new InvalidDataException(
                $"{label}: {Text(type)} [{string.Join(", ", shape)}] takes {length} bytes; data_offsets give {offsets[1] - offsets[0]}.");
        }

        var tensor = new SafetensorsTensor(name, type, shape, data.Slice((int)offsets[0], (int)length));
        return (offsets[0], offsets[1], tensor);
    }

    private static long[] ReadNumbers(JsonElement element, string member, string label, int most)
    {
        if (!element.TryGetProperty(member, out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > most)
            throw new InvalidDataException($"{label}: {member} is missing or not a list of at most {most} numbers.");
        var numbers = new long[list.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i]) || numbers[i] < 0)
                throw new InvalidDataException($"{label}: {member}[{i}] is not an integer of at least 0 in 64 bits.");
            i++;
        }

        return numbers;
    }

    /// <summary>Bytes of a tensor, or null when they exceed what an array holds.</summary>
    private static long? ByteLength(SafetensorsType type, IReadOnlyList<long> shape)
    {
        if (shape.Contains(0))
            return 0;
        Int128 length = ElementSize(type);
        foreach (long dimension in shape)
        {
            length *= dimension;
            if (dimension < 0 || length > Array.MaxLength)
                return null;
        }

        return (long)length;
    }

    private static int ElementSize(SafetensorsType type) => type switch
    {
        SafetensorsType.Bool or SafetensorsType.U8 or SafetensorsType.I8 => 1,
        SafetensorsType.U16 or SafetensorsType.I16 or SafetensorsType.F16 or SafetensorsType.BF16 => 2,
        SafetensorsType.U32 or SafetensorsType.I32 or SafetensorsType.F32 => 4,
        _ => 8,
    };

    private static string Text(SafetensorsType type) => type == SafetensorsType.Bool ? "BOOL" : type.ToString();

    private static bool TryParseType(string text, out SafetensorsType type)
    {
        foreach (SafetensorsType candidate in Enum.GetValues<SafetensorsType>())
        {
            if (Text(candidate) == text)
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }

    internal static string Shown(string name) => name.Length <= 60 ? name : name[..60] + "…";

    // Only printable ASCII is written, so that no library's choice of escapes can change the bytes.
    private static string Quote(string text)
    {
        if (text.Any(c => c is < ' ' or > '~'))
            throw new ArgumentException($"\"{text}\" has characters other than printable ASCII, which are not written.");
        return $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
    }

    /// <summary>Any text: what is not printable ASCII as the four hexadecimal digits of its UTF-16 units.</summary>
    private static string QuoteText(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
            quoted.Append(c is < ' ' or > '~' ? $"\\u{(int)c:x4}" : c is '"' or '\\' ? $"\\{c}" : $"{c}");
        return quoted.Append('"').ToString();
    }
}
