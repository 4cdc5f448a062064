namespace Marketplace.Learning.Training;

/// <summary>How steps are taken.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent, with momentum if asked.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba, 2015) with β₁ 0.9, β₂ 0.999, ε 1e-8; decay is part of the gradient.</summary>
    Adam,

    /// <summary>Adam with decay apart from the gradient (Loshchilov and Hutter, 2019).</summary>
    AdamW,
}

/// <summary>Everything that local training depends on besides model, data and machine.</summary>
public sealed record LocalTraining
{
    /// <summary>Default SGD.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>SGD's momentum, in [0, 1). Default 0.</summary>
    public float Momentum { get; init; }

    /// <summary>Pull of the weights towards 0, at least 0: an L2 penalty's gradient for SGD and Adam, apart from it for AdamW. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Step size, above 0. Default 0.1.</summary>
    public float LearningRate { get; init; } = 0.1f;

    /// <summary>How the step size changes over the steps. Default not at all.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Longest gradient, as a norm over all parameters; longer ones are shortened to it. 0, the default, lets all pass.</summary>
    public float ClipNorm { get; init; }

    /// <summary>
    /// FedProx's μ (Li et al., 2020), at least 0: adds μ/2·‖w − w₀‖² to the loss, where w₀ is what training starts from. Default 0.
    /// </summary>
    public float Proximal { get; init; }

    /// <summary>Passes over the data, at least 1. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Samples of a step, at least 1; an epoch's last step takes what is left. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Decides the order of the samples and what dropout drops. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Throws unless every option is within its bounds.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and its bounds.</exception>
    public void Validate()
    {
        Require(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, "Sgd, Adam or AdamW");
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "a number in [0, 1)");
        Require(Optimizer == OptimizerKind.Sgd || Momentum == 0, nameof(Momentum), Momentum, "0 with Adam, which has its own moments");
        Require(float.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "a finite number of at least 0");
        Require(float.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "a finite number above 0");
        Require(float.IsFinite(ClipNorm) && ClipNorm >= 0, nameof(ClipNorm), ClipNorm, "a finite number of at least 0");
        Require(float.IsFinite(Proximal) && Proximal >= 0, nameof(Proximal), Proximal, "a finite number of at least 0");
        Require(Epochs is >= 1 and <= 100_000, nameof(Epochs), Epochs, "1 to 100000");
        Require(BatchSize is >= 1 and <= 1 << 20, nameof(BatchSize), BatchSize, "1 to 1048576");
        Schedule.Validate();
    }

    internal static void Require(bool valid, string name, object value, string expected)
    {
        if (!valid)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}; expected {expected}."), name);
    }
}
