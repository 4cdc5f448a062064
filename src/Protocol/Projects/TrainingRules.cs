using Marketplace.Contracts;
using Marketplace.Learning.Training;

namespace Marketplace.Protocol.Projects;

/// <summary>How trainers train locally; the same for all, so that updates are comparable.</summary>
/// <param name="Optimizer"><c>sgd</c>, <c>adam</c> or <c>adamw</c>.</param>
/// <param name="Momentum">SGD's momentum, in [0, 1); the others have their own moments and do not read it.</param>
/// <param name="WeightDecay">Pull of the weights towards 0, in [0, 1]: an L2 penalty, for <c>adamw</c> apart from the gradient.</param>
/// <param name="Rounding"><c>nearest</c> or <c>stochastic</c> rounding of updates to fixed point.</param>
/// <param name="Schedule">How the learning rate changes over the steps of a round; null for not at all.</param>
/// <param name="ClipNorm">Longest gradient, as a norm over all parameters, above 0; null for no limit.</param>
/// <param name="Proximal">FedProx's μ, in (0, 1000]: pulls the weights towards the round's global model; null for not at all.</param>
public sealed record TrainingRules(
    string Optimizer = "sgd",
    double Momentum = 0.9,
    double WeightDecay = 0,
    string Rounding = "nearest",
    ScheduleRules? Schedule = null,
    double? ClipNorm = null,
    double? Proximal = null)
{
    /// <summary>What these rules and a round's hyper-parameters come to.</summary>
    /// <param name="round">Learning rate in millionths, epochs and batch size.</param>
    /// <param name="seed">Decides what is random in the training.</param>
    public LocalTraining ForRound(HyperParameters round, ulong seed) => new()
    {
        Optimizer = Optimizer switch
        {
            "adam" => OptimizerKind.Adam,
            "adamw" => OptimizerKind.AdamW,
            _ => OptimizerKind.Sgd,
        },
        Momentum = Optimizer == "sgd" ? (float)Momentum : 0,
        WeightDecay = (float)WeightDecay,
        ClipNorm = (float)(ClipNorm ?? 0),
        Proximal = (float)(Proximal ?? 0),
        Schedule = Schedule?.ToSchedule() ?? LearningRateSchedule.Constant,
        LearningRate = round.LearningRate / 1e6f,
        Epochs = round.LocalEpochs,
        BatchSize = round.BatchSize,
        Seed = seed,
    };

    /// <summary>Says of every field whether it is within its bounds.</summary>
    internal void Check(Requirement require)
    {
        require(Optimizer is "sgd" or "adam" or "adamw", "optimizer", "sgd, adam or adamw", Optimizer);
        require(Momentum is >= 0 and < 1, "momentum", "a number in [0, 1)", Momentum);
        require(WeightDecay is >= 0 and <= 1, "weightDecay", "a number in [0, 1]", WeightDecay);
        require(Rounding is "nearest" or "stochastic", "rounding", "nearest or stochastic", Rounding);
        require(ClipNorm is null or (> 0 and <= 1e6), "clipNorm", "a number in (0, 1000000]", ClipNorm ?? 0);
        require(Proximal is null or (> 0 and <= 1000), "proximal", "a number in (0, 1000]", Proximal ?? 0);
        Schedule?.Check((holds, field, expected, actual) => require(holds, $"schedule.{field}", expected, actual));
    }

    /// <summary>Takes one condition: whether it holds, of which field, what was expected, what came.</summary>
    internal delegate void Requirement(bool holds, string field, string expected, object actual);
}

/// <summary>How the learning rate changes over the steps of one round, from the round's own rate: a linear warm-up, then a course.</summary>
/// <param name="Kind"><c>constant</c>, <c>step</c> (multiplied by a factor after every so many epochs) or <c>cosine</c> (falls to 0).</param>
/// <param name="WarmUpSteps">Steps over which the rate rises, 0 to 1,000,000.</param>
/// <param name="StepEpochs">Of <c>step</c>: epochs between two reductions, 1 to 100,000.</param>
/// <param name="Factor">Of <c>step</c>: what a reduction multiplies by, in (0, 1].</param>
public sealed record ScheduleRules(string Kind = "constant", int WarmUpSteps = 0, int StepEpochs = 1, double Factor = 0.1)
{
    internal LearningRateSchedule ToSchedule() => new(
        Kind switch
        {
            "step" => ScheduleKind.Step,
            "cosine" => ScheduleKind.Cosine,
            _ => ScheduleKind.Constant,
        },
        WarmUpSteps,
        StepEpochs,
        (float)Factor);

    internal void Check(TrainingRules.Requirement require)
    {
        require(Kind is "constant" or "step" or "cosine", "kind", "constant, step or cosine", Kind);
        require(WarmUpSteps is >= 0 and <= 1_000_000, "warmUpSteps", "0 to 1000000", WarmUpSteps);
        require(StepEpochs is >= 1 and <= 100_000, "stepEpochs", "1 to 100000", StepEpochs);
        require(Factor is > 0 and <= 1, "factor", "a number in (0, 1]", Factor);
    }
}
