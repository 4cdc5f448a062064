using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;

namespace Marketplace.Protocol.Audit;

/// <summary>A project's money as its events tell it: what came in, and what was credited to somebody.</summary>
internal sealed class Ledger(BigInteger projectId)
{
    private readonly HashSet<Address> _parties = [];
    private readonly HashSet<Address> _trainers = [];
    private Terms? _terms;

    /// <summary>Bounty, fee, bond and stakes that were deposited.</summary>
    public BigInteger Deposits { get; private set; }

    /// <summary>Everything that was credited because of the project.</summary>
    public BigInteger Credits { get; private set; }

    public void Apply(IContractEvent @event)
    {
        switch (@event)
        {
            case MarketEvents.ProjectCreated e:
                _terms = e.Terms;
                Deposits += e.Terms.Bounty + e.Terms.AggregatorFee;
                _parties.Add(e.Owner);
                _parties.Add(e.Terms.Aggregator);
                break;
            case MarketEvents.BondPosted:
                Deposits += _terms!.AggregatorBond;
                break;
            case MarketEvents.TrainerJoined e:
                Deposits += _terms!.TrainerStake;
                _parties.Add(e.Trainer);
                _trainers.Add(e.Trainer);
                break;
            case MarketEvents.Credited e:
                Credits += e.Amount;
                break;
        }
    }

    /// <summary>What the contract held for the project after a block.</summary>
    public async Task<Held> ReadHeldAsync(MarketChain chain, ulong block, CancellationToken cancellationToken)
    {
        ProjectState state = await chain.Contract.StateAsync(projectId, block, cancellationToken);
        BigInteger stakes = 0, promised = 0, pay = 0;
        foreach (Address trainer in _trainers)
        {
            Member member = await chain.Contract.MemberAsync(projectId, trainer, block, cancellationToken);
            stakes += member.Stake;
            if (member.Joined)
                pay += await chain.Contract.EarnedByAsync(projectId, member.Index, block, cancellationToken) - member.Credited;
            promised += member is { Joined: true, StakeReturned: false } ? state.IdleCompensation : 0;
        }
        BigInteger withdrawable = 0;
        foreach (Address party in _parties)
            withdrawable += await chain.Contract.BalanceOfAsync(party, _terms!.Token, block, cancellationToken);
        BigInteger funds = await chain.TokenBalanceAsync(_terms!.Token, chain.Address, block, cancellationToken);
        return new Held(state.Escrow, pay, state.Bond, stakes, promised, withdrawable, funds);
    }

    /// <param name="Escrow">Bounty and fee that are still to be earned or returned.</param>
    /// <param name="Pay">What trainers have earned and were not credited yet.</param>
    /// <param name="Bond">What is left of the aggregator's bond.</param>
    /// <param name="Stakes">What is left of the trainers' stakes.</param>
    /// <param name="Promised">What trainers get out of the bond with their stakes.</param>
    /// <param name="Withdrawable">What the project's parties can withdraw, from this and other projects.</param>
    /// <param name="ContractFunds">What the contract has of the token.</param>
    internal sealed record Held(
        BigInteger Escrow,
        BigInteger Pay,
        BigInteger Bond,
        BigInteger Stakes,
        BigInteger Promised,
        BigInteger Withdrawable,
        BigInteger ContractFunds)
    {
        public BigInteger Total => Escrow + Pay + Bond + Stakes + Promised;
    }
}
