using TorchSharp;
using static TorchSharp.torch;

namespace Marketplace.Learning.Torch;

/// <summary>The random masks of one training: drawn from its own seed, not from the process's one generator, which others use too.</summary>
internal sealed class DropoutMasks : IDisposable
{
    private Generator? _generator;

    public void Seed(ulong seed, Device device)
    {
        _generator?.Dispose();
        _generator = new Generator(seed, device);
    }

    /// <summary>The input with each value dropped with probability <paramref name="rate"/>, the others scaled up.</summary>
    public Tensor Apply(Tensor input, double rate)
    {
        using Scalar kept = (1 - rate).ToScalar();
        using Tensor mask = empty_like(input);
        mask.bernoulli_(1 - rate, _generator);
        mask.div_(kept);
        return input * mask;
    }

    public void Dispose() => _generator?.Dispose();
}
