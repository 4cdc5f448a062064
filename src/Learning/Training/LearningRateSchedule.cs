namespace Marketplace.Learning.Training;

/// <summary>The courses that a step size may take after its warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It is multiplied by a factor after every so many epochs.</summary>
    Step,

    /// <summary>It falls to 0 along half a period of a cosine (Loshchilov and Hutter, 2017), over the steps of one training.</summary>
    Cosine,
}

/// <summary>How the step size changes over the steps of one training: a linear warm-up, then one of the courses.</summary>
/// <param name="Kind">The course.</param>
/// <param name="WarmUpSteps">Steps over which the rate rises in equal parts from nothing; 0 for none.</param>
/// <param name="StepEpochs">Step: epochs between two reductions, at least 1.</param>
/// <param name="Factor">Step: what a reduction multiplies by, in (0, 1].</param>
public sealed record LearningRateSchedule(ScheduleKind Kind = ScheduleKind.Constant, int WarmUpSteps = 0, int StepEpochs = 1, float Factor = 0.1f)
{
    /// <summary>The rate stays from the first step on.</summary>
    public static LearningRateSchedule Constant { get; } = new();

    /// <summary>What the learning rate is multiplied by.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">Steps of the whole training.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    public double At(long step, long steps, long stepsPerEpoch)
    {
        if (step < WarmUpSteps)
            return (step + 1.0) / (WarmUpSteps + 1.0);
        return Kind switch
        {
            ScheduleKind.Step => Math.Pow(Factor, step / stepsPerEpoch / StepEpochs),
            ScheduleKind.Cosine => 0.5 * (1 + Math.Cos(Math.PI * (step - WarmUpSteps) / Math.Max(1, steps - WarmUpSteps))),
            _ => 1,
        };
    }

    /// <summary>Throws unless every option is within its bounds.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and its bounds.</exception>
    public void Validate()
    {
        LocalTraining.Require(Enum.IsDefined(Kind), nameof(Kind), Kind, "Constant, Step or Cosine");
        LocalTraining.Require(WarmUpSteps is >= 0 and <= 1_000_000, nameof(WarmUpSteps), WarmUpSteps, "0 to 1000000");
        LocalTraining.Require(StepEpochs is >= 1 and <= 100_000, nameof(StepEpochs), StepEpochs, "1 to 100000");
        LocalTraining.Require(Factor is > 0 and <= 1, nameof(Factor), Factor, "a number in (0, 1]");
    }
}
