using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Marketplace.Learning.Models;
using Marketplace.Learning.Tests.Layers;

namespace Marketplace.Learning.Tests.Models;

/// <summary>Model documents: what they mean, and how malformed ones are refused.</summary>
public sealed class ModelSpecificationTests
{
    private const string Linear = """{"type":"linear","name":"a","out":2}""";

    [Fact]
    public void Shapes_and_parameters_follow_from_the_document()
    {
        ModelSpecification model = ModelSpecification.Parse("""
            {"input":[1,28,28],"layers":[{"type":"conv2d","name":"conv1","out":8,"kernel":5},{"type":"relu"},{"type":"maxPool2d","size":2},
            {"type":"flatten"},{"type":"linear","name":"fc1","out":10}],"loss":"crossEntropy"}
            """);
        Assert.Equal(["conv1.weight", "conv1.bias", "fc1.weight", "fc1.bias"], model.Parameters.Select(p => p.Name));
        Assert.Equal([0, 200, 208, 208 + 11520], model.Parameters.Select(p => p.Offset));
        Assert.Equal([8, 1, 5, 5], model.Parameters[0].Shape);
        Assert.Equal([10, 8 * 12 * 12], model.Parameters[2].Shape);
        Assert.Equal(208 + 11530, model.ParameterCount);
        Assert.Equal((784, 10, LossKind.CrossEntropy), (model.InputSize, model.OutputSize, model.Loss));
        Assert.Equal([8, 12, 12], model.Layers[2].Output);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Writing_and_reading_gives_the_same_model(string json)
    {
        ModelSpecification model = ModelSpecification.Parse(json);
        string written = model.ToJson();
        ModelSpecification again = ModelSpecification.Parse(written);
        Assert.Equal(written, again.ToJson());
        Assert.Equal(model.ParameterCount, again.ParameterCount);
        Assert.Equal(
            model.Parameters.Select(p => $"{p.Name} {string.Join(',', p.Shape)}"),
            again.Parameters.Select(p => $"{p.Name} {string.Join(',', p.Shape)}"));
    }

    public static TheoryData<string> Documents => [.. TestModels.All, .. LayerModels.All.Keys];

    public static TheoryData<string, string> Malformed => new()
    {
        { "{", "not valid JSON" },
        { "[]", "The model document is []; expected a JSON object" },
        { Model("[4]", Linear) + "x", "not valid JSON" },
        { """{"input":[4],"input":[4],"layers":[],"loss":"crossEntropy"}""", "not valid JSON" },
        { """{"layers":[],"loss":"crossEntropy"}""", "\"input\" is missing" },
        { """{"input":[4],"loss":"crossEntropy"}""", "\"layers\" is missing" },
        { """{"input":[4],"layers":[{"type":"relu"}]}""", "\"loss\" is missing" },
        { """{"input":[4],"layers":[{"type":"relu"}],"loss":"hinge"}""", "\"loss\" is \"hinge\"; expected \"crossEntropy\"" },
        { """{"input":[4],"layers":[{"type":"relu"}],"loss":1}""", "\"loss\" is 1; expected a JSON string" },
        { """{"input":[4],"layers":[],"loss":"crossEntropy","seed":1}""", "unknown member \"seed\"" },
        { Model("[4,4]", Linear), "\"input\" has 2 dimensions" },
        { Model("[0]", Linear), "\"input\"[0] is 0; expected an integer from 1" },
        { Model("[1.5]", Linear), "\"input\"[0] is 1.5" },
        { Model("[4096,4096,4096]", """{"type":"flatten"}""", Linear), "\"input\" [4096, 4096, 4096] has 68719476736 values" },
        { Model("[4]"), "\"model.layers\" has 0 layers" },
        { Model("[4]", "7"), "layers[0] is 7; expected a JSON object" },
        { Model("[4]", """{"name":"x"}"""), "layers[0]: the member \"type\" is missing" },
        {
            Model("[4]", Linear, """{"type":"softmax","name":"s"}"""),
            "layers[1] \"s\" (softmax): unknown layer type \"softmax\"; expected one of linear"
        },
        { Model("[4]", """{"type":"Linear","name":"x","out":2}"""), "unknown layer type \"Linear\"" },
        { Model("[4]", """{"type":"linear","name":"x","out":2,"bias":false}"""), "layers[0] \"x\" (linear): unknown member \"bias\"" },
        { Model("[4]", """{"type":"linear","out":2}"""), "layers[0] (linear): a layer with parameters needs a \"name\"" },
        { Model("[4]", """{"type":"linear","name":"1x","out":2}"""), "layers[0].name is not a name" },
        { Model("[4]", """{"type":"linear","name":"a.b","out":2}"""), "layers[0].name is not a name" },
        { Model("[4]", """{"type":"linear","name":"x"}"""), "layers[0] \"x\" (linear): the member \"out\" is missing" },
        { Model("[4]", """{"type":"linear","name":"x","out":0}"""), "layers[0] \"x\" (linear): \"out\" is 0" },
        { Model("[4]", """{"type":"linear","name":"x","out":"2"}"""), "\"out\" is \"2\"; expected an integer" },
        { Model("[8]", """{"type":"linear","name":"x","out":16777216}"""), "layers[0] \"x\" (linear): the model would have 150994944 parameters" },
        { Model("[4]", """{"type":"linear","name":"\ud800","out":2}"""), "half a surrogate pair" },
        { Model("[4]", Linear, Linear), "layers[1] \"a\" (linear): the name is taken" },
        { Model("[1,4,4]", Linear), "layers[0] \"a\" (linear): the input is [1, 4, 4]; expected [n]; put a flatten layer" },
        { Model("[4]", """{"type":"conv2d","name":"c","out":2,"kernel":3}"""), "layers[0] \"c\" (conv2d): the input is [4]; expected [channels" },
        {
            Model("[1,4,4]", """{"type":"conv2d","name":"c","out":2,"kernel":5}"""),
            "layers[0] \"c\" (conv2d): the kernel (5) is larger than the padded height (4)"
        },
        { Model("[1,4,4]", """{"type":"conv2d","name":"c","out":2,"kernel":3,"padding":3}"""), "\"padding\" is 3; expected an integer from 0 to 2" },
        {
            Model("[1,1,16777216]", """{"type":"conv2d","name":"c","out":1,"kernel":1024,"stride":1024,"padding":1023}"""),
            "layers[0] \"c\" (conv2d): the padded input [1, 2047, 16779262] has"
        },
        { Model("[1,4096,4096]", [.. Enumerable.Repeat("""{"type":"relu"}""", 5)]), "layers[4] (relu): a sample would have 83886080 values" },
        { Model("[1,4,4]", """{"type":"conv2d","name":"c","out":2,"kernel":3,"stride":0}"""), "\"stride\" is 0" },
        {
            Model("[1,4,4]", """{"type":"maxPool2d","size":5}""", """{"type":"flatten"}""", Linear),
            "layers[0] (maxPool2d): the window (5) is larger than the input [1, 4, 4]"
        },
        { Model("[4]", """{"type":"maxPool2d","size":2}"""), "layers[0] (maxPool2d): the input is [4]" },
        {
            Model("[1,4,4]", """{"type":"conv2d","name":"c","out":2,"kernel":3}"""),
            "layers[0] \"c\" (conv2d): the last layer's output is [2, 2, 2]; the loss needs [n]"
        },
        { Model("[4]", """{"type":"relu"}"""), "The model has no parameters" },
        { Model("[4]", """{"type":"linear","name":"x","out":1}"""), "crossEntropy needs at least 2 outputs" },
        {
            Model("[4]", Linear, """{"type":"embedding","name":"e","vocabulary":3,"dimension":2}"""),
            "layers[1] \"e\" (embedding): an embedding reads indices"
        },
        {
            Model("[4]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"columns":[4]}"""),
            "\"columns\"[0] is 4; expected an integer from 0 to 3"
        },
        { Model("[4]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"columns":[2,1]}"""), "\"columns\"[1] is 1 after 2" },
        { Model("[4]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"columns":[]}"""), "\"columns\" names 0 columns" },
        {
            Model("[100]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":1000000}"""),
            "layers[0] \"e\" (embedding): the output has 100000000 values"
        },
        {
            Model(
                "[3]",
                """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"columns":[0]}""",
                """{"type":"embedding","name":"f","vocabulary":3,"dimension":2,"columns":[2]}"""),
            "layers[1] \"f\" (embedding): \"columns\"[0] is 2, an earlier embedding's output; indices are among the first 2"
        },
        {
            Model(
                "[2]",
                """{"type":"embedding","name":"e","vocabulary":3,"dimension":2}""",
                """{"type":"embedding","name":"f","vocabulary":3,"dimension":2}"""),
            "layers[1] \"f\" (embedding): an earlier embedding's output is not an index"
        },
    };

    public static TheoryData<string, string> MalformedLayers => new()
    {
        { Model("[1,4,4]", """{"type":"batchNorm2d","name":"b"}"""), "model.layers[0] \"b\" (batchNorm2d): batch normalization keeps statistics" },
        { Model("[1,4,4]", """{"type":"groupNorm","name":"g","groups":2}"""), "\"groups\" is 2; expected an integer from 1 to 1" },
        { Model("[6,4,4]", """{"type":"groupNorm","name":"g","groups":4}"""), "(groupNorm): \"groups\" is 4; expected a divisor of the 6 channels" },
        {
            Model("[4]", """{"type":"groupNorm","name":"g","groups":2}"""),
            "the input is [4]; expected [channels, height, width] or [channels, length]"
        },
        { Model("[1,4,4]", """{"type":"layerNorm","name":"n"}"""), "use groupNorm for images" },
        { Model("[4]", """{"type":"dropout","rate":1}"""), "model.layers[0] (dropout): \"rate\" is 1; expected a number from 0 to below 1" },
        { Model("[4]", """{"type":"dropout"}"""), "\"rate\" is missing" },
        { Model("[1,4,4]", """{"type":"avgPool2d","size":5}"""), "(avgPool2d): the window (5) is larger" },
        { Model("[1,4,3]", """{"type":"adaptiveAvgPool2d","size":4}"""), "\"size\" is 4; expected an integer from 1 to 3" },
        { Model("[6]", """{"type":"unflatten","shape":[2,4]}"""), "\"shape\" [2, 4] has 8 values; the input has 6" },
        { Model("[6]", """{"type":"unflatten","shape":[16777216,16777216]}"""), "the shape [16777216, 16777216] has 281474976710656 values" },
        { Model("[6]", """{"type":"unflatten","shape":[1,1,2,3]}"""), "\"shape\" names 4 dimensions; expected 1 to 3" },
        { Model("[6]", """{"type":"unflatten"}"""), "\"shape\" is missing" },
        { Model("[6]", """{"type":"transpose"}"""), "(transpose): the input is [6]; expected two dimensions" },
        { Model("[6]", """{"type":"conv1d","name":"c","out":2,"kernel":1}"""), "expected [channels, length], as an unflatten layer gives it" },
        {
            Model("[6]", """{"type":"unflatten","shape":[2,3]}""", """{"type":"conv1d","name":"c","out":2,"kernel":4}"""),
            "layers[1] \"c\" (conv1d): the kernel (4) is larger than the padded length (3)"
        },
        { Model("[6]", """{"type":"lstm","name":"l","hidden":2}"""), "(lstm): the input is [6]; expected [length, features]" },
        {
            Model("[6]", """{"type":"unflatten","shape":[2,3]}""", """{"type":"gru","name":"l","hidden":2,"output":"first"}"""),
            "\"output\" is \"first\"; expected \"sequence\" or \"last\""
        },
        {
            Model("[6]", """{"type":"unflatten","shape":[2,3]}""", """{"type":"lstm","name":"l","hidden":2,"layers":17}"""),
            "\"layers\" is 17; expected an integer from 1 to 16"
        },
        {
            Model("[6]", """{"type":"unflatten","shape":[2,3]}""", """{"type":"multiheadAttention","name":"a","heads":2}"""),
            "\"heads\" is 2; expected a divisor of the 3 features"
        },
        {
            Model("[65536]", """{"type":"unflatten","shape":[65536,1]}""", """{"type":"multiheadAttention","name":"a","heads":1}"""),
            "the attention between all positions has 4295229440 values"
        },
        {
            Model(
                "[6]",
                """{"type":"unflatten","shape":[2,3]}""",
                """{"type":"transformerEncoder","name":"t","heads":3,"feedForward":4,"activation":"tanh"}"""),
            "\"activation\" is \"tanh\"; expected \"relu\" or \"gelu\""
        },
        {
            Model("[6]", """{"type":"unflatten","shape":[2,3]}""", """{"type":"transformerEncoder","heads":3,"feedForward":4}"""),
            "a layer with parameters needs a \"name\""
        },
        {
            Model("[4]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"sequence":1}"""),
            "\"sequence\" is 1; expected true or false"
        },
        { Model("[4]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"columns":[0],"sequence":true}"""), "exclude each other" },
        { Model("[4]", """{"type":"positionalEmbedding","name":"p"}"""), "the input is [4]; expected [length, features]" },
        { Model("[4]", """{"type":"residual","name":"r"}"""), "model.layers[0] \"r\" (residual): the member \"layers\" is missing" },
        { Model("[4]", """{"type":"residual","name":"r","layers":[]}"""), "\"model.layers[0].layers\" has 0 layers" },
        {
            Model("[4]", $$"""{"type":"residual","name":"r","layers":[{{Linear}}]}"""),
            "the layers give [2], the shortcut [4]; give it a \"shortcut\""
        },
        {
            Model("[4]", $$"""{"type":"residual","name":"r","layers":[{{Linear}}],"shortcut":[{"type":"relu"}]}"""),
            "the layers give [2], the shortcut [4]; make them equal"
        },
        {
            Model("[4]", $$"""{"type":"residual","layers":[{{Linear}}],"shortcut":[{{Linear}}]}"""),
            "(residual): a layer with parameters needs a \"name\""
        },
        {
            Model("[4]", """{"type":"residual","name":"r","layers":[{"type":"relu"},{"type":"linear","name":"x","out":0}]}"""),
            "model.layers[0].layers[1] \"x\" (linear): \"out\" is 0"
        },
        {
            Model("[4]", """{"type":"residual","name":"r","layers":[{"type":"linear","name":"x","out":4,"rate":1}]}"""),
            "model.layers[0].layers[0] \"x\" (linear): unknown member \"rate\""
        },
        {
            Model("[4]", """{"type":"residual","name":"r","layers":[{"type":"relu"}],"shortcut":[{"type":"softmax"}]}"""),
            "model.layers[0].shortcut[0] (softmax): unknown layer type"
        },
        {
            Model("[4]", $$"""{"type":"residual","name":"r","layers":[{{Linear}},{{Linear}}]}"""),
            "model.layers[0].layers[1] \"a\" (linear): the name is taken"
        },
        { Model("[4]", Nested(5, """{"type":"relu"}""")), "lies in 5 layers; at most 4" },
        {
            Model("[4]", Nested(1, string.Join(',', Enumerable.Repeat("""{"type":"relu"}""", 256)))),
            "model.layers[0].layers[255] (relu): the model has more than 256 layers"
        },
        { Model("[4]", Nested(4, $$"""{"type":"linear","name":"{{new string('x', 64)}}","out":4}""")), "has a name of" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    [MemberData(nameof(MalformedLayers))]
    public void Malformed_documents_are_refused_by_name(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ModelSpecification.Parse(json)).Message);

