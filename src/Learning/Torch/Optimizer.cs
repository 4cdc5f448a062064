using Marketplace.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Marketplace.Learning.Torch;

/// <summary>
/// SGD, Adam and AdamW with PyTorch's formulas. TorchSharp has them too, but hands native code numbers that the garbage collector may free in the
/// middle of the call (a <see cref="Scalar"/> made for one call only); here every number lives as long as its block.
/// </summary>
internal sealed class Optimizer : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly LocalTraining _options;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _first = [];
    private readonly Tensor[] _second = [];
    private int _steps;

    public Optimizer(Parameter[] parameters, LocalTraining options)
    {
        (_parameters, _options) = (parameters, options);
        if (options.Optimizer != OptimizerKind.Sgd || options.Momentum > 0)
            _first = Zeros();
        if (options.Optimizer != OptimizerKind.Sgd)
            _second = Zeros();
    }

    /// <summary>Moves the parameters by their gradients, which it may overwrite.</summary>
    public void Step(double rate)
    {
        using IDisposable quiet = no_grad();
        _steps++;
        Decay(rate);
        if (_options.Optimizer == OptimizerKind.Sgd)
            Descend(rate);
        else
            StepAdam(rate);
    }

    public void Dispose()
    {
        foreach (Tensor moment in _first.Concat(_second))
            moment.Dispose();
    }

    private void Decay(double rate)
    {
        if (_options.WeightDecay == 0)
            return;
        using Scalar pull = ((double)_options.WeightDecay).ToScalar(), kept = (1 - rate * _options.WeightDecay).ToScalar();
        foreach (Parameter parameter in _parameters)
        {
            if (_options.Optimizer == OptimizerKind.AdamW)
                parameter.mul_(kept);
            else
                parameter.grad!.add_(parameter, pull);
        }
    }

    private void Descend(double rate)
    {
        using Scalar momentum = ((double)_options.Momentum).ToScalar(), back = (-rate).ToScalar(), one = 1.ToScalar();
        for (int i = 0; i < _parameters.Length; i++)
        {
            Tensor direction = _parameters[i].grad!;
            if (_first.Length > 0)
                direction = _first[i].mul_(momentum).add_(direction, one);
            _parameters[i].add_(direction, back);
        }
    }

    private void StepAdam(double rate)
    {
        double correction1 = 1 - Math.Pow(Beta1, _steps), correction2 = Math.Sqrt(1 - Math.Pow(Beta2, _steps));
        using Scalar kept1 = Beta1.ToScalar(), kept2 = Beta2.ToScalar(), new1 = (1 - Beta1).ToScalar(), new2 = (1 - Beta2).ToScalar();
        using Scalar scale = correction2.ToScalar(), epsilon = Epsilon.ToScalar(), back = (-rate / correction1).ToScalar(), one = 1.ToScalar();
        for (int i = 0; i < _parameters.Length; i++)
        {
            Tensor gradient = _parameters[i].grad!;
            _first[i].mul_(kept1).add_(gradient, new1);
            _second[i].mul_(kept2).addcmul_(gradient, gradient, new2);
            using Tensor deviation = _second[i].sqrt();
            deviation.div_(scale).add_(epsilon, one);
            _parameters[i].addcdiv_(_first[i], deviation, back);
        }
    }

    private Tensor[] Zeros() => [.. _parameters.Select(parameter => zeros_like(parameter).DetachFromDisposeScope())];
}
