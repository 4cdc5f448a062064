using System.Numerics;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Laboratory.Rounds;

/// <summary>The market's own rule, computed by the product: <see cref="RoundRule"/>, with pay in rewards of a round.</summary>
public sealed class ProductRule : IAggregator
{
    private static readonly BigInteger Reward = BigInteger.Pow(10, 18);

    private readonly RoundRule _rule = new();

    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        DecidedRound decided = _rule.Decide(round.Weights, round.Reference, round.Updates, Reward);
        return new Decision(decided.Weights, [.. decided.Payouts.Select(payout => (double)payout / (double)Reward)]);
    }
}
