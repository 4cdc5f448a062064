namespace Marketplace.Laboratory.PreAggregators;

/// <summary>Makes other updates of a round's, before a rule decides about them. One project each: it may remember.</summary>
public interface IPreAggregator
{
    /// <summary>One row for each update that it makes: the factors, none negative, by which the submitted ones are added up to it.</summary>
    /// <param name="updates">What was submitted.</param>
    IReadOnlyList<double[]> Factors(IReadOnlyList<double[]> updates);
}
