namespace Marketplace.Protocol.Scoring;

/// <summary>What a trainer can learn from the numbers that decided about its update.</summary>
public static class UpdateAdvice
{
    /// <summary>What takes away less than this is not worth a word.</summary>
    private const double WorthSaying = 0.95;

    /// <summary>What took most of an update's pay away, and what can be done about it, in one sentence.</summary>
    /// <param name="scoring">What the round's matrix decided.</param>
    /// <param name="update">Its row in the matrix, from 1.</param>
    public static string Of(ScoringOutcome scoring, int update)
    {
        ArgumentNullException.ThrowIfNull(scoring);
        int k = update - 1;
        if (scoring.Norms[k].IsZero)
            return "The update is zero: nothing was trained, or the steps are too small for the project's units.";
        if (scoring.Cosines[k] == 0)
            return "It points away from the reference: labels or preprocessing are probably others than the project's document asks for.";
        double trust = (double)scoring.Trusts[k] * scoring.Copies[k] / RoundScoring.One / RoundScoring.One;
        (double Left, string Advice)[] losses =
        [
            (trust, "It points along the reference much less than most do: cleaner data, or more of them, would raise its weight."),
            (
                (double)RoundScoring.One / scoring.Copies[k],
                "It is more alike to others than different data make it, and shares their weight: the same data under several names earn no more."),
            (
                scoring.Trusts[k] == 0 ? 1 : (double)scoring.Weights[k] / scoring.Trusts[k],
                "It was cut, because it is longer than most: larger steps or more epochs than the others take earn nothing."),
            (
                scoring.Weights[k] == 0 ? 1 : Math.Pow((double)scoring.Novelties[k] / RoundScoring.One, 2),
                "Much of it is what the last aggregates had told already: only what own data add to them is paid."),
        ];
        (double left, string advice) = losses.MinBy(loss => loss.Left);
        return left < WorthSaying ? advice : "Nothing was taken away from it: it is paid for how far it moves the model along the reference.";
    }

    /// <summary>The cosine from which on the weight is full, 0 to 1; 0 when nobody has a cosine.</summary>
    public static double FullFrom(ScoringOutcome scoring)
    {
        ArgumentNullException.ThrowIfNull(scoring);
        (double first, double second) = (0, 0);
        foreach ((int cosine, int copies) in scoring.Cosines.Zip(scoring.Copies).Where(pair => pair.Second > 0))
        {
            first += (double)cosine / copies;
            second += (double)cosine * cosine / copies;
        }

        return first == 0 ? 0 : second / first * ScoringConstants.Contract.FullTrust / RoundScoring.One / RoundScoring.One;
    }
}
