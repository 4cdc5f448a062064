using System.Numerics;
using Marketplace.Contracts;
using Marketplace.Protocol;

namespace Marketplace.Simulation;

/// <summary>What everybody's transactions use over the whole project, by <see cref="MarketGas"/>, and cost at a price.</summary>
/// <param name="GasPrice">In wei.</param>
/// <param name="Owner">Gas of the owner: posting.</param>
/// <param name="AggregatorRound">Gas of the aggregator in one round: opening and settling, at most.</param>
/// <param name="Aggregator">Gas of the aggregator in all, its bond and its withdrawal among it.</param>
/// <param name="TrainerRound">Gas of a trainer in one round: submitting.</param>
/// <param name="Trainer">Gas of a trainer in all, joining, its stake and its withdrawal among it.</param>
public sealed record SimulatedCosts(BigInteger GasPrice, ulong Owner, ulong AggregatorRound, ulong Aggregator, ulong TrainerRound, ulong Trainer)
{
    /// <param name="terms">The project's terms.</param>
    /// <param name="rounds">Rounds that are played.</param>
    /// <param name="trainers">Trainers that submit to each.</param>
    /// <param name="gasPrice">In wei.</param>
    public static SimulatedCosts Of(Terms terms, int rounds, int trainers, BigInteger gasPrice)
    {
        bool isErc20 = !terms.Token.IsZero;
        ulong withdraw = isErc20 ? MarketGas.WithdrawErc20 : MarketGas.Withdraw;
        ulong postBond = isErc20 ? MarketGas.PostBondErc20 : MarketGas.PostBond, join = isErc20 ? MarketGas.JoinErc20 : MarketGas.Join;
        ulong aggregatorRound = MarketGas.OpenRound + MarketGas.Settle(trainers);
        return new SimulatedCosts(
            gasPrice,
            isErc20 ? MarketGas.CreateErc20 : MarketGas.Create,
            aggregatorRound,
            postBond + MarketGas.Start + (ulong)rounds * aggregatorRound + MarketGas.ReturnBond + withdraw,
            MarketGas.Submit,
            join + (ulong)rounds * MarketGas.Submit + MarketGas.ReturnStake + withdraw);
    }

    /// <summary>What an amount of gas costs, in wei.</summary>
    public BigInteger PriceOf(ulong gas) => GasPrice * gas;
}
