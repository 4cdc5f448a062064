using System.Text;
using System.Text.Json;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;
using Marketplace.Testing.Files;

namespace Marketplace.Learning.Tests.Data;

/// <summary>Tables read by a schema: what the columns become, and how what does not follow the schema is refused.</summary>
public sealed class CsvTests
{
    private const string Simple = """
        {"columns":[{"name":"x","kind":"numeric"},{"name":"c","kind":"categorical","categories":["a","b"]},
        {"name":"y","kind":"label","classes":[["no"],["yes","YES"]]}]}
        """;

    private const string Hearts = """
        {"missing":["?"],"columns":[
        {"name":"age","kind":"numeric","fit":true},{"name":"sex","kind":"numeric"},
        {"name":"cp","kind":"categorical","categories":["1","2","3","4"]},
        {"name":"trestbps","kind":"numeric","mean":131.7,"deviation":17.6},{"name":"chol","kind":"numeric","missing":["0"],"fit":true},
        {"name":"fbs","kind":"numeric","replaceMissing":0},{"name":"restecg","kind":"ignored"},{"name":"thalach","kind":"numeric","fit":true},
        {"name":"exang","kind":"numeric","replaceMissing":0},{"name":"oldpeak","kind":"numeric","fit":true},{"name":"slope","kind":"ignored"},
        {"name":"ca","kind":"ignored"},{"name":"thal","kind":"ignored"},{"name":"num","kind":"label","classes":[["0"],["1","2","3","4"]]}]}
        """;

    [Fact]
    public void Columns_become_features_in_order()
    {
        Dataset data = Load("1.5, b ,no\r\n\n-2e1,\"a\",YES\n0,?,yes", Simple);
        Assert.Equal([4 - 1], data.Shape);
        Assert.Equal([1.5f, 0, 1, -20, 1, 0, 0, 0, 0], data.Features);
        Assert.Equal([0, 1, 1], data.Labels!);
        Assert.Equal(2, data.ClassCount);
    }

    [Fact]
    public void Headers_comments_quotes_and_indices_are_understood()
    {
        const string Schema = """
            {"header":true,"separator":";","comment":"|","columns":[{"name":"a;b","kind":"categorical","encoding":"index"},
            {"name":"id","kind":"ignored"},{"name":"y","kind":"target"}]}
            """;
        Dataset data = Load("|skip;me\n\"a;b\";id;y\n\"say \"\"hi\"\"\";?;1\nbye;;2\n", Schema);
        Assert.Equal([1f, 0], data.Features);
        Assert.Equal([1f, 2], data.Targets!);
    }

    [Fact]
    public void Fitted_schemas_read_other_files_alike()
    {
        using var folder = new TemporaryFolder();
        CsvSchema schema = Parse("""
            {"columns":[{"name":"x","kind":"numeric","fit":true},{"name":"k","kind":"numeric","fit":true},{"name":"c","kind":"categorical"},
            {"name":"y","kind":"label"}]}
            """);
        string path = folder.Write("a.csv", "1,5,u,n\n3,5,v,p\n?,5,u,n\n");
        (Dataset data, CsvSchema fitted) = CsvLoader.LoadAndFit(path, schema);
        Assert.Equal([-1f, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0], data.Features);
        Assert.Equal([0, 1, 0], data.Labels!);
        Dataset other = CsvLoader.Load(folder.Write("b.csv", "5,6,v,p\n"), RoundTrip(fitted));
        Assert.Equal([3f, 1, 0, 1], other.Features);
        Assert.Equal([1], other.Labels!);
    }

    [Fact]
    public void Incomplete_rows_are_dropped_when_asked()
    {
        Dataset data = Load("1,a,no\n?,a,no\n3,,no\n4,b,yes\n", Simple.Replace("{\"columns\"", "{\"dropMissing\":true,\"columns\""));
        Assert.Equal([1f, 1, 0, 4, 0, 1], data.Features);
    }

