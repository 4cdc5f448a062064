namespace Marketplace.Learning;

/// <summary>How steps are taken.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent, with momentum if asked.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba, 2015) with β₁ 0.9, β₂ 0.999, ε 1e-8.</summary>
    Adam,
}

/// <summary>Everything that local training depends on besides model and data.</summary>
public sealed record LocalTraining
{
    /// <summary>Default SGD.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>SGD's momentum, in [0, 1). Default 0.</summary>
    public float Momentum { get; init; }

    /// <summary>L2 penalty added to the gradient, weight·decay, at least 0. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Step size, above 0. Default 0.1.</summary>
    public float LearningRate { get; init; } = 0.1f;

    /// <summary>Passes over the data, at least 1. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Samples of a step, at least 1; an epoch's last step takes what is left. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Decides the order of the samples. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads to use, at least 1; the result does not depend on it. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Throws unless every option is within its bounds.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and its bounds.</exception>
    public void Validate()
    {
        Require(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, "Sgd or Adam");
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "a number in [0, 1)");
        Require(Optimizer == OptimizerKind.Sgd || Momentum == 0, nameof(Momentum), Momentum, "0 with Adam, which has its own moments");
        Require(float.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "a finite number of at least 0");
        Require(float.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "a finite number above 0");
        Require(Epochs is >= 1 and <= 100_000, nameof(Epochs), Epochs, "1 to 100000");
        Require(BatchSize is >= 1 and <= 1 << 20, nameof(BatchSize), BatchSize, "1 to 1048576");
        Require(Threads is >= 1 and <= 1024, nameof(Threads), Threads, "1 to 1024");
    }

    private static void Require(bool valid, string name, object value, string expected)
    {
        if (!valid)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}; expected {expected}."), name);
    }
}

/// <summary>Where training stands.</summary>
/// <param name="Epoch">Current pass, from 1.</param>
/// <param name="Epochs">Passes in all.</param>
/// <param name="Step">Steps done, over all passes.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Mean loss of the last step's batch, before the step.</param>
public readonly record struct TrainingProgress(int Epoch, int Epochs, long Step, long Steps, double Loss);

/// <summary>What training did.</summary>
/// <param name="Steps">Steps taken.</param>
/// <param name="EpochLosses">Mean loss over each pass, each batch's taken before its step.</param>
public sealed record TrainingResult(long Steps, IReadOnlyList<double> EpochLosses);
