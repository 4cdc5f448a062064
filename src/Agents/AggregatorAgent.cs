using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Proofs;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>Takes one project from its bond to its end: opens the rounds, collects what trainers submit, settles, publishes.</summary>
/// <remarks>
/// What is due is read from the chain. A round's reference update is decided once: it is stored before the round is opened, and every
/// later use reads the store, because training again may give another update, which the round's commitment does not open to.
/// </remarks>
public sealed class AggregatorAgent
{
    /// <summary>Seconds for which the end of a contest is waited.</summary>
    private const ulong ShortContest = 60;

    private readonly AgentContext _context;
    private readonly ProjectView _project;
    private readonly ILocalTrainer _trainer;
    private readonly IModelEvaluator _evaluator;
    private readonly IRoundProver _prover;
    private readonly SubmissionReader _submissions;
    private readonly HashSet<BigInteger> _granted = [];

    /// <param name="context">What the aggregator works with.</param>
    /// <param name="project">The project.</param>
    /// <param name="trainer">Gives the reference: trains on the root set.</param>
    /// <param name="evaluator">Measures for the reports.</param>
    /// <param name="prover">Proves the rounds' matrices.</param>
    /// <exception cref="AgentException">The project names another account as its aggregator.</exception>
    public AggregatorAgent(
        AgentContext context, ProjectView project, ILocalTrainer trainer, IModelEvaluator evaluator, IRoundProver prover)
    {
        (_context, _project, _trainer, _evaluator, _prover) = (context, project, trainer, evaluator, prover);
        _submissions = new SubmissionReader(context, project);
        RequireAccount(project, context.Writer.Account);
    }

    /// <summary>Refuses an account that is not the project's aggregator; worth asking before its data are loaded.</summary>
    /// <exception cref="AgentException">The project names another account as its aggregator.</exception>
    public static void RequireAccount(ProjectView project, Address account)
    {
        if (project.Terms.Aggregator != account)
            throw new AgentException($"project {project.History.Id} names {project.Terms.Aggregator} as its aggregator, this account is {account}");
    }

    /// <summary>Whether a project needs its aggregator now, or may before long: it can start, it runs, or there is a bond to wait for.</summary>
    /// <param name="state">Where the project stands.</param>
    /// <param name="terms">The project's.</param>
    /// <param name="now">The chain's time, Unix seconds.</param>
    public static bool IsNeeded(ProjectState state, Terms terms, ulong now) => state.GetStatus() switch
    {
        ProjectStatus.None => false,
        ProjectStatus.Open => now <= terms.JoinDeadline || (state.Bonded && state.Trainers >= terms.MinTrainers),
        ProjectStatus.Running => true,
        _ when !state.OpenClaims.IsZero => true,
        _ => !state.Bond.IsZero && (!IsBondLocked(state, terms, now) || IsBondFreeSoon(state, terms, now)),
    };

    private BigInteger Id => _project.History.Id;

    /// <summary>Looks at the market and does the next thing that is due.</summary>
    public async Task<AgentStep> StepAsync(CancellationToken cancellationToken)
    {
        ProjectState state = await _context.Reader.StateAsync(Id, cancellationToken);
        ulong now = await _context.Reader.NowAsync(cancellationToken);
        if (!state.OpenClaims.IsZero && await AnswerClaimsAsync(now, cancellationToken))
            return AgentStep.Acted;
        switch (state.GetStatus(), state.GetPhase(now))
        {
            case (ProjectStatus.Open, _) when !state.Bonded && now <= _project.Terms.JoinDeadline:
                await PostBondAsync(cancellationToken);
                return AgentStep.Acted;
            case (ProjectStatus.Open, _) when state.Bonded && CanStart(state, now):
                await _context.Writer.StartAsync(Id, cancellationToken);
                return AgentStep.Acted;
            case (ProjectStatus.Open, _):
                return AgentStep.Wait(
                    $"waiting for the start: {state.Trainers} of at least {_project.Terms.MinTrainers} trainers have joined");
            case (ProjectStatus.Running, RoundPhase.Idle) when now <= state.OpenBy:
                await OpenRoundAsync(state.Round, cancellationToken);
                return AgentStep.Acted;
            case (ProjectStatus.Running, RoundPhase.Training):
                return await CollectUpdatesAsync(state, cancellationToken);
            case (ProjectStatus.Running, RoundPhase.Settling) when now <= state.SettleBy:
                return await SettleAsync(state, now, cancellationToken);
            case (ProjectStatus.Running, RoundPhase phase):
                // Too late for this round; closing it lets the project go on, and leaves that to nobody's good will.
                if (phase == RoundPhase.Failed)
                    _context.Say($"{NameOf(state.Round)}: failed, most seats were left empty or refused; its reward is burned out of the bond");
                await _context.Writer.ExpireAsync(_context.Round(Id, state.Round), cancellationToken);
                return AgentStep.Acted;
            case (_, _) when !state.OpenClaims.IsZero:
                return AgentStep.Wait($"waiting for {state.OpenClaims} claims, and for the bond");
            case (_, _) when IsBondFreeSoon(state, _project.Terms, now):
                return AgentStep.Wait("waiting for the bond");
            default:
                _context.Say($"the project is {state.GetStatus().ToString().ToLowerInvariant()}");
                await CollectMoneyAsync(state, now, cancellationToken);
                return AgentStep.Done;
        }
    }

