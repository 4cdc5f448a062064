using System.Text;
using Marketplace.Content;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Files;

namespace Marketplace.Protocol.Tests.Rounds;

/// <summary>Models measured on a published test set, and sets that cannot be used.</summary>
public sealed class ModelEvaluationTests : IDisposable
{
    private const int Samples = 200;

    private readonly TemporaryFolder _folder = new();
    private readonly IContentStore _store;
    private readonly Dataset _digits = RenderedDigits.Generate(Samples, 3);

    public ModelEvaluationTests() => _store = ContentStore.Open(_folder["blocks"]);

    private string Images => _folder["images"];

    private string Labels => _folder["labels"];

    [Fact]
    public async Task A_model_that_knows_nothing_measures_as_such()
    {
        ProjectDocument document = await PublishAsync(_digits);
        ModelEvaluation evaluation = await ModelEvaluation.OpenAsync(_store, document, CancellationToken.None);
        Assert.Equal(Samples, evaluation.Samples);
        Measurement measurement = evaluation.Measure(new int[document.Model.ParameterCount], CancellationToken.None);
        RoundReport.Metrics measured = measurement.Metrics;
        Assert.Equal((Samples, Samples), (measurement.Samples, measurement.CloseCalls));
        // Ten equal outputs: the loss is ln 10, and one class is always named.
        Assert.Equal(Math.Log(10), measured.Loss, 1e-6);
        Assert.Contains(
            measured.Accuracy!.Value, Enumerable.Range(0, 10).Select(label => _digits.Labels!.Count(other => other == label) / (double)Samples));
    }

    [Fact]
    public async Task What_is_measured_confirms_what_a_report_says()
    {
        ProjectDocument document = await PublishAsync(_digits);
        int[] weights = Quantization.ToFixed(document.Model.DrawInitialWeights(5), document.FractionBits);
        RoundReport.Metrics own = ModelEvaluation.Measure(document, weights, IdxLoader.Load(Images, Labels), CancellationToken.None).Metrics;
        var report = RoundReport.Parse(new RoundReport { Before = own, After = own, Test = own }.ToBytes());
        ModelEvaluation evaluation = await ModelEvaluation.OpenAsync(_store, document, CancellationToken.None);
        Assert.True(evaluation.Measure(weights, CancellationToken.None).Confirms(report.Test!));
    }

    [Fact]
    public async Task A_table_is_measured_too()
    {
        Cid file = await _store.AddAsync("1,no\n2,yes\n3,yes\n4,yes\n"u8.ToArray());
        ProjectDocument document = Document($$"""
            "model":{"input":[1],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"},
            "data":{"kind":"csv","schema":{"columns":[{"name":"a","kind":"numeric"},{"name":"y","kind":"label","classes":[["no"],["yes"]]}] } },
            "testSet":{"file":"{{file}}"}
            """);
        ModelEvaluation evaluation = await ModelEvaluation.OpenAsync(_store, document, CancellationToken.None);
        int one = 1 << document.FractionBits;
        // The weights of both classes, then their biases: the second class wins everywhere.
        Assert.Equal((0.75, 0), Answers([0, 0, 0, one]));
        Assert.Equal((0.25, 0), Answers([0, 0, one, 0]));
        // A difference of two units of 2^−14 is above the margin, one of one unit below.
        Assert.Equal((0.75, 0), Answers([0, 0, 0, 2]));
        Assert.Equal((0.75, 4), Answers([0, 0, 0, 1]));

        (double?, int) Answers(int[] weights)
        {
            Measurement measured = evaluation.Measure(weights, CancellationToken.None);
            return (measured.Metrics.Accuracy, measured.CloseCalls);
        }
    }

    [Theory]
    [InlineData("compressed", "images is compressed")]
    [InlineData("garbage", "images", "IDX")]
    [InlineData("swapped", "dimensions")]
    [InlineData("empty", "no samples")]
    [InlineData("other shape", "[1, 8, 8]", "[1, 16, 16]")]
    [InlineData("other classes", "label", "classes 0 to 9")]
    public async Task A_set_that_can_not_be_used_is_refused(string fault, params string[] words)
    {
        ProjectDocument document = await PublishAsync(fault switch
        {
            "empty" => _digits.Slice(0, 0),
            "other shape" => new Dataset([1, 8, 8], new float[64], [0], 10),
            "other classes" => new Dataset([1, 16, 16], new float[256], [10], 11),
            _ => _digits,
        });
        TestSet published = document.TestSet!;
        document = fault switch
        {
            "compressed" => document with { TestSet = published with { Data = await AddAsync(_digits, ".gz") } },
            "garbage" => document with { TestSet = published with { Data = await _store.AddAsync("no images"u8.ToArray()) } },
            "swapped" => document with { TestSet = new TestSet(published.Labels!.Value, published.Data) },
            _ => document,
        };
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(
            () => ModelEvaluation.OpenAsync(_store, document, CancellationToken.None));
        Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(_folder.Path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_would_fill_the_memory_is_refused()
    {
        string categories = string.Join(',', Enumerable.Range(0, 4096).Select(k => $"\"{k}\""));
        Cid file = await _store.AddAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1,no\n", 20_000))));
        ProjectDocument document = Document($$"""
            "model":{"input":[4096],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"},
            "data":{"kind":"csv","schema":{"columns":[
              {"name":"a","kind":"categorical","categories":[{{categories}}]},{"name":"y","kind":"label","classes":[["no"],["yes"]]}] } },
            "testSet":{"file":"{{file}}"}
            """);
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(
            () => ModelEvaluation.OpenAsync(_store, document, CancellationToken.None));
        Assert.Contains("20000 rows of 4096 features", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_fetched()
    {
        ProjectDocument document = await PublishAsync(_digits);
        Cid large = await _store.AddAsync(new byte[TestSet.MaxIdxBytes + 1]);
        await Assert.ThrowsAsync<ContentTooLargeException>(() => ModelEvaluation.OpenAsync(
            _store, document with { TestSet = document.TestSet! with { Data = large } }, CancellationToken.None));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private async Task<ProjectDocument> PublishAsync(Dataset data)
    {
        Cid images = await AddAsync(data, "");
        await using FileStream labels = File.OpenRead(Labels);
        return Document($$"""
            "model":{"input":[1,16,16],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":10}],"loss":"crossEntropy"},
            "testSet":{"images":"{{images}}","labels":"{{await _store.AddAsync(labels)}}"}
            """);
    }

    private async Task<Cid> AddAsync(Dataset data, string extension)
    {
        IdxWriter.Write(data, Images + extension, Labels);
        await using FileStream images = File.OpenRead(Images + extension);
        return await _store.AddAsync(images);
    }

    private static ProjectDocument Document(string members) => ProjectDocument.Draft
        .Parse(Encoding.UTF8.GetBytes($$"""{"title":"t",{{members}}}"""), "the draft")
        .Publish(new Cid(CidCodec.Raw, new byte[32]));
}
