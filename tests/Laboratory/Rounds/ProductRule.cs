using System.Numerics;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Laboratory.Rounds;

/// <summary>The market's own rule, computed by the product: <see cref="RoundRule"/>, with pay in rewards of a round.</summary>
public sealed class ProductRule : IAggregator
{
    private static readonly BigInteger Reward = BigInteger.Pow(10, 18);

    private readonly RoundRule _rule;

    /// <summary>The contract's rule.</summary>
    public ProductRule()
        : this(ScoringConstants.Contract)
    {
    }

    /// <summary>The same with other constants, which no market has.</summary>
    internal ProductRule(ScoringConstants constants) => _rule = new RoundRule { Constants = constants };

    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        DecidedRound decided = _rule.Decide(round.Weights, round.Reference, round.Updates, Reward);
        return new Decision(decided.Weights, [.. decided.Payouts.Select(payout => (double)payout / (double)Reward)]);
    }
}
