using System.Collections.Concurrent;
using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Laboratory.Experiments;

/// <summary>What rules are measured against on one task, which is dear and the same for many of them: computed when asked for, once.</summary>
/// <param name="task">What is learned.</param>
/// <param name="options">How many seeds, and whether all is to be small.</param>
internal sealed class Yardsticks(LearningTask task, LaboratoryOptions options)
{
    private readonly ConcurrentDictionary<object, Lazy<object>> _known = new();

    /// <summary>What is learned.</summary>
    public LearningTask Task => task;

    /// <summary>Where a project is played.</summary>
    public Setting At(Division division, ulong seed) => new(task, division, options, seed);

    /// <summary>Each trainer's exact Shapley value of retraining.</summary>
    public double[] Shapley(Division division, ulong seed) =>
        Once((division.Name, seed), () => Contribution.ShapleyOfRetraining(At(division, seed)));

    /// <summary>What the first trainer is paid when it is honest under one name, on average over the seeds: as a share, under a rule.</summary>
    public double HonestPay(Division division, ScoringConstants constants) => Once((division.Name, constants), () => Enumerable
        .Range(1, options.Seeds)
        .Average(seed => FreeRiding.Play(At(division, (ulong)seed), new ProductRule(constants), new HonestTrainer()).AttackersPay()));

    /// <summary>What accuracy one of the rival rules ends with under an attack.</summary>
    public double RivalsAccuracy(string rival, string attack, Division division, ulong seed) => Once(
        (rival, attack, division.Name, seed),
        () => AccuracyOf(Robustness.Play(At(division, seed), () => Robustness.Rule(rival, seed), attack)));

    /// <summary>A project's accuracy at its end.</summary>
    public static double AccuracyOf(Project project) => project.Federation.Measure(project.Weights, project.Federation.Test).Accuracy;

    private T Once<T>(object key, Func<T> compute)
        where T : notnull => (T)_known.GetOrAdd(key, _ => new Lazy<object>(() => compute())).Value;
}
