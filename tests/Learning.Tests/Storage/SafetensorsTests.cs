using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Tests.Storage;

/// <summary>The safetensors container: exact bytes, strictness, and the files built on it.</summary>
public sealed class SafetensorsTests
{
    private static readonly ModelSpecification Model = ModelSpecification.Parse(
        """{"input":[2],"layers":[{"type":"linear","name":"z","out":2},{"type":"linear","name":"a","out":2}],"loss":"crossEntropy"}""");

    [Fact]
    public void The_writers_bytes_are_fixed()
    {
        byte[] file = Safetensors.Write(
            [SafetensorsTensor.From<short>("b", [2], [1, -2]), SafetensorsTensor.From<long>("a", [1, 1], [3])],
            new Dictionary<string, string> { ["z"] = "\"\\", ["k"] = "v" });
        const string Header =
            """{"__metadata__":{"k":"v","z":"\"\\"},"b":{"dtype":"I16","shape":[2],"data_offsets":[0,4]},"a":"""
                + """{"dtype":"I64","shape":[1,1],"data_offsets":[4,12]}}""";
        int length = (Header.Length + 7) / 8 * 8;
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(file) % 8);
        Assert.Equal(Header.PadRight(length), Encoding.ASCII.GetString(file, 8, length));
        Assert.Equal("0100FEFF0300000000000000", Convert.ToHexString(file.AsSpan(8 + length)));
    }

    [Fact]
    public void Every_type_comes_back()
    {
        byte[] file = Safetensors.Write(
        [
            SafetensorsTensor.From<short>("i16", [2], [short.MinValue, 5]), SafetensorsTensor.From<int>("i32", [1, 2], [int.MinValue, 5]),
            SafetensorsTensor.From<long>("i64", [1], [long.MaxValue]), SafetensorsTensor.From<float>("f32", [], [1.5f]),
            SafetensorsTensor.From<double>("f64", [1], [double.Epsilon]),
            new SafetensorsTensor("u8", SafetensorsType.U8, [3], new byte[] { 1, 2, 3 }),
            SafetensorsTensor.From<float>("none", [0, 7], []),
        ]);
        Safetensors read = Safetensors.Read(file);
        Assert.Equal(["i16", "i32", "i64", "f32", "f64", "u8", "none"], read.Tensors.Select(t => t.Name));
        Assert.Equal([short.MinValue, 5], read.Get("i16").ToArray<short>());
        Assert.Equal([int.MinValue, 5], read.Get("i32").ToArray<int>());
        Assert.Equal([long.MaxValue], read.Get("i64").ToArray<long>());
        Assert.Equal([1.5f], read.Get("f32").ToArray<float>());
        Assert.Equal([double.Epsilon], read.Get("f64").ToArray<double>());
        Assert.Equal([0, 7], read.Get("none").Shape);
        Assert.Contains("is of type I16; expected I32", Assert.Throws<InvalidDataException>(() => read.Get("i16").ToArray<int>()).Message);
        Assert.Contains("no tensor \"x\"", Assert.Throws<InvalidDataException>(() => read.Get("x")).Message);
    }

    public static TheoryData<string, int, string> MalformedHeaders => new()
    {
        { "", 0, "does not begin with '{'" },
        { " {}", 0, "does not begin with '{'" },
        { "{", 0, "not valid JSON" },
        { "{} x", 0, "not valid JSON" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "unique names" },
        { """{"a":1}""", 0, "Tensor \"a\": the entry is not a JSON object" },
        { """{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1, "Tensor \"a\": dtype is missing" },
        { """{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}""", 1, "Tensor \"a\": dtype is missing or unknown; expected one of BOOL" },
        { """{"a":{"dtype":"u8","shape":[1],"data_offsets":[0,1]}}""", 1, "Tensor \"a\": dtype" },
        { """{"a":{"dtype":"U8","data_offsets":[0,1]}}""", 1, "Tensor \"a\": shape is missing" },
        { """{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "Tensor \"a\": shape[0] is not an integer" },
        {
            """{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}""",
            1,
            "Tensor \"a\": shape is missing or not a list of at most 8"
        },
        {
            """{"a":{"dtype":"F64","shape":[9223372036854775807,2],"data_offsets":[0,1]}}""",
            1,
            "Tensor \"a\": the shape [9223372036854775807, 2] overflows"
        },
        { """{"a":{"dtype":"U8","shape":[1]}}""", 1, "Tensor \"a\": data_offsets is missing" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1, "Tensor \"a\": data_offsets is [0]" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, "Tensor \"a\": data_offsets is [1, 0]" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1, "within the 1 bytes of data" },
        { """{"a":{"dtype":"I32","shape":[1],"data_offsets":[0,3]}}""", 3, "Tensor \"a\": I32 [1] takes 4 bytes; data_offsets give 3" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}""", 1, "Tensor \"a\": unknown member \"x\"" },
        {
            """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""",
            3,
            "Tensor \"b\" begins at 1, but the one before ends at 2"
        },
        {
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""",
            3,
            "Tensor \"b\" begins at 2, but the one before ends at 1"
        },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "Tensor \"a\" begins at 1" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, "The tensors end at 1, but the file has 2 bytes" },
        { """{"__metadata__":[]}""", 0, "__metadata__ is not a JSON object" },
        { """{"__metadata__":{"k":1}}""", 0, "__metadata__.k is not a string" },
        { """{"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "the name has 0 characters" },
    };

    [Theory]
    [MemberData(nameof(MalformedHeaders))]
    public void Malformed_headers_are_refused_by_name(string header, int dataLength, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Safetensors.Read(Frame(header, dataLength))).Message);

    [Fact]
    public void Lying_header_lengths_are_refused_before_anything_is_read()
    {
        Assert.Contains("has 7 bytes", Assert.Throws<InvalidDataException>(() => Safetensors.Read(new byte[7])).Message);
        var file = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, 9);
        Assert.Contains("header length is 9, but only 8 bytes follow", Assert.Throws<InvalidDataException>(() => Safetensors.Read(file)).Message);
        BinaryPrimitives.WriteUInt64LittleEndian(file, ulong.MaxValue);
        Assert.Contains("at most 16777216", Assert.Throws<InvalidDataException>(() => Safetensors.Read(file)).Message);
    }

    [Fact]
    public void Random_damage_never_escapes_as_another_exception()
    {
        const ulong Seed = 77;
        byte[] file = ModelFile.Write(Model, [.. Enumerable.Range(0, Model.ParameterCount)], 14);
        var random = new RandomStream(Seed);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = file.ToArray();
            for (int j = random.NextInt32(3); j >= 0; j--)
                damaged[random.NextInt32(damaged.Length)] = (byte)random.NextUInt32();
            if (random.NextInt32(4) == 0)
                damaged = damaged[..random.NextInt32(damaged.Length)];
            try
            {
                ModelFile.Read(damaged, Model);
            }
            catch (InvalidDataException)
            {
                // The one way out that callers are promised.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed}, case {i}: {e}");
            }
        }
    }

    [Fact]
    public void The_writer_refuses_what_the_reader_would()
    {
        SafetensorsTensor good = SafetensorsTensor.From<int>("a", [1], [1]);
        Refused("comes twice", [good, good]);
        Refused("reserved", [good with { Name = "__metadata__" }]);
        Refused("printable ASCII", [good with { Name = "ä" }]);
        Refused("does not match I32 [2]", [good with { Shape = [2] }]);
        Refused("does not match", [good with { Shape = [-1] }]);
        Refused("does not match", [good with { Shape = [long.MaxValue, 4] }]);

        static void Refused(string expected, SafetensorsTensor[] tensors) =>
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Safetensors.Write(tensors)).Message);
    }

    [Fact]
    public void Model_files_keep_the_models_order_and_bytes()
    {
        int[] weights = [.. Enumerable.Range(-6, Model.ParameterCount)];
        byte[] file = ModelFile.Write(Model, weights, 14);
        Assert.Equal(file, ModelFile.Write(Model, weights, 14));
        (int[] read, int fractionBits) = ModelFile.Read(file, Model);
        Assert.Equal(weights, read);
        Assert.Equal(14, fractionBits);
        Safetensors content = Safetensors.Read(file);
        Assert.Equal(["z.weight", "z.bias", "a.weight", "a.bias"], content.Tensors.Select(t => t.Name));
        Assert.Equal("14", content.Metadata["fraction_bits"]);

        float[] floats = Safetensors.Read(ModelFile.ExportFloat(Model, weights, 14)).Get("z.weight").ToArray<float>();
        Assert.Equal([-6f / 16384, -5f / 16384, -4f / 16384, -3f / 16384], floats);
    }

    [Fact]
    public void Files_of_other_models_are_refused()
    {
        byte[] file = ModelFile.Write(Model, new int[Model.ParameterCount], 14);
        Refused(
            "Tensor 0 is \"z.weight\"; the model's order has \"y.weight\"",
            """{"type":"linear","name":"y","out":2},{"type":"linear","name":"a","out":2}""");
        Refused(
            "Tensor \"z.weight\" has shape [2, 2]; the model has [3, 2]",
            """{"type":"linear","name":"z","out":3},{"type":"linear","name":"a","out":2}""");
        Refused("has 4 tensors; the model has 2", """{"type":"linear","name":"z","out":2}""");
        byte[] aggregate = new AggregateFile(new long[Model.ParameterCount], new string('0', 64), 1).Write(Model);
        Assert.Contains("no metadata \"fraction_bits\"", Assert.Throws<InvalidDataException>(() => ModelFile.Read(aggregate, Model)).Message);
        Assert.Contains("no metadata \"blinder\"", Assert.Throws<InvalidDataException>(() => AggregateFile.Read(file, Model)).Message);
        Assert.Contains("Metadata fraction_bits is \"31\"", Assert.Throws<InvalidDataException>(
            () => ModelFile.Read(ModelFile.Write(Model, new int[Model.ParameterCount], 31), Model)).Message);

        void Refused(string expected, string layers)
        {
            ModelSpecification other = ModelSpecification.Parse($$"""{"input":[2],"layers":[{{layers}}],"loss":"crossEntropy"}""");
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ModelFile.Read(file, other)).Message);
        }
    }

    [Fact]
    public void Aggregate_files_come_back_for_every_content()
    {
        var generator = ArbMap.Default.ArbFor<long[]>();
        Prop.ForAll(generator, values =>
        {
            var padded = new long[Model.ParameterCount];
            values.AsSpan(0, Math.Min(values.Length, padded.Length)).CopyTo(padded);
            var file = new AggregateFile(padded, new string('a', 63) + "f", 65536 * 3 + 1);
            AggregateFile read = AggregateFile.Read(file.Write(Model), Model);
            return read.Values.SequenceEqual(padded) && (read.Blinder, read.Divisor) == (file.Blinder, file.Divisor);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("0x00000000000000000000000000000000000000000000000000000000000000", 1)]
    [InlineData("AA00000000000000000000000000000000000000000000000000000000000000", 1)]
    [InlineData("aa00000000000000000000000000000000000000000000000000000000000000", 0)]
    [InlineData("aa00000000000000000000000000000000000000000000000000000000000000", -5)]
    public void Aggregates_with_bad_metadata_are_refused_both_ways(string blinder, long divisor)
    {
        Assert.Throws<ArgumentException>(() => new AggregateFile(new long[Model.ParameterCount], blinder, divisor).Write(Model));
        byte[] good = new AggregateFile(new long[Model.ParameterCount], new string('0', 64), 1).Write(Model);
        byte[] bad = Safetensors.Write(
            Safetensors.Read(good).Tensors,
            new Dictionary<string, string>
            {
                ["blinder"] = blinder,
                ["divisor"] = divisor.ToString(System.Globalization.CultureInfo.InvariantCulture)
            });
        Assert.Contains("Metadata ", Assert.Throws<InvalidDataException>(() => AggregateFile.Read(bad, Model)).Message);
    }

    private static byte[] Frame(string header, int dataLength)
    {
        var file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        Encoding.ASCII.GetBytes(header, file.AsSpan(8));
        return file;
    }
}