    private bool CanStart(ProjectState state, ulong now) =>
        state.Trainers == _project.Terms.MaxTrainers
        || (now > _project.Terms.JoinDeadline && state.Trainers >= _project.Terms.MinTrainers);

    private string NameOf(int round) => $"round {round + 1} of {_project.Terms.Rounds}";

    private async Task PostBondAsync(CancellationToken cancellationToken)
    {
        using SealingKey key = _context.Secrets.SealingKey(_context.Reader.ChainId, _context.Reader.Market);
        await _context.Writer.PostBondAsync(Id, _project.Terms, key.PublicKey, cancellationToken);
    }

    private async Task OpenRoundAsync(int round, CancellationToken cancellationToken)
    {
        await _project.RefreshAsync(cancellationToken);
        RoundId id = _context.Round(Id, round);
        int[] weights = await _project.ModelAsync(round, cancellationToken);
        Cid model = await _context.Content.AddAsync(_project.ModelBytes(weights), cancellationToken);
        // Stored before anybody is told of it.
        StoredUpdate reference = await _context.DecideOnceAsync(
            id, kept => kept.Model == model, () => TrainReferenceAsync(id, model, weights, cancellationToken), cancellationToken);
        await _context.Writer.OpenRoundAsync(id, model, reference.Commitment, reference.HyperParameters, cancellationToken);
        _context.Say($"{NameOf(round)}: opened with learning rate {reference.HyperParameters.LearningRate / 1e6}");
        await _context.Updates.ForgetBeforeAsync(id, cancellationToken);
    }

    private async Task<StoredUpdate> TrainReferenceAsync(RoundId round, Cid model, int[] weights, CancellationToken cancellationToken)
    {
        HyperParameters hyperParameters = await HyperParameterRule.NextAsync(_project, _context.Content, round.Round, cancellationToken);
        short[] update = await _trainer.TrainAsync(
            _project.Document, hyperParameters, weights, round, _context.Writer.Account, cancellationToken);
        Fr blinder = _context.Secrets.Blinder(round, update);
        return new StoredUpdate(
            model,
            hyperParameters,
            new BlindedUpdate(update, _project.Document.FractionBits, blinder),
            Commitment.Commit(_context.Srs, update, blinder, cancellationToken));
    }

    private async Task<AgentStep> CollectUpdatesAsync(ProjectState state, CancellationToken cancellationToken)
    {
        await _project.RefreshAsync(cancellationToken);
        if (Opening(state) is not { } opened)
            return AgentStep.Wait($"{NameOf(state.Round)}: waiting for the node to know its events");
        (_, string? loss) = await ReadReferenceAsync(state, opened, cancellationToken);
        if (loss is not null)
            return AgentStep.Wait(loss);
        await _submissions.ReadAsync(state.Round, cancellationToken);
        return AgentStep.Wait($"{NameOf(state.Round)}: training, {new RoundMask(state.SubmittedSeats).Count} submissions");
    }

    private async Task<AgentStep> SettleAsync(ProjectState state, ulong now, CancellationToken cancellationToken)
    {
        int round = state.Round;
        await _project.RefreshAsync(cancellationToken);
        if (Opening(state) is not { } opened)
            return AgentStep.Wait($"{NameOf(round)}: waiting for the node to know its events");
        (StoredUpdate? reference, string? loss) = await ReadReferenceAsync(state, opened, cancellationToken);
        if (reference is null)
            return AgentStep.Wait(loss!);

        IReadOnlyList<OpenedSubmission> all = await _submissions.ReadAsync(round, cancellationToken);
        int missing = all.Count(submission => submission.Fault == SubmissionFault.Unavailable);
        // What cannot be fetched yet may come; half of the time is kept for proving and sending.
        if (missing > 0 && now < state.SettleBy - _project.Terms.SettlingDuration / 2)
            return AgentStep.Wait($"{NameOf(round)}: waiting for {missing} sealed updates that cannot be fetched yet");
        if (_prover.WhyUnavailable is { } why && all.Any(submission => submission.Update is not null))
            return AgentStep.Wait($"{NameOf(round)}: waiting for its proof: {why}");

        int[] weights = await _project.ModelAsync(round, cancellationToken);
        var settler = new RoundSettler(_context, _project, round, reference, _evaluator, _prover);
        (Settlement settlement, string summary) = await settler.PrepareAsync(all, weights, cancellationToken);
        await _context.Writer.SettleAsync(
            _context.Round(Id, round), [.. all.Select(submission => submission.Submission)], settlement, cancellationToken);
        _context.Say($"{NameOf(round)}: settled, {summary}");
        _submissions.Forget(round);
        return AgentStep.Acted;
    }

