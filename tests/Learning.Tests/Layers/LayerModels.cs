using Marketplace.Learning.Tests.Models;
using static TorchSharp.torch;

namespace Marketplace.Learning.Tests.Layers;

/// <summary>Model documents, each beside the same network built by hand from TorchSharp's modules, parameters in the document's order.</summary>
internal static class LayerModels
{
    public static IReadOnlyDictionary<string, Func<nn.Module<Tensor, Tensor>>> All { get; } = new Dictionary<string, Func<nn.Module<Tensor, Tensor>>>
    {
        [TestModels.Mlp] = () => nn.Sequential(nn.Linear(7, 9), nn.ReLU(), nn.Linear(9, 3)),
        [TestModels.Regression] = () => nn.Sequential(nn.Linear(5, 11), nn.ReLU(), nn.Linear(11, 2)),
        [TestModels.Cnn] = () => nn.Sequential(
            nn.Conv2d(2, 5, 3L, padding: 1L), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(5, 18, 3L), nn.ReLU(), nn.Flatten(), nn.Linear(72, 4)),
        [TestModels.StridedCnn] = () => nn.Sequential(
            nn.Conv2d(3, 9, 4L, stride: 2L, padding: 2L), nn.MaxPool2d(3, 1), nn.Conv2d(9, 3, 2L, stride: 2L), nn.ReLU(), nn.Flatten(),
            nn.Linear(12, 3)),
        [TestModels.Embedded] = () =>
        {
            var (city, day, rest) = (nn.Embedding(6, 3), nn.Embedding(4, 2), nn.Sequential(nn.Linear(10, 8), nn.ReLU(), nn.Linear(8, 3)));
            return new ByHand(x => rest.forward(cat(
                [
                    x.narrow(1, 0, 1), x.narrow(1, 2, 1),
                    city.forward(Index(x, 1)), city.forward(Index(x, 3)), day.forward(Index(x, 4)),
                ],
                1)), city, day, rest);
        },
        [TestModels.Words] = () =>
        {
            var (words, rest) = (nn.Embedding(12, 4), nn.Linear(24, 2));
            return new ByHand(x => rest.forward(words.forward(x.to(ScalarType.Int64)).flatten(1).relu()), words, rest);
        },
        [Activations] = () => nn.Sequential(
            nn.Linear(6, 8), nn.GELU(), nn.Linear(8, 8), nn.SiLU(), nn.Linear(8, 8), nn.Tanh(), nn.LayerNorm(8), nn.Linear(8, 8),
            nn.Sigmoid(), nn.Linear(8, 3)),
        [Pools] = () => nn.Sequential(
            nn.Conv2d(2, 6, 3L, padding: 1L), nn.GroupNorm(3, 6), nn.SiLU(), nn.AvgPool2d(2, 1), nn.AdaptiveAvgPool2d(3), nn.Flatten(),
            nn.Linear(54, 3)),
        [Signal] = () => nn.Sequential(
            nn.Unflatten(1, [2, 12]), nn.Conv1d(2, 6, 3L, stride: 2L, padding: 1L), nn.GroupNorm(2, 6), nn.ReLU(), nn.Flatten(), nn.Linear(36, 3)),
        [Lstm] = () =>
        {
            var (lstm, head) = (nn.LSTM(4, 5, 2, batchFirst: true), nn.Linear(5, 3));
            return new ByHand(x => head.forward(lstm.forward(x.reshape(-1, 6, 4)).Item1.select(1, 5)), lstm, head);
        },
        [Gru] = () =>
        {
            var (gru, head) = (nn.GRU(4, 5, batchFirst: true), nn.Linear(5, 2));
            return new ByHand(x => head.forward(gru.forward(x.reshape(-1, 6, 4)).Item1.mean([1])), gru, head);
        },
        [Attention] = () =>
        {
            var (norm, attention, head) = (nn.LayerNorm(4), nn.MultiheadAttention(4, 2), nn.Linear(24, 3));
            return new ByHand(
                x =>
                {
                    Tensor y = norm.forward(x.reshape(-1, 6, 4)).transpose(0, 1);
                    return head.forward(attention.forward(y, y, y, null!, false, null!).Item1.transpose(0, 1).transpose(1, 2).flatten(1));
                },
                norm, attention, head);
        },
        [Text] = () =>
        {
            var (words, position) = (nn.Embedding(20, 8), nn.Embedding(7, 8));
            var (encoder, head) = (nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, 0, nn.Activations.GELU), 2), nn.Linear(8, 3));
            return new ByHand(
                x =>
                {
                    Tensor y = words.forward(x.to(ScalarType.Int64)) + position.forward(arange(7));
                    return head.forward(encoder.forward(y.transpose(0, 1), null!, null!).transpose(0, 1).mean([1]));
                },
                words, position, encoder, head);
        },
        [Blocks] = () =>
        {
            var stem = nn.Conv2d(1, 4, 3L, padding: 1L);
            var same = nn.Sequential(nn.Conv2d(4, 4, 3L, padding: 1L), nn.GroupNorm(2, 4), nn.ReLU(), nn.Conv2d(4, 4, 3L, padding: 1L));
            var down = nn.Sequential(nn.Conv2d(4, 8, 3L, stride: 2L, padding: 1L), nn.GroupNorm(2, 8));
            var shortcut = nn.Conv2d(4, 8, 1L, stride: 2L);
            var head = nn.Linear(8, 3);
            return new ByHand(
                x =>
                {
                    Tensor y = stem.forward(x);
                    y = (same.forward(y) + y).relu();
                    y = (down.forward(y) + shortcut.forward(y)).relu();
                    return head.forward(y.mean([2, 3]));
                },
                stem, same, down, shortcut, head);
        },
    };

    private const string Activations = """
        {"input":[6],"layers":[{"type":"linear","name":"a","out":8},{"type":"gelu"},{"type":"linear","name":"b","out":8},{"type":"silu"},
        {"type":"linear","name":"c","out":8},{"type":"tanh"},{"type":"layerNorm","name":"n"},{"type":"linear","name":"d","out":8},{"type":"sigmoid"},
        {"type":"linear","name":"e","out":3}],"loss":"crossEntropy"}
        """;

    private const string Pools = """
        {"input":[2,8,8],"layers":[{"type":"conv2d","name":"c","out":6,"kernel":3,"padding":1},{"type":"groupNorm","name":"g","groups":3},
        {"type":"silu"},
        {"type":"avgPool2d","size":2,"stride":1},{"type":"adaptiveAvgPool2d","size":3},{"type":"flatten"},{"type":"linear","name":"f","out":3}],
        "loss":"crossEntropy"}
        """;

    private const string Signal = """
        {"input":[24],"layers":[{"type":"unflatten","shape":[2,12]},{"type":"conv1d","name":"c","out":6,"kernel":3,"stride":2,"padding":1},
        {"type":"groupNorm","name":"g","groups":2},{"type":"relu"},{"type":"flatten"},{"type":"linear","name":"f","out":3}],"loss":"meanSquaredError"}
        """;

    private const string Lstm = """
        {"input":[24],"layers":[{"type":"unflatten","shape":[6,4]},{"type":"lstm","name":"r","hidden":5,"layers":2,"output":"last"},
        {"type":"linear","name":"f","out":3}],"loss":"crossEntropy"}
        """;

    private const string Gru = """
        {"input":[24],"layers":[{"type":"unflatten","shape":[6,4]},{"type":"gru","name":"r","hidden":5},{"type":"sequenceMean"},
        {"type":"linear","name":"f","out":2}],"loss":"crossEntropy"}
        """;

    private const string Attention = """
        {"input":[24],"layers":[{"type":"unflatten","shape":[6,4]},{"type":"layerNorm","name":"n"},{"type":"multiheadAttention","name":"a","heads":2},
        {"type":"transpose"},{"type":"flatten"},{"type":"linear","name":"f","out":3}],"loss":"crossEntropy"}
        """;

    private const string Text = """
        {"input":[7],"layers":[{"type":"embedding","name":"words","vocabulary":20,"dimension":8,"sequence":true},
        {"type":"positionalEmbedding","name":"p"},
        {"type":"transformerEncoder","name":"t","layers":2,"heads":2,"feedForward":16,"activation":"gelu"},{"type":"sequenceMean"},
        {"type":"linear","name":"f","out":3}],"loss":"crossEntropy"}
        """;

    private const string Blocks = """
        {"input":[1,8,8],"layers":[{"type":"conv2d","name":"stem","out":4,"kernel":3,"padding":1},
        {"type":"residual","name":"same","layers":[{"type":"conv2d","name":"a","out":4,"kernel":3,"padding":1},
        {"type":"groupNorm","name":"g","groups":2},
          {"type":"relu"},{"type":"conv2d","name":"b","out":4,"kernel":3,"padding":1}]},{"type":"relu"},
        {"type":"residual","name":"down","layers":[{"type":"conv2d","name":"a","out":8,"kernel":3,"stride":2,"padding":1},
        {"type":"groupNorm","name":"g","groups":2}],
          "shortcut":[{"type":"conv2d","name":"a","out":8,"kernel":1,"stride":2}]},{"type":"relu"},
        {"type":"adaptiveAvgPool2d"},{"type":"flatten"},{"type":"linear","name":"f","out":3}],"loss":"crossEntropy"}
        """;

    private static Tensor Index(Tensor x, int column) => x.select(1, column).to(ScalarType.Int64);

    private sealed class ByHand : nn.Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor> _forward;

        public ByHand(Func<Tensor, Tensor> forward, params nn.Module[] parts)
            : base(nameof(ByHand))
        {
            _forward = forward;
            for (int i = 0; i < parts.Length; i++)
                register_module($"{i}", parts[i]);
        }

        public override Tensor forward(Tensor input) => _forward(input);
    }
}
