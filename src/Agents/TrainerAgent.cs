using System.Numerics;
using System.Security.Cryptography;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>
/// Takes one trainer through one project: joins, trains and submits every round that it is drawn for, and collects what it earned.
/// </summary>
/// <remarks>
/// What is due is read from the chain. An update is decided once: it is stored, sealed payload and all, before anybody is told of it,
/// and a restarted agent submits exactly what was stored.
/// </remarks>
/// <param name="context">What the trainer works with.</param>
/// <param name="project">The project.</param>
/// <param name="trainer">Gives the update.</param>
/// <param name="keepEarnings">Whether what was earned stays in the market.</param>
/// <param name="tellRound">Told of every round that ends from now on, once and in order; null for nobody.</param>
public sealed class TrainerAgent(
    AgentContext context, ProjectView project, ILocalTrainer trainer, bool keepEarnings, Action<RoundHistory>? tellRound = null)
{
    /// <summary>What cannot be fetched may come: a round is refused for it only in the last quarter of its training.</summary>
    private const int LastPart = 4;

    /// <summary>What is left of the time to train for sending the answer: a tenth, at most a minute.</summary>
    private const ulong ReservedPart = 10, MostReserved = 60;

    /// <summary>The longest that a timer runs; no round's training is cut short by it.</summary>
    private static readonly TimeSpan LongestTraining = TimeSpan.FromDays(40);

    /// <summary>How many rounds have ended, and been told of or been over before.</summary>
    private int _told = project.EndedRounds;

    private bool _isMember;

    private BigInteger Id => project.History.Id;

    private Address Account => context.Writer.Account;

    /// <summary>Looks at the market and does the next thing that is due.</summary>
    public async Task<AgentStep> StepAsync(CancellationToken cancellationToken)
    {
        ProjectState state = await context.Reader.StateAsync(Id, cancellationToken);
        await TellEndedAsync(state, cancellationToken);
        IReadOnlyList<ProjectClaim> claims = await ReadClaimsAsync(state, cancellationToken);
        if (await ClaimDueAsync(claims, cancellationToken))
            return AgentStep.Acted;
        switch (state.GetStatus())
        {
            case ProjectStatus.Open:
                await JoinAsync(state, cancellationToken);
                return AgentStep.Wait(
                    $"waiting for the start: {state.Trainers} of at least {project.Terms.MinTrainers} trainers have joined");
            case ProjectStatus.Running:
                await RequireMembershipAsync(cancellationToken);
                ulong now = await context.Reader.NowAsync(cancellationToken);
                RoundPhase phase = state.GetPhase(now);
                return phase == RoundPhase.Training && await AnswerDueAsync(state, now, cancellationToken)
                    ? AgentStep.Acted
                    : AgentStep.Wait($"{NameOf(state.Round)}: waiting, {phase.ToString().ToLowerInvariant()}");
            case > ProjectStatus.Running when claims.Count > 0:
                return AgentStep.Wait($"waiting for claims: round {claims[0].Round + 1} is {claims[0].Describe()}");
            case ProjectStatus.Completed when await CheckModelAsync(state, cancellationToken) is { } step:
                return step;
            default:
                context.Say($"the project is {state.GetStatus().ToString().ToLowerInvariant()}");
                await context.Writer.ReturnStakeAsync(Id, cancellationToken);
                if (!keepEarnings)
                    await context.Writer.WithdrawAsync(project.Terms.Token, cancellationToken);
                await context.Updates.ForgetBeforeAsync(context.Round(Id, int.MaxValue), cancellationToken);
                return AgentStep.Done;
        }
    }

    private string NameOf(int round) => $"round {round + 1} of {project.Terms.Rounds}";

    /// <summary>Tells of the rounds that have ended since this was last asked.</summary>
    private async Task TellEndedAsync(ProjectState state, CancellationToken cancellationToken)
    {
        // A round that ends the project too early is not counted by the contract.
        if (tellRound is null || (state.Round <= _told && state.GetStatus() <= ProjectStatus.Running))
            return;
        await project.RefreshAsync(cancellationToken);
        foreach (RoundHistory round in project.History.EndedRounds.Skip(_told).ToList())
        {
            tellRound(round);
            _told++;
        }
    }

    private async Task JoinAsync(ProjectState state, CancellationToken cancellationToken)
    {
        if (await context.Reader.HasJoinedAsync(Id, Account, cancellationToken))
            return;
        if (await context.Reader.NowAsync(cancellationToken) > project.Terms.JoinDeadline)
            throw new AgentException($"nobody can join project {Id} any more, its join deadline is over; 'marketplace list' shows others");
        if (state.Trainers >= project.Terms.MaxTrainers)
        {
            throw new AgentException(
                $"project {Id} is full: it takes {project.Terms.MaxTrainers} trainers, and as many have joined; 'marketplace list' shows others");
        }

        if (!project.Terms.AllowlistRoot.IsZero && project.Document.Allowlist.Count == 0)
            throw new AgentException($"project {Id} admits the accounts of a list alone, and its document does not show it; ask its owner");
        Bytes32[] proof = project.Terms.AllowlistRoot.IsZero ? [] : new AllowlistTree(project.Document.Allowlist).ProofOf(Account);
        await project.RefreshAsync(cancellationToken);
        await context.Writer.JoinAsync(Id, project.Terms, proof, project.History.DeparturesOf(Account), cancellationToken);
    }

    /// <summary>Refuses to look on at a project that has begun without this trainer.</summary>
    private async Task RequireMembershipAsync(CancellationToken cancellationToken)
    {
        _isMember = _isMember || await context.Reader.HasJoinedAsync(Id, Account, cancellationToken);
        if (!_isMember)
            throw new AgentException($"project {Id} has begun, and {Account} has not joined it; 'marketplace list' shows others");
    }

    /// <summary>Trains and submits if the current round still waits for this trainer, or refuses a round that cannot be trained for.</summary>
    /// <returns>Whether something was sent.</returns>
    private async Task<bool> AnswerDueAsync(ProjectState state, ulong now, CancellationToken cancellationToken)
    {
        if (await context.Reader.SeatOfAsync(Id, Account, cancellationToken) is not { } seat
            || new RoundMask(state.SubmittedSeats | state.RefusedSeats).Contains(seat))
        {
            return false;
        }

        await project.RefreshAsync(cancellationToken);
        if (project.History.Rounds.ElementAtOrDefault(state.Round)?.Opened is not { } opened)
            return false;

        RoundId round = context.Round(Id, state.Round);
        StoredUpdate? update;
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(TimeToTrain(project.Terms, state.TrainingEnds > now ? state.TrainingEnds - now : 0));
        try
        {
            update = await context.DecideOnceAsync(
                round,
                kept => kept.Model == opened.Model && kept.HyperParameters == opened.HyperParameters,
                () => TrainAsync(round, opened, inTime.Token),
                cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await RefuseAsync(round, "the training could not be ended in time; to refuse is no absence", cancellationToken);
            return true;
        }
        catch (PublishedException e)
        {
            await RefuseAsync(round, e.Message, cancellationToken);
            return true;
        }
        catch (ContentNotFoundException e) when (now + project.Terms.TrainingDuration / LastPart > state.TrainingEnds)
        {
            await RefuseAsync(round, e.Message, cancellationToken);
            return true;
        }

        await SubmitAsync(round, update, cancellationToken);
        // Where there is a court, it may have to see how an earlier update was sealed.
        if (project.Terms.Arbitrator.IsZero)
            await context.Updates.ForgetBeforeAsync(round, cancellationToken);
        return true;
    }

    /// <summary>Refuses the model that a completed project has led to, where it cannot be derived and there is still time to.</summary>
    /// <returns>What was done or is waited for; null once there is nothing to be said about the model.</returns>
    private async Task<AgentStep?> CheckModelAsync(ProjectState state, CancellationToken cancellationToken)
    {
        ulong now = await context.Reader.NowAsync(cancellationToken), until = state.EndedAt + project.Terms.ContestDuration;
        if (now > until
            || await context.Reader.SeatOfAsync(Id, Account, cancellationToken) is not { } seat
            || new RoundMask(state.RefusedSeats).Contains(seat))
        {
            return null;
        }

        await project.RefreshAsync(cancellationToken);
        if (project.EndedRounds < state.Round)
            return AgentStep.Wait("the project is completed: waiting for the node to know its events");
        string refused;
        try
        {
            await project.VerifiedModelAsync(state.Round, context.Srs, cancellationToken);
            return null;
        }
        catch (PublishedException e)
        {
            refused = e.Message;
        }
        catch (ContentNotFoundException e) when (now + project.Terms.ContestDuration / LastPart > until)
        {
            refused = e.Message;
        }
        catch (ContentNotFoundException e)
        {
            return AgentStep.Wait($"the project is completed, and its last model cannot be derived yet: {e.Message}");
        }

        context.Say($"refusing the last model, {refused}");
        await context.Writer.RefuseAsync(context.Round(Id, state.Round), cancellationToken);
        return AgentStep.Acted;
    }

    /// <summary>How long training may take in a round that has just been opened, so that the round can still be answered.</summary>
    public static TimeSpan TimeToTrain(Terms terms) => TimeToTrain(terms, terms.TrainingDuration);

    /// <param name="terms">The project's.</param>
    /// <param name="left">Seconds until the round's training ends.</param>
    private static TimeSpan TimeToTrain(Terms terms, ulong left)
    {
        ulong reserved = Math.Min(terms.TrainingDuration / ReservedPart, MostReserved);
        return TimeSpan.FromSeconds(Math.Min(left > reserved ? left - reserved : 0, LongestTraining.TotalSeconds));
    }

    /// <summary>What is not concluded of this trainer's claims.</summary>
    private async Task<IReadOnlyList<ProjectClaim>> ReadClaimsAsync(ProjectState state, CancellationToken cancellationToken) =>
        state.OpenClaims.IsZero
            ? []
            : [.. (await context.Reader.ClaimsAsync(Id, cancellationToken))
                .Where(claim => claim.Trainer == Account && claim.Stage != ClaimStage.Concluded)];

    /// <summary>Claims what was wrongly declared invalid, by showing how the update was sealed, and concludes what is overdue.</summary>
    /// <returns>Whether something was sent.</returns>
    private async Task<bool> ClaimDueAsync(IReadOnlyList<ProjectClaim> claims, CancellationToken cancellationToken)
    {
        if (claims.Count == 0)
            return false;
        ulong now = await context.Reader.NowAsync(cancellationToken);
        foreach (ProjectClaim claim in claims)
        {
            if (claim.IsOverdue(now))
            {
                await context.Writer.ConcludeAsync(claim, cancellationToken);
                return true;
            }
            if (claim.Stage == ClaimStage.Excluded && await FindSealingAsync(claim, cancellationToken) is { } sealing)
            {
                // Whoever judges must be able to fetch it.
                await context.Content.AddAsync(sealing.Payload, cancellationToken);
                Address court = project.Terms.Arbitrator;
                var shown = ShownOpening.Create(
                    new UpdateOpening(sealing.EphemeralSeed), context.Round(Id, claim.Round), Account,
                    await context.Reader.PanelAsync(court, cancellationToken), Disclosure.SealedWherePossible);
                await context.Writer.ClaimAsync(claim, court, shown.Uri, cancellationToken);
                context.Say(
                    $"{NameOf(claim.Round)}: the update was declared invalid; claimed that it is valid, case {claim.Id}, "
                        + $"and showed how it opens {shown.Audience}");
                return true;
            }
        }
        return false;
    }

    private async Task<StoredUpdate.SealedPayload?> FindSealingAsync(ProjectClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            if (await context.Updates.FindAsync(context.Round(Id, claim.Round), cancellationToken) is { Sealing: { } sealing })
                return sealing;
        }
        catch (StoredUpdateException e)
        {
            context.Say($"{NameOf(claim.Round)}: the update was declared invalid, and cannot be claimed: {e.Message}");
        }
        return null;
    }

    private async Task RefuseAsync(RoundId round, string why, CancellationToken cancellationToken)
    {
        context.Say($"{NameOf(round.Round)}: refusing, {why}");
        await context.Writer.RefuseAsync(round, cancellationToken);
    }

    /// <summary>Trains and seals the update of a round, ready to be submitted.</summary>
    private async Task<StoredUpdate> TrainAsync(RoundId round, MarketEvents.RoundOpened opened, CancellationToken cancellationToken)
    {
        int[] weights = await project.VerifiedModelAsync(round.Round, context.Srs, cancellationToken);
        context.Say($"{NameOf(round.Round)}: training");
        short[] entries = await trainer.TrainAsync(project.Document, opened.HyperParameters, weights, round, Account, cancellationToken);
        var update = new BlindedUpdate(entries, project.Document.FractionBits, context.Secrets.Blinder(round, entries));
        byte[] seed = RandomNumberGenerator.GetBytes(SealingKey.MinimumInputKeyMaterial);
        using var ephemeral = SealingKey.DeriveFrom(seed);
        var submission = SealedUpdate.Seal(context.Srs, update, round, Account, ephemeral, project.History.SealingKey, cancellationToken);
        return new StoredUpdate(opened.Model, opened.HyperParameters, update, submission.Commitment, new(submission.Bytes, seed));
    }

    private async Task SubmitAsync(RoundId round, StoredUpdate update, CancellationToken cancellationToken)
    {
        byte[] payload = update.Sealing!.Payload;
        Cid cid = await context.Content.AddAsync(payload, cancellationToken);
        await context.Writer.SubmitAsync(round, update.Commitment, cid, cancellationToken);
        context.Say($"{NameOf(round.Round)}: submitted {payload.Length:N0} bytes as {cid}");
    }
}