    // Computed by the engine that this market's first projects were published with.
    [Theory]
    [InlineData(TestModels.Digits, "78615c70446b6b8f6f98c90b093c1f0fb6cddbc86f1d37503763a9568686cd54")]
    [InlineData(TestModels.Embedded, "e1cbd43cac9d0b05ba8e6491fe636d5a726f3d1951e88f2630088e4baf9a3d6e")]
    public void Initial_weights_are_the_same_bits_everywhere(string json, string sha256)
    {
        float[] weights = ModelSpecification.Parse(json).DrawInitialWeights(7);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(weights.AsSpan()))));
    }

    [Fact]
    public void Initial_weights_depend_on_the_seed_and_the_layer_alone()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Cnn);
        float[] weights = model.DrawInitialWeights(1);
        Assert.NotEqual(weights, model.DrawInitialWeights(2));
        Assert.Equal(weights, model.DrawInitialWeights(1));
        double bound = Math.Sqrt(3.0 / 18);
        Assert.All(weights[..model.Parameters[0].Length], weight => Assert.InRange(weight, -bound, bound));
        Assert.All(weights.AsSpan(model.Parameters[1].Offset, model.Parameters[1].Length).ToArray(), bias => Assert.Equal(0, bias));
    }

    [Fact]
    public void Written_documents_keep_their_bytes()
    {
        const string Written =
            """{"input":[2,9,8],"layers":[{"type":"conv2d","name":"conv1","out":5,"kernel":3,"stride":1,"padding":1},{"type":"relu"},"""
                + """{"type":"maxPool2d","size":2,"stride":2},{"type":"flatten"},{"type":"linear","name":"fc1","out":4}],"loss":"crossEntropy"}""";
        Assert.Equal(Written, ModelSpecification.Parse(Written).ToJson());
        Assert.Equal(
            Written, ModelSpecification.Parse(Written.Replace(",\"stride\":1", "").Replace("\"size\":2,\"stride\":2", "\"size\":2")).ToJson());
    }

    [Fact]
    public void Oversized_documents_are_not_parsed() =>
        Assert.Contains(
            "at most",
            Assert.Throws<InvalidDataException>(() => ModelSpecification.Parse(new string(' ', ModelSpecification.MaxDocumentBytes + 1))).Message);

    [Fact]
    public void Too_many_layers_are_refused()
    {
        string[] layers = [.. Enumerable.Repeat("""{"type":"relu"}""", ModelSpecification.MaxLayers), Linear];
        Assert.Contains("257 layers", Assert.Throws<InvalidDataException>(() => ModelSpecification.Parse(Model("[4]", layers))).Message);
    }

    private static string Model(string input, params string[] layers) =>
        $$"""{"input":{{input}},"layers":[{{string.Join(',', layers)}}],"loss":"crossEntropy"}""";

    private static string Nested(int times, string layers) => Enumerable.Range(0, times).Aggregate(
        layers, (inner, i) => $$"""{"type":"residual","name":"{{new string((char)('a' + i), 64)}}","layers":[{{inner}}]}""");
}
