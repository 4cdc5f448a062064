using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Audit;

/// <summary>What the trainers of an ended project get together with their stakes: the twin of the contract's bookkeeping.</summary>
public sealed class Departure
{
    private readonly BigInteger _rollover;
    private readonly IReadOnlyDictionary<Address, BigInteger> _shares;
    private readonly BigInteger _total;

    /// <param name="history">The project's events, its end among them.</param>
    public Departure(ProjectHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        _rollover = history.RolloverBefore(history.Rounds.Count);
        IReadOnlyDictionary<Address, BigInteger> earned = Sum(history.Rounds.SelectMany(round => round.Earned));
        _shares = earned.Count > 0 ? earned : Sum(history.Rounds
            .Where(round => round.HasValidUpdates)
            .SelectMany(round => round.Results)
            .Where(result => result.Outcome != SubmissionOutcome.Invalid)
            .Select(result => KeyValuePair.Create(result.Trainer, BigInteger.One)));
        _total = _shares.Values.Aggregate(BigInteger.Zero, BigInteger.Add);
        Compensation = history.Rounds
            .Where(round => round.Expired is { } expired && (RoundPhase)expired.Phase == RoundPhase.Idle)
            .Aggregate(BigInteger.Zero, (sum, round) => sum + history.DueFor(round.Index) / history.Trainers.Count);
    }

    /// <summary>What each trainer gets out of the bond for the rounds that were not opened.</summary>
    public BigInteger Compensation { get; }

    /// <summary>A trainer's part of the rewards that nobody has earned: by what each has earned, or by valid updates if nobody ever did.</summary>
    public BigInteger RolloverOf(Address trainer) => _total.IsZero ? 0 : _rollover * _shares.GetValueOrDefault(trainer) / _total;

    private static Dictionary<Address, BigInteger> Sum(IEnumerable<KeyValuePair<Address, BigInteger>> parts) => parts
        .GroupBy(part => part.Key)
        .ToDictionary(group => group.Key, group => group.Aggregate(BigInteger.Zero, (sum, part) => sum + part.Value));
}
