using Marketplace.Learning.Training;
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
    private readonly optim.Optimizer _optimizer;

    public TrainingSteps(TorchNetwork network, LocalTraining options, Device device)
    {
        (_network, _options) = (network, options);
        _parameters = [.. network.Parameters];
        _start = options.Proximal > 0 ? [.. _parameters.Select(parameter => parameter.detach().clone())] : [];
        double rate = options.LearningRate, decay = options.WeightDecay;
        _optimizer = options.Optimizer switch
        {
            OptimizerKind.Adam => optim.Adam(_parameters, rate, weight_decay: decay),
            OptimizerKind.AdamW => optim.AdamW(_parameters, rate, weight_decay: decay),
            _ => optim.SGD(_parameters, rate, options.Momentum, weight_decay: decay),
        };
        network.Masks.Seed(options.Seed, device);
        network.Module.train();
    }

    /// <summary>Takes one step.</summary>
    /// <param name="features">The batch's samples.</param>
    /// <param name="expected">Their labels or targets.</param>
    /// <param name="factor">What the learning rate is multiplied by.</param>
    /// <returns>The batch's mean loss before the step, without the proximal term.</returns>
    public double Take(Tensor features, Tensor expected, double factor)
    {
        _optimizer.zero_grad();
        Tensor loss = _network.Loss(_network.Module.forward(features), expected, nn.Reduction.Mean);
        loss.backward();
        PullToStart();
        if (_options.ClipNorm > 0)
            nn.utils.clip_grad_norm_(_parameters, _options.ClipNorm);
        foreach (TorchSharp.Modules.ParamGroup group in _optimizer.ParamGroups)
            group.LearningRate = factor * _options.LearningRate;
        _optimizer.step();
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
        for (int i = 0; i < _start.Length; i++)
            _parameters[i].grad?.add_(_parameters[i] - _start[i], alpha: _options.Proximal);
    }
}
