using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Tests.Rounds;

/// <summary>Rounds of a few short updates.</summary>
internal static class Played
{
    /// <summary>A round from weights 0, with sizes alike.</summary>
    public static Submissions Round(short[] reference, params short[][] updates) =>
        new(new int[reference.Length], reference, updates, [.. updates.Select(_ => 10)]);

    /// <summary>The step that a rule takes, in units of 2^−f.</summary>
    public static double[] Step(IAggregator rule, Submissions round) =>
        [.. rule.Decide(round).Weights.Select(weight => (double)weight)];
}
