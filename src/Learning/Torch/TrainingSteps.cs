using Marketplace.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Marketplace.Learning.Torch;

/// <summary>The steps of one training: loss, gradient, what bounds it, and the optimizer's move.</summary>
internal sealed class TrainingSteps : IDisposable
{
    private readonly TorchNetwork _network;
    private readonly LocalTraining _options;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _start;
    private readonly Optimizer _optimizer;

    public TrainingSteps(TorchNetwork network, LocalTraining options, Device device)
    {
        (_network, _options) = (network, options);
        _parameters = [.. network.Parameters];
        _start = options.Proximal > 0 ? [.. _parameters.Select(parameter => parameter.detach().clone())] : [];
        _optimizer = new Optimizer(_parameters, options);
        network.Masks.Seed(options.Seed, device);
        network.Module.train();
    }

    /// <summary>Takes one step.</summary>
    /// <param name="features">The batch's samples.</param>
    /// <param name="expected">Their labels or targets.</param>
    /// <param name="rate">The step size.</param>
    /// <returns>The batch's mean loss before the step, without the proximal term.</returns>
    public double Take(Tensor features, Tensor expected, double rate)
    {
        _network.Module.zero_grad();
        Tensor loss = _network.Loss(_network.Module.forward(features), expected, nn.Reduction.Mean);
        loss.backward();
        PullToStart();
        if (_options.ClipNorm > 0)
            nn.utils.clip_grad_norm_(_parameters, _options.ClipNorm);
        _optimizer.Step(rate);
        return loss.item<float>();
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _start)
            tensor.Dispose();
        _optimizer.Dispose();
    }

    /// <summary>The gradient of μ/2·‖w − w₀‖² is μ·(w − w₀).</summary>
    private void PullToStart()
    {
        using IDisposable quiet = no_grad();
        using Scalar pull = ((double)_options.Proximal).ToScalar();
        for (int i = 0; i < _start.Length; i++)
            _parameters[i].grad!.add_(Tensors.Difference(_parameters[i], _start[i]), pull);
    }
}
