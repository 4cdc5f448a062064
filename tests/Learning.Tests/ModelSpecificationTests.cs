namespace Marketplace.Learning.Tests;

/// <summary>Model documents: what they mean, and how malformed ones are refused.</summary>
public sealed class ModelSpecificationTests
{
    private const string Linear = """{"type":"linear","name":"a","out":2}""";

    [Fact]
    public void ShapesAndParametersFollowFromTheDocument()
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
    public void WritingAndReadingGivesTheSameModel(string json)
    {
        ModelSpecification model = ModelSpecification.Parse(json);
        string written = model.ToJson();
        ModelSpecification again = ModelSpecification.Parse(written);
        Assert.Equal(written, again.ToJson());
        Assert.Equal(model.ParameterCount, again.ParameterCount);
        Assert.Equal(model.Layers.Select(l => (l.Label, l.Stride, l.Padding)), again.Layers.Select(l => (l.Label, l.Stride, l.Padding)));
    }

    public static TheoryData<string> Documents => TestModels.All;

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
        { Model("[4]"), "\"layers\" has 0 layers" },
        { Model("[4]", "7"), "layers[0] is 7; expected a JSON object" },
        { Model("[4]", """{"name":"x"}"""), "layers[0]: the member \"type\" is missing" },
        { Model("[4]", Linear, """{"type":"softmax","name":"s"}"""), "layers[1] \"s\" (softmax): unknown layer type \"softmax\"; expected one of linear" },
        { Model("[4]", """{"type":"Linear","name":"x","out":2}"""), "unknown layer type \"Linear\"" },
        { Model("[4]", """{"type":"linear","name":"x","out":2,"bias":false}"""), "layers[0] \"x\" (linear): unknown member \"bias\"" },
        { Model("[4]", """{"type":"linear","out":2}"""), "layers[0] (linear): a layer with parameters needs a \"name\"" },
        { Model("[4]", """{"type":"linear","name":"1x","out":2}"""), "layers[0].name is not a name" },
        { Model("[4]", """{"type":"linear","name":"a.b","out":2}"""), "layers[0].name is not a name" },
        { Model("[4]", """{"type":"linear","name":"x"}"""), "layers[0] \"x\" (linear): the member \"out\" is missing" },
        { Model("[4]", """{"type":"linear","name":"x","out":0}"""), "layers[0] \"x\" (linear): \"out\" is 0" },
        { Model("[4]", """{"type":"linear","name":"x","out":"2"}"""), "\"out\" is \"2\"; expected an integer" },
        { Model("[4]", """{"type":"linear","name":"x","out":16777216}"""), "layers[0] \"x\" (linear): the model would have 83886080 parameters" },
        { Model("[4]", """{"type":"linear","name":"\ud800","out":2}"""), "half a surrogate pair" },
        { Model("[4]", Linear, Linear), "layers[1] \"a\" (linear): the name is taken" },
        { Model("[1,4,4]", Linear), "layers[0] \"a\" (linear): the input is [1, 4, 4]; expected [n]; put a flatten layer" },
        { Model("[4]", """{"type":"conv2d","name":"c","out":2,"kernel":3}"""), "layers[0] \"c\" (conv2d): the input is [4]; expected [channels" },
        { Model("[1,4,4]", """{"type":"conv2d","name":"c","out":2,"kernel":5}"""), "layers[0] \"c\" (conv2d): the kernel (5) is larger than the padded height (4)" },
        { Model("[1,4,4]", """{"type":"conv2d","name":"c","out":2,"kernel":3,"padding":3}"""), "\"padding\" is 3; expected an integer from 0 to 2" },
        { Model("[1,1,16777216]", """{"type":"conv2d","name":"c","out":1,"kernel":1024,"stride":1024,"padding":1023}"""), "layers[0] \"c\" (conv2d): the padded input [1, 2047, 16779262] has" },
        { Model("[1,4096,4096]", [.. Enumerable.Repeat("""{"type":"relu"}""", 5)]), "layers[4] (relu): a sample would have 83886080 values" },
        { Model("[1,4,4]", """{"type":"conv2d","name":"c","out":2,"kernel":3,"stride":0}"""), "\"stride\" is 0" },
        { Model("[1,4,4]", """{"type":"maxPool2d","size":5}""", """{"type":"flatten"}""", Linear), "layers[0] (maxPool2d): the window (5) is larger than the input [1, 4, 4]" },
        { Model("[4]", """{"type":"maxPool2d","size":2}"""), "layers[0] (maxPool2d): the input is [4]" },
        { Model("[1,4,4]", """{"type":"conv2d","name":"c","out":2,"kernel":3}"""), "layers[0] \"c\" (conv2d): the last layer's output is [2, 2, 2]; the loss needs [n]" },
        { Model("[4]", """{"type":"relu"}"""), "The model has no parameters" },
        { Model("[4]", """{"type":"linear","name":"x","out":1}"""), "crossEntropy needs at least 2 outputs" },
        { Model("[4]", Linear, """{"type":"embedding","name":"e","vocabulary":3,"dimension":2}"""), "layers[1] \"e\" (embedding): an embedding reads indices" },
        { Model("[4]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"columns":[4]}"""), "\"columns\"[0] is 4; expected an integer from 0 to 3" },
        { Model("[4]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"columns":[2,1]}"""), "\"columns\"[1] is 1 after 2" },
        { Model("[4]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2,"columns":[]}"""), "\"columns\" names 0 columns" },
        { Model("[100]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":1000000}"""), "layers[0] \"e\" (embedding): the output has 100000000 values" },
        { Model("[2]", """{"type":"embedding","name":"e","vocabulary":3,"dimension":2}""", """{"type":"embedding","name":"f","vocabulary":3,"dimension":2}"""), "layers[1] \"f\" (embedding): an earlier embedding's output is not an index" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void MalformedDocumentsAreRefusedByName(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ModelSpecification.Parse(json)).Message);

    [Fact]
    public void OversizedDocumentsAreNotParsed() =>
        Assert.Contains("at most", Assert.Throws<InvalidDataException>(() => ModelSpecification.Parse(new string(' ', ModelSpecification.MaxDocumentBytes + 1))).Message);

    [Fact]
    public void TooManyLayersAreRefused()
    {
        string[] layers = [.. Enumerable.Repeat("""{"type":"relu"}""", ModelSpecification.MaxLayers), Linear];
        Assert.Contains("257 layers", Assert.Throws<InvalidDataException>(() => ModelSpecification.Parse(Model("[4]", layers))).Message);
    }

    private static string Model(string input, params string[] layers) =>
        $$"""{"input":{{input}},"layers":[{{string.Join(',', layers)}}],"loss":"crossEntropy"}""";
}
