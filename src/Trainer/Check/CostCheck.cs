using System.Globalization;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol;
using Marketplace.Protocol.Cohorts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Trainer.Check;

/// <summary>What taking part costs in gas and in stake, against what there is to earn.</summary>
/// <param name="chain">The market.</param>
/// <param name="project">The project.</param>
/// <param name="account">Who would join; null when nobody is named.</param>
/// <param name="report">Told what is found.</param>
internal sealed class CostCheck(MarketChain chain, ProjectView project, Address? account, CheckReport report)
{
    private readonly Terms _terms = project.Terms;

    private BigInteger Id => project.History.Id;

    public async Task RunAsync(ProjectState state, CancellationToken cancellationToken)
    {
        TokenUnit unit = await TokenUnit.ReadAsync(chain, _terms.Token, cancellationToken);
        BigInteger price = await chain.Client.GetGasPriceAsync(cancellationToken);
        (ulong join, string source) = await JoinGasAsync(state, cancellationToken);
        ulong end = MarketGas.ReturnStake + (_terms.Token.IsZero ? MarketGas.Withdraw : MarketGas.WithdrawErc20);
        BigInteger gas = (join + (BigInteger)MarketGas.Submit * _terms.Rounds + end) * price;

        report.Section("money");
        report.Line("stake", $"{unit.Format(_terms.TrainerStake)}, locked until the project's end");
        report.Line(
            "gas",
            $"about {TokenUnit.Ether.Format(gas)} at {Units.FormatGwei(price)} gwei: joining {Number(join)} ({source}), {_terms.Rounds} × submitting "
                + $"{Number(MarketGas.Submit)}, the end {Number(end)}");
        BigInteger share = WriteReward(state, unit);
        if (_terms.Token.IsZero && gas > share)
        {
            report.Obstacle($"gas costs about {TokenUnit.Ether.Format(gas)}, an equal share of what is left to earn is {unit.Format(share)}");
        }

        if (account is { } who)
            await CheckAccountAsync(who, gas, unit, cancellationToken);
        CheckAdmission(state, await chain.NowAsync(cancellationToken));
    }

    /// <returns>An equal share of what the rounds that are left have to pay, rounded down.</returns>
    private BigInteger WriteReward(ProjectState state, TokenUnit unit)
    {
        int sharers = Cohort.Size(Math.Max(Math.Max((int)_terms.MinTrainers, state.Trainers + 1), 1));
        BigInteger left = Enumerable.Range(state.Round, Math.Max(_terms.Rounds - state.Round, 0))
            .Aggregate(state.Rollover, (sum, round) => sum + project.History.RewardOf(round));
        BigInteger share = left / sharers;
        report.Line(
            "reward",
            $"{unit.Format(left)} in all, by contribution; an equal share of {sharers} trainers is {unit.Format(share)}");
        return share;
    }

    /// <summary>What joining costs: by the node where it can tell, by measurement where it cannot.</summary>
    private async Task<(ulong Gas, string Source)> JoinGasAsync(ProjectState state, CancellationToken cancellationToken)
    {
        if (account is { } who && state.GetStatus() == ProjectStatus.Open && _terms.Token.IsZero)
        {
            try
            {
                Bytes32[] proof = _terms.AllowlistRoot.IsZero ? [] : new AllowlistTree(project.Document.Allowlist).ProofOf(who);
                var call = new CallRequest(chain.Address, MarketContract.Calldata.Join(Id, proof)) { From = who, Value = _terms.TrainerStake };
                return (await chain.Client.EstimateGasAsync(call, MarketChain.Errors, cancellationToken), "estimated by the node");
            }
            catch (Exception e) when (e is RpcException or ContractRevertedException or DocumentException)
            {
                // Why it would be refused is found below, in words.
            }
        }

        return (_terms.Token.IsZero ? MarketGas.Join : MarketGas.JoinErc20, "as measured in the contracts' tests");
    }

    private async Task CheckAccountAsync(Address who, BigInteger gas, TokenUnit unit, CancellationToken cancellationToken)
    {
        BigInteger ether = await chain.TokenBalanceAsync(Address.Zero, who, BlockTag.Latest, cancellationToken);
        BigInteger token = _terms.Token.IsZero ? ether : await chain.TokenBalanceAsync(_terms.Token, who, BlockTag.Latest, cancellationToken);
        BigInteger stake = (await chain.Contract.MemberAsync(Id, who, cancellationToken: cancellationToken)).Joined ? 0 : _terms.TrainerStake;
        report.Line("account", $"{who} has {unit.Format(token)}{(_terms.Token.IsZero ? "" : $" and {TokenUnit.Ether.Format(ether)}")}");
        BigInteger need = _terms.Token.IsZero ? gas + stake : gas;
        if (ether < need)
            report.Obstacle($"{who} has {TokenUnit.Ether.Format(ether)} and needs about {TokenUnit.Ether.Format(need)}");
        if (!_terms.Token.IsZero && token < stake)
            report.Obstacle($"{who} has {unit.Format(token)} and needs {unit.Format(stake)} for the stake");
        if (!_terms.AllowlistRoot.IsZero && !project.Document.Allowlist.Contains(who))
            report.Obstacle($"{who} is not among the accounts that may join; the owner lists them");
    }

    private void CheckAdmission(ProjectState state, ulong now)
    {
        bool hasJoined = account is { } who && project.History.Trainers.Contains(who);
        if (hasJoined && state.GetStatus() <= ProjectStatus.Running)
            return;
        if (state.GetStatus() != ProjectStatus.Open)
            report.Obstacle($"the project is {state.GetStatus().ToString().ToLowerInvariant()}: nobody can join any more");
        else if (now > _terms.JoinDeadline)
            report.Obstacle("nobody can join any more: the join deadline is over");
        else if (state.Trainers >= _terms.MaxTrainers)
            report.Obstacle($"the project is full: it takes {_terms.MaxTrainers} trainers, and as many have joined");
    }

    private static string Number(ulong number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
