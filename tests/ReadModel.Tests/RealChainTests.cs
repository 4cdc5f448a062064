using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.ReadModel.Tests;

/// <summary>The read model of a market that was played against the real contracts, on a real node.</summary>
public sealed class RealChainTests(PlayedFixture played)
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

        string snapshot = await played.Market.Node.TakeSnapshotAsync();
        Address first = PlayedMarket.TrainerAddress(0);
        await played.Market.SendAsync(first, played.Chain.Contract.ReturnStake(played.Project, PlayedMarket.TrainerAddress(2)));
        await played.Market.SendAsync(PlayedMarket.TrainerAddress(1), played.Chain.Contract.CreditPay(played.Project, first));
        await played.Market.SendAsync(first, played.Chain.Contract.Withdraw(
            Address.Zero, PlayedMarket.TrainerAddress(1), await played.Chain.Contract.BalanceOfAsync(first, Address.Zero)));
        await model.ReachAsync();
        await AssertAgreesAsync(model.Model);
        AccountDetails trainer = await model.Model.ReadAccountAsync(first, Cancellation);
        Assert.Equal(PlayedMarket.TrainerAddress(1), Assert.Single(trainer.Withdrawals).Receiver);
        Assert.True(trainer.Balances[Address.Zero].IsZero);

        await played.Market.Node.RevertAsync(snapshot);
        await played.Market.SendAsync(PlayedMarket.TrainerAddress(1), played.Chain.Contract.ReturnStake(played.Project, first));
        await model.ReachAsync();
        await AssertAgreesAsync(model.Model);
        trainer = await model.Model.ReadAccountAsync(first, Cancellation);
        Assert.Empty(trainer.Withdrawals);
        Assert.True(trainer.Training.Single().Participation.StakeReturned);
    }

    private async Task AssertAgreesAsync(IReadModel model)
    {
        MarketContract contract = played.Chain.Contract;
        ProjectDetails details = (await model.FindProjectAsync((long)played.Project, Cancellation))!;
        ProjectState state = await contract.StateAsync(played.Project);
        Assert.Equal(await contract.TermsAsync(played.Project), details.Terms);
        Assert.Equal((state.GetStatus(), state.Escrow, state.Bond), (details.Summary.Status, details.Summary.Remaining, details.Summary.Bond));
        Assert.Equal(
            [SubmissionOutcome.Invalid],
            details.Submissions.Where(submission => submission is { Round: 0, Seat: 1 }).Select(submission => submission.Outcome));
        Assert.NotEqual(0, details.Trainers.Sum(trainer => (double)trainer.Forfeited));
        foreach (Participation trainer in details.Trainers)
        {
            Member member = await contract.MemberAsync(played.Project, trainer.Trainer);
            Assert.Equal(member.StakeReturned, trainer.StakeReturned);
            Assert.Equal(await contract.EarnedByAsync(played.Project, member.Index) - member.Credited, trainer.Uncredited);
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
}
