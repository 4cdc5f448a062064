namespace Marketplace.Protocol.Rounds;

/// <summary>How a model does on a test set, and how far another machine's numbers for the same model can be from these.</summary>
/// <remarks>
/// Training and evaluating in floating point give the same bits on one machine only. So what somebody else has measured is
/// compared within bounds; everything that decides about money is in integers and is compared exactly.
/// </remarks>
/// <param name="Metrics">Loss and accuracy.</param>
/// <param name="Samples">Samples of the test set.</param>
/// <param name="CloseCalls">Answers that could be others elsewhere: their two largest outputs are less than 1e-4 apart.</param>
public sealed record Measurement(RoundReport.Metrics Metrics, int Samples, int CloseCalls)
{
    /// <summary>Relative to the loss, or to 1 where the loss is smaller.</summary>
    private const double LossTolerance = 1e-5;

    /// <summary>What dividing a count of answers by the samples, and writing it down, may change in the count.</summary>
    private const double CountTolerance = 1e-6;

    /// <summary>
    /// Whether reported numbers can be those of this model: the loss within 1e-5·max(1, loss), the right answers
    /// apart by at most the close calls.
    /// </summary>
    public bool Confirms(RoundReport.Metrics reported) => ConfirmsLoss(reported.Loss) && ConfirmsAccuracy(reported.Accuracy);

    private bool ConfirmsLoss(double reported) =>
        // A model that diverges has no loss, or an infinite one; equality is what is left to ask for.
        Metrics.Loss.Equals(reported)
            || Math.Abs(Metrics.Loss - reported) <= LossTolerance * Math.Max(1, Metrics.Loss) && double.IsFinite(Metrics.Loss);

    private bool ConfirmsAccuracy(double? reported) => (Metrics.Accuracy, reported) switch
    {
        (null, null) => true,
        ({ } own, { } other) => Math.Abs(own - other) * Samples <= CloseCalls + CountTolerance,
        _ => false,
    };
}