    /// <summary>The current round's opening; null when the node's events are behind its state.</summary>
    private MarketEvents.RoundOpened? Opening(ProjectState state) => _project.History.Rounds.ElementAtOrDefault(state.Round)?.Opened;

    /// <summary>The reference that the current round was opened with, from the store alone.</summary>
    /// <returns>The reference, or what is lost and what comes of it, in words.</returns>
    private async Task<(StoredUpdate? Reference, string? Loss)> ReadReferenceAsync(
        ProjectState state, MarketEvents.RoundOpened opened, CancellationToken cancellationToken)
    {
        try
        {
            StoredUpdate? kept = await _context.Updates.FindAsync(_context.Round(Id, state.Round), cancellationToken);
            if (kept is not null && kept.Commitment == opened.ReferenceCommitment)
                return (kept, null);
            return (null, Lost(kept is null ? "none was kept" : "the one that was kept is another"));
        }
        catch (StoredUpdateException e)
        {
            return (null, Lost(e.Message));
        }

        string Lost(string why) =>
            $"{NameOf(state.Round)}: the reference update that the round was opened with is lost ({why}), and without it the round cannot be " +
            $"settled: it will expire at {DateTimeOffset.FromUnixTimeSeconds((long)state.SettleBy):u}, and its submitters be compensated out of " +
            "the bond, unless it comes back from a backup before";
    }

    /// <summary>Denies what is claimed for updates that still do not open, and concludes what is overdue.</summary>
    /// <returns>Whether something was sent.</returns>
    private async Task<bool> AnswerClaimsAsync(ulong now, CancellationToken cancellationToken)
    {
        await _project.RefreshAsync(cancellationToken);
        foreach (ProjectClaim claim in await _context.Reader.ClaimsAsync(Id, cancellationToken))
        {
            if (claim.IsOverdue(now))
            {
                await _context.Writer.ConcludeAsync(claim, cancellationToken);
                return true;
            }
            if (claim.Stage != ClaimStage.Claimed || _granted.Contains(claim.Id))
                continue;
            OpenedSubmission? submission = (await _submissions.ReadAsync(claim.Round, cancellationToken))
                .FirstOrDefault(opened => opened.Submission.Trainer == claim.Trainer);
            if (submission?.Update is not null)
            {
                _granted.Add(claim.Id);
                _context.Say($"{NameOf(claim.Round)}: the update of {claim.Trainer} opens now, so its claim is not denied");
                continue;
            }
            string report = $"ipfs://{_project.History.Rounds[claim.Round].Settled!.Settlement.Report}";
            await _context.Writer.DenyAsync(claim, _project.Terms.Arbitrator, report, cancellationToken);
            _context.Say($"{NameOf(claim.Round)}: denied the claim of {claim.Trainer}: {submission?.Fault}, {submission?.Detail}");
            return true;
        }
        return false;
    }

    private static ulong BondFreeAfter(ProjectState state, Terms terms) => state.EndedAt + terms.ContestDuration;

    private static bool IsBondLocked(ProjectState state, Terms terms, ulong now) =>
        !state.Bond.IsZero && state.GetStatus() != ProjectStatus.Cancelled && now <= BondFreeAfter(state, terms);

    private static bool IsBondFreeSoon(ProjectState state, Terms terms, ulong now) =>
        IsBondLocked(state, terms, now) && BondFreeAfter(state, terms) - now <= ShortContest;

    private async Task CollectMoneyAsync(ProjectState state, ulong now, CancellationToken cancellationToken)
    {
        bool locked = IsBondLocked(state, _project.Terms, now);
        if (!state.Bond.IsZero && !locked)
        {
            await _context.Writer.ReturnBondAsync(Id, cancellationToken);
        }
        else if (locked)
        {
            DateTimeOffset free = DateTimeOffset.FromUnixTimeSeconds((long)BondFreeAfter(state, _project.Terms));
            _context.Say($"the bond is free after {free:u}; 'aggregator collect' takes it back then, a fleet does so by itself");
        }
        await _context.Writer.WithdrawAsync(_project.Terms.Token, cancellationToken);
        await _context.Updates.ForgetBeforeAsync(_context.Round(Id, int.MaxValue), cancellationToken);
    }
}
