using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.PreAggregators;

/// <summary>
/// Shortens updates to a radius that never changes (Sun et al., "Can you really backdoor federated learning?", 2019, where the mean follows).
/// </summary>
/// <param name="radius">The largest length, in units of 2^−f.</param>
public sealed class StaticClipping(double radius) : IPreAggregator
{
    /// <inheritdoc/>
    public IReadOnlyList<double[]> Factors(IReadOnlyList<double[]> updates) => Clip(updates, radius);

    /// <summary>Factors that shorten what is longer than a radius, and change nothing else.</summary>
    internal static IReadOnlyList<double[]> Clip(IReadOnlyList<double[]> updates, double radius) =>
    [
        .. updates.Select((update, i) =>
        {
            var row = new double[updates.Count];
            row[i] = Vectors.Norm(update) is var length && length > radius ? radius / length : 1;
            return row;
        }),
    ];
}
