using System.Text.Json;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Contracts;
using Nethereum.ABI.Model;

namespace Marketplace.Hosting.Tests;

public class AgentLoopTests
{
    private readonly List<string> _said = [];

    [Fact]
    public async Task It_goes_on_until_there_is_nothing_left_to_do()
    {
        await RunAsync(() => AgentStep.Acted, () => AgentStep.Wait("for a"), () => AgentStep.Acted, () => AgentStep.Done);
        Assert.Equal(["for a"], _said);
    }

    [Fact]
    public async Task It_says_what_it_waits_for_once()
    {
        await RunAsync(
            () => AgentStep.Wait("a"), () => AgentStep.Wait("a"), () => AgentStep.Wait("b"), () => AgentStep.Wait("a"), () => AgentStep.Done);
        Assert.Equal(["a", "b", "a"], _said);
    }

    [Fact]
    public async Task It_outlasts_nodes_stores_and_databases_that_fail_and_says_so()
    {
        await RunAsync(
            () => throw new RpcTransportException("node", "eth_call", "no answer"),
            () => throw new ContentNotFoundException(new Cid(CidCodec.Raw, new byte[32]), "the store", "Wait."),
            () => throw new JournalUnavailableException("the database", new IOException("no answer")),
            () => throw new UpdateStoreUnavailableException("the database", new IOException("no answer")),
            () => AgentStep.Done);
        Assert.Equal(4, _said.Count);
        Assert.All(_said, line => Assert.StartsWith("trying again: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Market_WrongPhase")]
    [InlineData("Market_DeadlinePassed")]
    [InlineData("Market_WrongRound")]
    public async Task It_looks_again_when_the_chain_has_moved_on(string name)
    {
        await RunAsync(() => throw Reverted(name), () => AgentStep.Done);
        Assert.Contains(name, Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_with_what_looking_again_can_not_cure()
    {
        await Assert.ThrowsAsync<ContractRevertedException>(() => RunAsync(() => throw Reverted("Market_NotAggregator")));
        await Assert.ThrowsAsync<RpcException>(() => RunAsync(() => throw new RpcException("eth_call", -1, "no", (JsonElement?)null)));
        await Assert.ThrowsAsync<UsageException>(() => RunAsync(() => throw new UsageException("no")));
        await Assert.ThrowsAsync<AccountTakenOverException>(() => RunAsync(() => throw new AccountTakenOverException(Address.Zero)));
    }

    [Fact]
    public async Task It_ends_when_it_is_cancelled()
    {
        using CancellationTokenSource source = new();
        Task loop = AgentLoop.RunAsync(
            _ =>
            {
                source.Cancel();
                return Task.FromResult(AgentStep.Wait("for ever"));
            },
            TimeSpan.FromDays(1),
            _said.Add,
            source.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    private async Task RunAsync(params Func<AgentStep>[] steps)
    {
        var left = new Queue<Func<AgentStep>>(steps);
        await AgentLoop.RunAsync(_ => Task.FromResult(left.Dequeue()()), TimeSpan.FromMilliseconds(1), _said.Add, CancellationToken.None);
        Assert.Empty(left);
    }

    /// <summary>A revert by the market's error of that name, its values zero.</summary>
    private static ContractRevertedException Reverted(string name)
    {
        ErrorABI error = MarketContract.Abi.Errors.Single(candidate => candidate.Name == name);
        byte[] data = [.. error.Selector(), .. new byte[32 * error.InputParameters.Length]];
        return new ContractRevertedException("a call", ContractError.Decode(data, MarketContract.Abi), data);
    }
}
