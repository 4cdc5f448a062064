using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Experiments;

/// <summary>A question, and the trials that answer it.</summary>
public interface IExperiment
{
    /// <summary>The command's name.</summary>
    string Name { get; }

    /// <summary>What it asks, in a sentence for its help.</summary>
    string Question { get; }

    /// <summary>The tasks that it is meant for, as far as there are data for them.</summary>
    IReadOnlyList<string> DefaultTasks { get; }

    /// <summary>All trials on one task. They depend on nothing but their seeds, and may run side by side.</summary>
    IEnumerable<Trial> Plan(LearningTask task, LaboratoryOptions options);

    /// <summary>What follows from all trials together.</summary>
    IEnumerable<Observation> Conclude(IReadOnlyList<Observation> observations) => observations;
}

/// <summary>A part of an experiment that runs on its own.</summary>
/// <param name="Name">What progress calls it.</param>
/// <param name="Run">Runs it.</param>
public sealed record Trial(string Name, Func<IEnumerable<Observation>> Run);
