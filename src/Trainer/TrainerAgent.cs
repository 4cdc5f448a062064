using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Hosting;
using Marketplace.Proofs;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Trainer;

/// <summary>
/// Takes one trainer through one project: joins, trains and submits every round that it is drawn for, and collects what it earned.
/// </summary>
/// <remarks>
/// Everything it decides is read from the chain, training is deterministic and blinders are derived from the account key, so a
/// restarted agent goes on where the last one was. Transactions go through a journal, which keeps any from being sent twice.
/// </remarks>
public sealed class TrainerAgent(Party party, Srs srs, ProjectView project, ILocalTrainer trainer, TimeSpan poll, bool keepEarnings, TextWriter log)
{
    private readonly MarketChain chain = party.Chain;
    private readonly BigInteger projectId = project.History.Id;

    /// <summary>Runs until the project has ended and everything earned has been withdrawn, unless it is to be kept.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        log.WriteLine($"project {projectId}: {project.Document.Title}");
        await AgentLoop.RunAsync(StepAsync, poll, log.WriteLine, cancellation);
    }

    private async Task<AgentStep> StepAsync(CancellationToken cancellation)
    {
        ProjectState state = await chain.Contract.StateAsync(projectId, cancellationToken: cancellation);
        switch (state.GetStatus())
        {
            case ProjectStatus.Open:
                await JoinAsync(cancellation);
                return AgentStep.Wait($"waiting for the start: {state.Trainers} of at least {project.Terms.MinTrainers} trainers have joined");
            case ProjectStatus.Running:
                ulong now = await chain.NowAsync(cancellation);
                return await SubmitDueAsync(state, now, cancellation)
                    ? AgentStep.Acted
                    : AgentStep.Wait($"round {state.Round + 1} of {project.Terms.Rounds}: waiting, {state.GetPhase(now).ToString().ToLowerInvariant()}");
            default:
                log.WriteLine($"the project is {state.GetStatus().ToString().ToLowerInvariant()}");
                await party.CollectStakeAsync(projectId, cancellation);
                if (!keepEarnings)
                    await party.WithdrawAsync(project.Terms.Token, log, cancellation);
                return AgentStep.Done;
        }
    }

    private async Task JoinAsync(CancellationToken cancellation)
    {
        Member member = await chain.Contract.MemberAsync(projectId, party.Address, cancellationToken: cancellation);
        if (member.Joined)
            return;
        Terms terms = project.Terms;
        Bytes32[] proof = terms.AllowlistRoot.IsZero ? [] : new AllowlistTree(project.Document.Allowlist).ProofOf(party.Address);
        await party.PayAsync($"join/{projectId}", terms.Token, terms.TrainerStake, MarketContract.Calldata.Join(projectId, proof), cancellation);
        TokenUnit unit = await TokenUnit.ReadAsync(chain, terms.Token, cancellation);
        log.WriteLine($"joined as {party.Address}, stake {unit.Format(terms.TrainerStake)}");
    }

    /// <summary>Trains and submits if the current round still waits for this trainer.</summary>
    /// <returns>Whether something was submitted.</returns>
    private async Task<bool> SubmitDueAsync(ProjectState state, ulong now, CancellationToken cancellation)
    {
        if (state.GetPhase(now) != RoundPhase.Training)
            return false;
        (bool seated, BigInteger seat) = await chain.Contract.SeatOfAsync(projectId, party.Address, cancellationToken: cancellation);
        if (!seated || (state.SubmittedSeats >> (int)seat & 1) != 0)
            return false;

        await project.RefreshAsync(cancellation);
        int round = state.Round;
        if (round >= project.History.Rounds.Count || project.History.Rounds[round].Opened is not { } opened)
            return false;
        RoundId id = chain.Round(projectId, round);
        int[] weights = await project.VerifiedModelAsync(round, cancellation);
        log.WriteLine($"round {round + 1} of {project.Terms.Rounds}: training");
        short[] update = await trainer.TrainAsync(project.Document, opened.HyperParameters, weights, id, party.Address, cancellation);
        await SubmitAsync(id, update, cancellation);
        return true;
    }

    private async Task SubmitAsync(RoundId round, short[] update, CancellationToken cancellation)
    {
        var key = SealingPublicKey.FromCoordinates(
            Bytes32.FromBigInteger(project.History.Bond!.SealingKeyX).ToArray(),
            Bytes32.FromBigInteger(project.History.Bond.SealingKeyY).ToArray());
        for (int attempt = 0; ; attempt++)
        {
            Fr blinder = party.Secrets.Blinder(round, update, attempt);
            G1 commitment = Commitment.Commit(srs, update, blinder, cancellation);
            byte[] payload = UpdateSealing.Seal(
                new UpdatePayload(update, project.Document.FractionBits, blinder), round, party.Address, key);
            Cid cid = await party.Store.AddAsync(payload, cancellation);
            try
            {
                await party.SendAsync(
                    $"submit/{round.Project}/{round.Round}/{attempt}",
                    MarketContract.Calldata.Submit(round.Project, (ushort)round.Round, commitment, cid),
                    cancellation);
                log.WriteLine($"round {round.Round + 1} of {project.Terms.Rounds}: submitted {payload.Length:N0} bytes as {cid}");
                return;
            }
            catch (ContractRevertedException e) when (e.Error.Name == "Market_DuplicateCommitment" && attempt < byte.MaxValue)
            {
                log.WriteLine("somebody has copied the commitment; posting it with another blinder");
            }
        }
    }
}
