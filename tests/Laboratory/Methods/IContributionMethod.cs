using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Methods;

/// <summary>A way to say who contributed how much to a project.</summary>
public interface IContributionMethod
{
    /// <summary>What tables call it.</summary>
    string Name { get; }

    /// <summary>Judges a project by what the aggregator has: submissions, models and the root set, never the test set.</summary>
    Credit Judge(Project project);
}

/// <summary>What a method says of a project.</summary>
/// <param name="Shares">Each trainer's contribution, in any unit.</param>
/// <param name="Evaluations">How many models it had to measure on the root set a round, on average.</param>
public sealed record Credit(IReadOnlyList<double> Shares, double Evaluations);
