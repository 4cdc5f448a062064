using System.Numerics;
using Marketplace.Agents;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Hosting;

/// <summary>What an aggregator's program does for one project, whether it is alone or one of a fleet.</summary>
public static class AggregatorService
{
    /// <summary>Serves the project from its bond to its end.</summary>
    /// <param name="party">The account.</param>
    /// <param name="id">The project.</param>
    /// <param name="srs">The reference string that the market's verifier pins.</param>
    /// <param name="prover">Proves its rounds.</param>
    /// <param name="openAsync">Opens what trains and measures for it; asked once the project is known to be the account's.</param>
    /// <param name="poll">How long to wait between looks at the chain.</param>
    /// <param name="say">Told what is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AgentException">The project names another account as its aggregator.</exception>
    public static async Task RunAsync(
        Party party,
        BigInteger id,
        Srs srs,
        IRoundProver prover,
        Func<ProjectView, Task<(ILocalTrainer Trainer, IModelEvaluator Evaluator)>> openAsync,
        TimeSpan poll,
        Action<string> say,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(party);
        ArgumentNullException.ThrowIfNull(openAsync);
        ProjectView project = await ProjectView.OpenAsync(party.Chain, party.Store, id, cancellationToken);
        AggregatorAgent.RequireAccount(project, party.Address);
        (ILocalTrainer trainer, IModelEvaluator evaluator) = await openAsync(project);
        var agent = new AggregatorAgent(
            PartyMarket.CreateContext(party, AgentRole.Aggregator, project.Document, srs, say), project, trainer, evaluator, prover);
        await AgentLoop.RunAsync(agent.StepAsync, poll, say, cancellationToken);
    }
}
