using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>Measures models for the aggregator's reports.</summary>
public interface IModelEvaluator
{
    /// <summary>Loss and accuracy on the root set.</summary>
    /// <param name="weights">d weights in units of 2^−f.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    Task<RoundReport.Metrics> MeasureOnRootAsync(int[] weights, CancellationToken cancellationToken);

    /// <summary>Loss and accuracy on a test set that nobody trains on; null when there is none.</summary>
    /// <inheritdoc cref="MeasureOnRootAsync" path="/param"/>
    Task<RoundReport.Metrics?> MeasureOnTestAsync(int[] weights, CancellationToken cancellationToken);
}
