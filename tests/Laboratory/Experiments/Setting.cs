using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Experiments;

/// <summary>Where one project of an experiment is played.</summary>
/// <param name="Task">What is learned.</param>
/// <param name="Division">How trainers' samples are divided.</param>
/// <param name="Options">Whether it is to be small.</param>
/// <param name="Seed">Decides everything.</param>
public sealed record Setting(LearningTask Task, Division Division, LaboratoryOptions Options, ulong Seed)
{
    /// <summary>Deals the task's samples.</summary>
    /// <param name="trainers">Number of trainers.</param>
    /// <param name="samples">Samples a trainer on average.</param>
    /// <param name="root">Samples of the root set.</param>
    /// <param name="test">Samples of the test set.</param>
    public Federation Deal(int trainers, int samples, int root, int test) =>
        Federation.Deal(Task, Division, trainers, samples, root, test, Seed);
}
