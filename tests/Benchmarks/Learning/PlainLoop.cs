using Marketplace.Learning.Data;
using static TorchSharp.torch;

namespace Marketplace.Benchmarks.Learning;

/// <summary>Training and evaluation as a TorchSharp user writes them down: what the engine is measured against.</summary>
internal static class PlainLoop
{
    public static void Train(BenchmarkModel model)
    {
        set_num_threads(1);
        using IDisposable scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> network = model.Plain();
        (Tensor features, Tensor labels) = Tensors(model.Data);
        using optim.Optimizer optimizer = optim.SGD(network.parameters(), 0.01, 0.9);
        Tensor order = randperm(model.Data.Count);
        network.train();
        for (int start = 0; start < model.Data.Count; start += model.BatchSize)
        {
            using IDisposable inner = NewDisposeScope();
            Tensor batch = order.narrow(0, start, Math.Min(model.BatchSize, model.Data.Count - start));
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(network.forward(features.index_select(0, batch)), labels.index_select(0, batch));
            loss.backward();
            optimizer.step();
            _ = loss.item<float>();
        }
    }

    public static void Infer(BenchmarkModel model)
    {
        set_num_threads(1);
        using IDisposable quiet = no_grad(), scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> network = model.Plain();
        (Tensor features, Tensor labels) = Tensors(model.Data);
        network.eval();
        for (int start = 0; start < model.Data.Count; start += 256)
        {
            using IDisposable inner = NewDisposeScope();
            int count = Math.Min(256, model.Data.Count - start);
            Tensor output = network.forward(features.narrow(0, start, count)), expected = labels.narrow(0, start, count);
            _ = nn.functional.cross_entropy(output, expected, reduction: nn.Reduction.Sum).item<float>();
            _ = output.argmax(1).eq(expected).sum().item<long>();
        }
    }

    private static (Tensor Features, Tensor Labels) Tensors(Dataset data) =>
        (tensor(data.Features, [data.Count, .. data.Shape.Select(size => (long)size)]), tensor(data.Labels!.Select(label => (long)label).ToArray()));
}
