using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;
using static TorchSharp.torch;

namespace Marketplace.Benchmarks.Learning;

/// <summary>A network as a document and as modules put together by hand, with data for it.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Json">The document.</param>
/// <param name="Plain">The same network by hand.</param>
/// <param name="Data">Samples to train on and to answer.</param>
/// <param name="BatchSize">Samples of a training step.</param>
internal sealed record BenchmarkModel(string Name, string Json, Func<nn.Module<Tensor, Tensor>> Plain, Dataset Data, int BatchSize)
{
    private const int Vocabulary = 512, Tokens = 128, Width = 128;

    public static IReadOnlyList<BenchmarkModel> All() =>
    [
        new(
            "MLP 784-200-10",
            """
            {"input":[1,28,28],"layers":[{"type":"flatten"},{"type":"linear","name":"fc1","out":200},{"type":"relu"},
            {"type":"linear","name":"fc2","out":10}],
             "loss":"crossEntropy"}
            """,
            () => nn.Sequential(nn.Flatten(), nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 10)),
            RenderedDigits.Generate(16384, 1, size: 28),
            64),
        new(
            "CNN, 5×5 to 32 and 64 channels, 512 hidden",
            """
            {"input":[1,28,28],"layers":[{"type":"conv2d","name":"conv1","out":32,"kernel":5},{"type":"relu"},{"type":"maxPool2d","size":2},
             {"type":"conv2d","name":"conv2","out":64,"kernel":5},{"type":"relu"},{"type":"maxPool2d","size":2},{"type":"flatten"},
             {"type":"linear","name":"fc1","out":512},{"type":"relu"},{"type":"linear","name":"fc2","out":10}],"loss":"crossEntropy"}
            """,
            () => nn.Sequential(
                nn.Conv2d(1, 32, 5L), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5L), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                nn.Linear(1024, 512), nn.ReLU(), nn.Linear(512, 10)),
            RenderedDigits.Generate(2048, 1, size: 28),
            64),
        new("ResNet-20 on 32×32, group norms", ResNetDocument(), PlainResNet, Random([3, 32, 32], 256, 10, value => (float)value.NextNormal()), 64),
        new(
            "transformer, 4 layers of 128, 128 tokens",
            $$"""
            {"input":[{{Tokens}}],"layers":[{"type":"embedding","name":"words","vocabulary":{{Vocabulary}},"dimension":{{Width}},"sequence":true},
            {"type":"positionalEmbedding","name":"position"},
            {"type":"transformerEncoder","name":"encoder","layers":4,"heads":4,"feedForward":{{4 * Width}},"activation":"gelu"},
            {"type":"sequenceMean"},{"type":"linear","name":"head","out":10}],"loss":"crossEntropy"}
            """,
            () => new PlainTransformer(),
            Random([Tokens], 128, 10, value => value.NextInt32(Vocabulary)),
            16),
    ];

    private static Dataset Random(int[] shape, int count, int classes, Func<RandomStream, float> draw)
    {
        var random = new RandomStream(1);
        var features = new float[count * shape.Aggregate(1, (product, size) => product * size)];
        foreach (ref float feature in features.AsSpan())
            feature = draw(random);
        return new Dataset(shape, features, [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(classes))], classes);
    }

    private static IEnumerable<(int In, int Out, int Stride)> Blocks() => [.. Enumerable.Range(0, 9).Select(i =>
        (16 << Math.Max(0, i - 1) / 3, 16 << i / 3, i is 3 or 6 ? 2 : 1))];

    private static string ResNetDocument()
    {
        string blocks = string.Join(",", Blocks().Select((block, i) =>
        {
            string shortcut = block.In == block.Out
                ? ""
                : $$""","shortcut":[{"type":"conv2d","name":"c","out":{{block.Out}},"kernel":1,"stride":{{block.Stride}}},"""
                    + """{"type":"groupNorm","name":"g","groups":8}]""";
            return $$"""
                {"type":"residual","name":"b{{i}}","layers":[{"type":"conv2d","name":"c1","out":{{block.Out}},"kernel":3,
                "stride":{{block.Stride}},"padding":1},{"type":"groupNorm","name":"g1","groups":8},{"type":"relu"},
                {"type":"conv2d","name":"c2","out":{{block.Out}},"kernel":3,"padding":1},
                {"type":"groupNorm","name":"g2","groups":8}]{{shortcut}}},{"type":"relu"}
                """;
        }));
        return $$"""
            {"input":[3,32,32],"layers":[{"type":"conv2d","name":"c","out":16,"kernel":3,"padding":1},
            {"type":"groupNorm","name":"g","groups":8},{"type":"relu"},
            {{blocks}},{"type":"adaptiveAvgPool2d"},{"type":"flatten"},{"type":"linear","name":"f","out":10}],"loss":"crossEntropy"}
            """;
    }

    private static TorchSharp.Modules.Sequential PlainResNet() => nn.Sequential(
    [
        nn.Conv2d(3, 16, 3L, padding: 1L), nn.GroupNorm(8, 16), nn.ReLU(),
        .. Blocks().Select(block => new PlainBlock(block.In, block.Out, block.Stride)),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    ]);

    private sealed class PlainBlock : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _body;
        private readonly nn.Module<Tensor, Tensor> _skip;

        public PlainBlock(int channels, int outputs, int stride)
            : base(nameof(PlainBlock))
        {
            _body = nn.Sequential(
                nn.Conv2d(channels, outputs, 3L, stride: stride, padding: 1L), nn.GroupNorm(8, outputs), nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3L, padding: 1L), nn.GroupNorm(8, outputs));
            _skip = channels == outputs
                ? nn.Identity()
                : nn.Sequential(nn.Conv2d(channels, outputs, 1L, stride: stride), nn.GroupNorm(8, outputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => nn.functional.relu(_body.forward(input) + _skip.forward(input));
    }

    private sealed class PlainTransformer : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Embedding _words = nn.Embedding(Vocabulary, Width);
        private readonly TorchSharp.Modules.Parameter _position = nn.Parameter(zeros(Tokens, Width));
        private readonly TorchSharp.Modules.TransformerEncoder _encoder =
            nn.TransformerEncoder(nn.TransformerEncoderLayer(Width, 4, 4 * Width, 0, nn.Activations.GELU), 4);

        private readonly TorchSharp.Modules.Linear _head = nn.Linear(Width, 10);

        public PlainTransformer()
            : base(nameof(PlainTransformer)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            Tensor values = _words.forward(input.to(ScalarType.Int64)) + _position;
            return _head.forward(_encoder.forward(values.transpose(0, 1), null!, null!).transpose(0, 1).mean([1]));
        }
    }
}
