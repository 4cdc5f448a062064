using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Proofs;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Aggregator;

/// <summary>Takes one project from its bond to its end: opens the rounds, collects what trainers submit, settles, publishes.</summary>
/// <remarks>
/// Everything it decides is read from the chain; the reference update, its blinder and the sealing key are derived anew from the
/// root set and the account key. So a restarted aggregator goes on where the last one was, from nothing but those two.
/// </remarks>
public sealed class ProjectAggregator(Party party, Srs srs, BigInteger projectId, AggregatorData data, TimeSpan poll, TextWriter log)
{
    private readonly MarketChain chain = party.Chain;
    private readonly SubmissionOpener opener = new(party, srs, log);
    private Reference? reference;

    /// <summary>Runs until the project has ended and everything earned has been withdrawn.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        ProjectView project = await ProjectView.OpenAsync(chain, party.Store, projectId, cancellation);
        if (project.Terms.Aggregator != party.Address)
            throw new UsageException($"project {projectId} names {project.Terms.Aggregator} as its aggregator, this account is {party.Address}");
        await data.LoadAsync(project.Document, party.Store, Say, cancellation);
        Say($"{project.Document.Title}, {project.Document.Model.ParameterCount:N0} parameters, {project.Terms.Rounds} rounds");
        await AgentLoop.RunAsync(token => StepAsync(project, token), poll, Say, cancellation);
    }

    private async Task<AgentStep> StepAsync(ProjectView project, CancellationToken cancellation)
    {
        ProjectState state = await chain.Contract.StateAsync(projectId, cancellationToken: cancellation);
        ulong now = await chain.NowAsync(cancellation);
        switch (state.GetStatus(), state.GetPhase(now))
        {
            case (ProjectStatus.Open, _) when !state.Bonded && now <= project.Terms.JoinDeadline:
                await PostBondAsync(project, cancellation);
                return AgentStep.Acted;
            case (ProjectStatus.Open, _) when state.Bonded && CanStart(project, state, now):
                await party.SendAsync($"start/{projectId}", MarketContract.Calldata.Start(projectId), cancellation);
                return AgentStep.Acted;
            case (ProjectStatus.Open, _):
                return AgentStep.Wait($"waiting for the start: {state.Trainers} of at least {project.Terms.MinTrainers} trainers have joined");
            case (ProjectStatus.Running, RoundPhase.Idle) when now <= state.OpenBy:
                await OpenRoundAsync(project, state.Round, cancellation);
                return AgentStep.Acted;
            case (ProjectStatus.Running, RoundPhase.Settling) when now <= state.SettleBy:
                await SettleAsync(project, state, now, cancellation);
                return AgentStep.Acted;
            case (ProjectStatus.Running, RoundPhase.Training):
                await project.RefreshAsync(cancellation);
                await opener.OpenNewAsync(project, state.Round, cancellation);
                return AgentStep.Wait($"round {state.Round + 1} of {project.Terms.Rounds}: training, {BitOperations.PopCount(state.SubmittedSeats)} submissions");
            case (ProjectStatus.Running, _):
                // Too late for this round; closing it lets the project go on, and leaves that to nobody's good will.
                await party.SendAsync($"expire/{projectId}/{state.Round}", MarketContract.Calldata.Expire(projectId), cancellation);
                return AgentStep.Acted;
            default:
                Say($"the project is {state.GetStatus().ToString().ToLowerInvariant()}");
                await CollectAsync(project, state, now, cancellation);
                return AgentStep.Done;
        }
    }

    private static bool CanStart(ProjectView project, ProjectState state, ulong now) =>
        state.Trainers == project.Terms.MaxTrainers
        || (now > project.Terms.JoinDeadline && state.Trainers >= project.Terms.MinTrainers);

    private async Task PostBondAsync(ProjectView project, CancellationToken cancellation)
    {
        using Crypto.Sealing.SealingKey key = party.Secrets.SealingKey(chain.ChainId, chain.Address);
        await party.PayAsync(
            $"bond/{projectId}",
            project.Terms.Token,
            project.Terms.AggregatorBond,
            MarketContract.Calldata.PostBond(
                projectId,
                new BigInteger(key.PublicKey.X.Span, isUnsigned: true, isBigEndian: true),
                new BigInteger(key.PublicKey.Y.Span, isUnsigned: true, isBigEndian: true)),
            cancellation);
        TokenUnit unit = await TokenUnit.ReadAsync(chain, project.Terms.Token, cancellation);
        Say($"posted the bond of {unit.Format(project.Terms.AggregatorBond)}");
    }

    private async Task OpenRoundAsync(ProjectView project, int round, CancellationToken cancellation)
    {
        await project.RefreshAsync(cancellation);
        int[] weights = await project.ModelAsync(round, cancellation);
        HyperParameters hyperParameters = await HyperParameterRule.NextAsync(project, party.Store, round, cancellation);
        Reference computed = await ReferenceAsync(project, round, weights, hyperParameters, cancellation);
        Cid model = await party.Store.AddAsync(project.ModelBytes(weights), cancellation);
        await party.SendAsync(
            $"open/{projectId}/{round}",
            MarketContract.Calldata.OpenRound(projectId, model, computed.Commitment, hyperParameters),
            cancellation);
        Say($"round {round + 1} of {project.Terms.Rounds}: opened with learning rate {hyperParameters.LearningRate / 1e6}");
    }

    private async Task SettleAsync(ProjectView project, ProjectState state, ulong now, CancellationToken cancellation)
    {
        int round = state.Round;
        await project.RefreshAsync(cancellation);
        RoundHistory history = project.History.Rounds[round];
        int[] weights = await project.ModelAsync(round, cancellation);
        Reference opened = await ReferenceAsync(project, round, weights, history.Opened!.HyperParameters, cancellation);
        if (opened.Commitment != history.Opened.ReferenceCommitment)
            throw new UsageException(
                $"project {projectId}, round {round + 1}: the reference update that this root set gives is not the one committed to when the " +
                "round was opened; start the aggregator with the root set that it was opened with");

        // What is not to be had yet may come; half of the time is kept for proving and sending.
        ulong patience = now + (state.SettleBy - now) / 2;
        IReadOnlyList<OpenedSubmission> submissions = await opener.OpenAllAsync(project, round, patience, cancellation);
        var settler = new RoundSettler(party, srs, project, round, opened, data);
        (Settlement settlement, string summary) = await settler.PrepareAsync(submissions, weights, cancellation);
        await party.SendAsync(
            $"settle/{projectId}/{round}", MarketContract.Calldata.Settle(projectId, (ushort)round, settlement), cancellation);
        Say($"round {round + 1} of {project.Terms.Rounds}: settled, {summary}");
        opener.Forget(round);
    }

    /// <summary>The reference update of a round: what the same local training gives on the root set.</summary>
    private async Task<Reference> ReferenceAsync(
        ProjectView project, int round, int[] weights, HyperParameters hyperParameters, CancellationToken cancellation)
    {
        if (reference is { } known && known.Round == round)
            return known;
        RoundId id = chain.Round(projectId, round);
        short[] update = await Task.Run(
            () => LocalUpdate.Train(project.Document, hyperParameters, weights, data.Root, id, party.Address, null, cancellation), cancellation);
        Fr blinder = party.Secrets.Blinder(id, update);
        reference = new Reference(round, update, blinder, Commitment.Commit(srs, update, blinder, cancellation));
        return reference;
    }

    private async Task CollectAsync(ProjectView project, ProjectState state, ulong now, CancellationToken cancellation)
    {
        ulong free = state.EndedAt + project.Terms.ContestDuration;
        if (!state.Bond.IsZero && (state.GetStatus() == ProjectStatus.Cancelled || now >= free))
            await party.SendAsync($"bond-return/{projectId}", MarketContract.Calldata.ReturnBond(projectId), cancellation);
        else if (!state.Bond.IsZero)
            Say($"the bond is free from {DateTimeOffset.FromUnixTimeSeconds((long)free):u}; run 'aggregator collect' then");
        await party.WithdrawAsync(project.Terms.Token, log, cancellation);
    }

    private void Say(string text) => log.WriteLine($"project {projectId}: {text}");
}

/// <summary>A round's reference update r, its blinder ρ_0 and its commitment C_0.</summary>
public sealed record Reference(int Round, short[] Update, Fr Blinder, G1 Commitment);