    [Fact]
    public void Four_hospitals_are_read_and_tell_sick_from_healthy()
    {
        Assert.SkipWhen(SharedData.WhyMissing("heart-disease") is not null, SharedData.WhyMissing("heart-disease") ?? "");
        string folder = SharedData.Folder("heart-disease");
        CsvSchema schema = Parse(Hearts);
        (Dataset cleveland, CsvSchema fitted) = CsvLoader.LoadAndFit(Path.Combine(folder, "processed.cleveland.data"), schema);
        Assert.Equal((303, 12), (cleveland.Count, cleveland.SampleSize));
        Assert.Equal(139, cleveland.Labels!.Count(label => label == 1));
        foreach ((string hospital, int rows) in ((string, int)[])[("hungarian", 294), ("switzerland", 123), ("va", 200)])
            Assert.Equal(rows, CsvLoader.Load(Path.Combine(folder, $"processed.{hospital}.data"), fitted).Count);

        ModelSpecification model = ModelSpecification.Parse(
            """{"input":[12],"layers":[{"type":"linear","name":"a","out":2}],"loss":"crossEntropy"}""");
        var options = new LocalTraining { Epochs = 60, LearningRate = 0.05f, BatchSize = 16 };
        float[] weights = TorchEngine.Cpu.Train(model, new float[model.ParameterCount], cleveland, options).Weights;
        Assert.True(TorchEngine.Cpu.Evaluate(model, weights, cleveland).Accuracy > 0.75);
    }

    [Fact]
    public void Adult_is_read_with_its_comment_and_its_dotted_labels()
    {
        Assert.SkipWhen(SharedData.WhyMissing("adult") is not null, SharedData.WhyMissing("adult") ?? "");
        string folder = SharedData.Folder("adult");
        string[] names =
        [
            "age", "workclass", "fnlwgt", "education", "years", "marital", "occupation", "relationship", "race", "sex", "gain", "loss",
            "hours", "country"
        ];
        string[] numbers = ["age", "years", "gain", "loss", "hours"];
        var columns = names.Select(name => new CsvColumn
        {
            Name = name,
            Kind = name == "fnlwgt" ? CsvColumnKind.Ignored : numbers.Contains(name) ? CsvColumnKind.Numeric : CsvColumnKind.Categorical,
            Fit = numbers.Contains(name),
        });
        var label = new CsvColumn { Name = "income", Kind = CsvColumnKind.Label, Classes = [["<=50K", "<=50K."], [">50K", ">50K."]] };
        (Dataset train, CsvSchema fitted) = CsvLoader.LoadAndFit(
            Path.Combine(folder, "adult.data.gz"), new CsvSchema { Columns = [.. columns, label], Comment = "|" });
        Dataset test = CsvLoader.Load(Path.Combine(folder, "adult.test.gz"), fitted);
        Assert.Equal((32561, 16281), (train.Count, test.Count));
        Assert.Equal(7841, train.Labels!.Sum());
        Assert.Equal(train.SampleSize, test.SampleSize);
    }

    public static TheoryData<string, string, string> MalformedFiles => new()
    {
        { "", ":1:1: ", "the file has no rows" },
        { "1,a\n", ":1:4: ", "the row ends after 2 fields; the schema has 3" },
        { "1,a,no,2\n", ":1:8: ", "the row goes on after the schema's 3 fields" },
        { "1,a,no\n1, z,no\n", ":2:4: ", "column \"c\" has \"z\"; expected one of a, b" },
        { "1,a,maybe\n", ":1:5: ", "column \"y\" has \"maybe\"; expected one of no, yes, YES" },
        { "1,a,?\n", ":1:5: ", "column \"y\" is missing here" },
        { "x,a,no\n", ":1:1: ", "column \"x\" has \"x\"; expected a number" },
        { "NaN,a,no\n", ":1:1: ", "column \"x\" has \"NaN\"; expected a number" },
        { "1e999,a,no\n", ":1:1: ", "column \"x\" has \"1e999\"; expected a number" },
        { "1e300,a,no\n", ":1:1: ", "column \"x\" is 1E+300, too large" },
        { "0x10,a,no\n", ":1:1: ", "expected a number" },
        { "\"1,a,no\n", ":1:1: ", "the quoted field does not end on its line" },
        { "1,\"a\"b,no\n", ":1:6: ", "characters follow the closing quote" },
        { "?,a,no\n", ":1:1: ", "column \"x\" is missing here; declare replaceMissing or a mean" },
    };

