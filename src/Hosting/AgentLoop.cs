using Marketplace.Agents;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Contracts;

namespace Marketplace.Hosting;

/// <summary>Drives an agent that decides from the chain's state alone, and outlasts what passes: nodes that fail, states that move on.</summary>
public static class AgentLoop
{
    /// <summary>Reverts that say that the chain was elsewhere than it looked; looking again is the answer to all of them.</summary>
    private static readonly string[] MovedOn =
    [
        MarketErrors.Market_WrongStatus, MarketErrors.Market_WrongPhase, MarketErrors.Market_WrongRound, MarketErrors.Market_DeadlinePassed,
        MarketErrors.Market_DeadlineNotPassed,
    ];

    /// <param name="step">Looks at the chain and does what is due.</param>
    /// <param name="poll">How long to wait between looks.</param>
    /// <param name="say">Told what is waited for whenever that changes, and of trouble.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(
        Func<CancellationToken, Task<AgentStep>> step, TimeSpan poll, Action<string> say, CancellationToken cancellationToken)
    {
        string last = "";
        while (true)
        {
            AgentStep found;
            try
            {
                found = await step(cancellationToken);
            }
            catch (ContractRevertedException e) when (e is not TransactionRevertedException && MovedOn.Contains(e.Error.Name))
            {
                found = AgentStep.Wait($"the chain has moved on ({e.Error.Name}); looking again");
            }
            catch (Exception e) when (e is RpcTransportException or ContentNotFoundException or JournalUnavailableException
                or UpdateStoreUnavailableException or ProverUnavailableException)
            {
                found = AgentStep.Wait($"trying again: {e.Message}");
            }
            if (found is AgentStep.Ending)
                return;
            if (found is not AgentStep.Waiting waiting)
                continue;
            if (waiting.Why != last)
                say(last = waiting.Why);
            await Task.Delay(poll, cancellationToken);
        }
    }
}
