using Marketplace.Chain;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Tests.Markets;
using Marketplace.Support;

namespace Marketplace.ReadModel.Tests;

/// <summary>The read model of a market that was played against the real contracts, on a real node.</summary>
public sealed class RealChainTests(PlayedMarket played)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_hold_the_contracts_own_amounts_through_a_reorganization()
    {
        using TemporaryFolder folder = new();
        await using RunningModel model = await RunningModel.StartAsync(
            played.Chain, new ReadModelOptions { Folder = folder.Path, Poll = TimeSpan.FromMilliseconds(50) });
        await model.ReachAsync();
        await AssertAgreesAsync(model.Model);
        Assert.Equal(
            played.Events.Select(@event => @event.Log.ToString()),
            (await model.Model.ReadEventsAsync((long)played.Project, Cancellation)).Select(@event => @event.Log.ToString()));

        string snapshot = (await played.Chain.Client.SendAsync("evm_snapshot", [])).GetString()!;
        await using (TransactionSender sender = await SenderAsync(folder.Path, "first", 2))
        {
            await SendAsync(sender, "stake", MarketContract.Calldata.ReturnStake(played.Project, PlayedMarket.TrainerAddress(2)));
            await SendAsync(sender, "withdrawal", MarketContract.Calldata.Withdraw(Address.Zero));
        }
        await model.ReachAsync();
        await AssertAgreesAsync(model.Model);
        AccountDetails trainer = await model.Model.ReadAccountAsync(PlayedMarket.TrainerAddress(0), Cancellation);
        Assert.Single(trainer.Withdrawals);
        Assert.True(trainer.Balances[Address.Zero].IsZero);

        await played.Chain.Client.SendAsync("evm_revert", [snapshot]);
        await using (TransactionSender sender = await SenderAsync(folder.Path, "second", 3))
            await SendAsync(sender, "stake", MarketContract.Calldata.ReturnStake(played.Project, PlayedMarket.TrainerAddress(0)));
        await model.ReachAsync();
        await AssertAgreesAsync(model.Model);
        trainer = await model.Model.ReadAccountAsync(PlayedMarket.TrainerAddress(0), Cancellation);
        Assert.Empty(trainer.Withdrawals);
        Assert.True(trainer.Training.Single().Participation.StakeReturned);
    }

    private async Task AssertAgreesAsync(IReadModel model)
    {
        MarketContract contract = played.Chain.Contract;
        ProjectDetails details = (await model.FindProjectAsync((long)played.Project, Cancellation))!;
        ProjectState state = await contract.StateAsync(played.Project);
        Assert.Equal(await contract.TermsAsync(played.Project), details.Terms);
        Assert.Equal((state.GetStatus(), state.Escrow, state.Bond), (details.Summary.Status, details.Summary.Remaining, details.Bond));
        Assert.Equal(
            [SubmissionOutcome.Invalid],
            details.Submissions.Where(submission => submission is { Round: 0, Seat: 1 }).Select(submission => submission.Outcome));
        Assert.NotEqual(0, details.Trainers.Sum(trainer => (double)trainer.Forfeited));
        foreach (Participation trainer in details.Trainers)
        {
            Member member = await contract.MemberAsync(played.Project, trainer.Trainer);
            Assert.Equal(member.StakeReturned, trainer.StakeReturned);
            if (!member.StakeReturned)
                Assert.Equal(member.Stake, trainer.Stake);
        }
        IEnumerable<Address> accounts = details.Trainers.Select(trainer => trainer.Trainer)
            .Append(details.Summary.Owner)
            .Append(details.Summary.Aggregator);
        foreach (Address account in accounts)
        {
            Assert.Equal(
                await contract.BalanceOfAsync(account, Address.Zero),
                (await model.ReadAccountAsync(account, Cancellation)).Balances.GetValueOrDefault(Address.Zero));
        }
    }

    private Task<TransactionSender> SenderAsync(string folder, string name, int account) => TransactionSender.OpenAsync(
        played.Chain.Client,
        PrivateKey.Parse(EthereumNode.Keys[account]),
        Path.Combine(folder, name),
        new() { PollInterval = TimeSpan.FromMilliseconds(10) });

    private Task SendAsync(TransactionSender sender, string what, byte[] call) =>
        sender.SendAsync(what, new TransactionRequest(played.Chain.Address, call) { Errors = [MarketContract.Abi] });
}