    [Theory]
    [MemberData(nameof(MalformedFiles))]
    public void Malformed_files_are_refused_by_place_and_reason(string content, string place, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("table.csv", content);
        string message = Assert.Throws<InvalidDataException>(() => CsvLoader.Load(path, Parse(Simple))).Message;
        Assert.StartsWith(path + place, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Other_damage_is_refused_by_place_too()
    {
        using var folder = new TemporaryFolder();
        CsvSchema schema = Parse(Simple);
        Refused("invalid.csv", [.. "1,a,no\n1,"u8, 0xFF, .. ",no\n"u8], "is not UTF-8");
        Refused(
            "long.csv", Encoding.ASCII.GetBytes(new string('1', CsvLoader.MaxLineLength + 1)), ":1:65537: the line has more than 65536 characters");
        Refused("damaged.gz", [.. Gzip.Compress("1,a,no\n"u8.ToArray())[..10], 0xFF, 0xFF, 0xFF, 0xFF], "gzip data are damaged");
        CsvSchema headed = schema with { HasHeader = true };
        string path = folder.Write("headed.csv", "x,d,y\n1,a,no\n");
        Assert.Equal(
            $"{path}:1:3: the header has \"d\"; the schema has \"c\" here.",
            Assert.Throws<InvalidDataException>(() => CsvLoader.Load(path, headed)).Message);
        CsvSchema indexed = schema with { Columns = [schema.Columns[0], schema.Columns[1] with { Encoding = CsvEncoding.Index }, schema.Columns[2]] };
        path = folder.Write("missing.csv", "1,?,no\n");
        Assert.StartsWith(
            $"{path}:1:3: column \"c\" is missing here", Assert.Throws<InvalidDataException>(() => CsvLoader.Load(path, indexed)).Message);

        void Refused(string name, byte[] content, string expected)
        {
            string file = folder.Write(name, content);
            string message = Assert.Throws<InvalidDataException>(() => CsvLoader.Load(file, schema)).Message;
            Assert.StartsWith(file + ":", message);
            Assert.Contains(expected, message);
        }
    }

    public static TheoryData<string, string> MalformedSchemas => new()
    {
        { """{"columns":[]}""", "has 0 columns" },
        { """{"columns":[{"name":"a","kind":"ignored","fit":true}]}""", "Column \"a\": fit is not for columns of the kind ignored" },
        {
            """{"columns":[{"name":"a","kind":"label","mean":1,"deviation":1}]}""",
            "Column \"a\": a mean or deviation is not for columns of the kind label"
        },
        { """{"columns":[{"name":"a","kind":"target","replaceMissing":1}]}""", "Column \"a\": replaceMissing is not for" },
        { """{"columns":[{"name":"a","kind":"numeric","categories":["x"]}]}""", "Column \"a\": a list of categories is not for" },
        { """{"columns":[{"name":"a","kind":"numeric","encoding":"index"}]}""", "Column \"a\": an encoding is not for" },
        { """{"columns":[{"name":"a","kind":"numeric","classes":[["x"],["y"]]}]}""", "Column \"a\": a list of classes is not for" },
        { """{"columns":[{"name":"a","kind":"numeric","mean":1}]}""", "Column \"a\": expected a finite mean together with a deviation" },
        {
            """{"columns":[{"name":"a","kind":"numeric","mean":1,"deviation":0}]}""",
            "Column \"a\": expected a finite mean together with a deviation above 0"
        },
        {
            """{"columns":[{"name":"a","kind":"numeric","mean":1,"deviation":1,"fit":true}]}""",
            "Column \"a\": mean and deviation are either declared or fitted"
        },
        {
            """{"columns":[{"name":"a","kind":"categorical","categories":["x","x"]}]}""",
            "Column \"a\": categories hold 2 texts; expected 1 to 4096, none twice"
        },
        { """{"columns":[{"name":"a","kind":"label","classes":[["x"]]}]}""", "Column \"a\": expected at least 2 classes" },
        { """{"columns":[{"name":"a","kind":"label","classes":[["x"],["x"]]}]}""", "Column \"a\": classes hold 2 texts" },
        { """{"columns":[{"name":"a","kind":"numeric"},{"name":"a","kind":"label"}]}""", "Column \"a\": the name is empty or comes twice" },
        { """{"columns":[{"name":"a","kind":"numeric"}]}""", "has 0 label columns and no targets" },
        { """{"columns":[{"name":"a","kind":"label"},{"name":"b","kind":"target"}]}""", "has 1 label columns and also targets" },
        { """{"columns":[{"name":"a","kind":"label"}]}""", "nothing to learn from" },
    };

    [Theory]
    [MemberData(nameof(MalformedSchemas))]
    public void Malformed_schemas_are_refused_by_name(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<JsonException>(() => Parse(json)).Message);

    private static Dataset Load(string content, string schema)
    {
        using var folder = new TemporaryFolder();
        return CsvLoader.Load(folder.Write("table.csv", content), RoundTrip(Parse(schema)));
    }

    private static CsvSchema RoundTrip(CsvSchema schema) => Parse(JsonSerializer.Serialize(schema, JsonSerializerOptions.Web));

    private static CsvSchema Parse(string json) => JsonSerializer.Deserialize<CsvSchema>(json, JsonSerializerOptions.Web)!;
}
