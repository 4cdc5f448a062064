using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Audit;

/// <summary>Verifies a project from public data alone: the chain's events and what is published under their CIDs.</summary>
/// <remarks>
/// What nobody serves leaves checks unchecked, and those that need it are not made. Nothing is taken from the contract's own arithmetic:
/// scores, payouts, commitments and models are all computed anew.
/// </remarks>
public sealed class Auditor(MarketChain chain, IContentStore store, Srs srs, IProgress<AuditCheck>? progress = null)
{
    private readonly List<AuditCheck> _checks = [];
    private ModelEvaluation? _evaluation;

    /// <summary>Audits a project up to the chain's head.</summary>
    /// <exception cref="UnknownProjectException">There is no such project.</exception>
    public async Task<AuditReport> RunAsync(BigInteger projectId, CancellationToken cancellationToken)
    {
        var history = new ProjectHistory(projectId);
        (List<IContractEvent> events, ulong head, _) = await chain.ReadEventsAsync(projectId, chain.DeployedAt, cancellationToken);
        foreach (IContractEvent @event in events)
            history.Apply(@event);
        if (history.Created is null)
            throw new UnknownProjectException(chain.Address, projectId);

        Check("project", "The reference string is the one that the terms name",
            history.Terms.SrsId == new Bytes32(srs.Id), $"terms {history.Terms.SrsId}, ours {new Bytes32(srs.Id)}");
        ProjectDocument? document = await FetchAsync(
            "project",
            "The project document is published under its CID and agrees with the terms",
            history.Terms.Document,
            ProjectDocument.MaxBytes,
            bytes => ProjectDocument.Parse(bytes).RequireAgreement(history.Terms),
            cancellationToken);

        ModelChain? models = document is null ? null : await AttemptAsync(
            "project", "The initial model is published under its CID", $"{document.InitialModel}",
            () => ModelChain.StartAsync(store, document, cancellationToken));
        if (document?.TestSet is { } test)
        {
            _evaluation = await AttemptAsync("project", "The test set is published under its CIDs and fits the model", string.Join(", ", test.Files),
                () => ModelEvaluation.OpenAsync(store, document, cancellationToken));
        }

        foreach (RoundHistory round in history.Rounds)
            models = await AuditRoundAsync(history, round, document, models, cancellationToken);

        string? finalModel = models is null ? null : (await ContentId.OfAsync(models.ModelBytes, cancellationToken)).ToString();
        AuditModelRefusals(history);
        foreach (AuditCheck check in PayChecks.Of(history))
            Report(check);
        AuditClaims(history);
        await AuditMoneyAsync(new Ledger(projectId), events, cancellationToken);
        return new AuditReport(chain.ChainId, chain.Address.ToString(), projectId.ToString(), head, finalModel, _checks);
    }

    private async Task<ModelChain?> AuditRoundAsync(
        ProjectHistory history, RoundHistory round, ProjectDocument? document, ModelChain? models, CancellationToken cancellationToken)
    {
        string subject = AuditCheck.RoundSubject(round.Index);
        if (round.Expired is { } expired)
            AuditExpiry(history, round, expired);
        if (round.Opened is not { } opened)
            return models;

        if (models is not null)
        {
            Cid derived = await ContentId.OfAsync(models.ModelBytes, cancellationToken);
            Check(subject, "The model that the round started from is the one that its predecessors lead to",
                derived == opened.Model, $"derived {derived}, posted {opened.Model}");
            await AttemptAsync(subject, "The round's model is published", $"{derived}", async () =>
                await store.GetAsync(derived, ModelChain.MaxModelBytes(document!.Model), cancellationToken));
        }
        if (round.Settled is not { } settled)
            return models;

        RoundRecomputation? recomputed = await AttemptAsync(
            subject, "The settlement is well-formed", $"{settled.Settlement.Gram.Length} bytes of matrix",
            () => Task.FromResult(new RoundRecomputation(chain.Round(history.Id, round.Index), history, round, settled)));
        foreach (AuditCheck check in recomputed?.Checks(srs.Parameters) ?? [])
            Report(check);

        RoundReport? report = await FetchAsync(subject, "The aggregator's report is published", settled.Settlement.Report, RoundReport.MaxBytes,
            bytes => RoundReport.Parse(bytes), cancellationToken);
        foreach ((MarketEvents.UpdateSubmitted submission, SubmissionResult result) in round.Submissions.Zip(round.Results))
        {
            if (result.Outcome == SubmissionOutcome.Invalid)
                continue;
            await FetchAsync(subject, $"The sealed update of {submission.Trainer} is published", submission.Payload,
                SealedUpdate.MaxLength((int)history.Terms.Dimension), bytes => bytes, cancellationToken);
        }
        if (models is null)
            return null;
        if (settled.Kept.IsZero)
            await models.AdvanceAsync(history, round.Index + 1, cancellationToken);
        else
            models = await AuditAggregateAsync(subject, history, round, settled, models, cancellationToken);
        if (models is not null && _evaluation is not null && report?.Test is { } reported)
        {
            Measurement measured = _evaluation.Measure(models.Weights, cancellationToken);
            Check(subject, "The reported loss and accuracy on the test set are those of the model that the round made", measured.Confirms(reported),
                $"measured on {measured.Samples:N0} samples: {Write(measured.Metrics)}, {measured.CloseCalls:N0} close calls; reported: "
                    + $"{Write(reported)}");
        }
        return models;
    }

    private async Task<ModelChain?> AuditAggregateAsync(
        string subject, ProjectHistory history, RoundHistory round, MarketEvents.RoundSettled settled, ModelChain models,
        CancellationToken cancellationToken)
    {
        Cid cid = settled.Settlement.Aggregate;
        ModelChain? advanced = await AttemptAsync(subject, "The aggregate is published under its CID", $"{cid}", async () =>
        {
            await models.AdvanceAsync(history, round.Index + 1, cancellationToken);
            return models;
        });
        if (advanced is not null)
        {
            Check(subject, "The published aggregate opens the commitment that the contract computed, with short entries",
                advanced.Aggregates[^1].Opens(srs, settled.Settlement.AggregateCommitment), $"{cid}");
        }

        return advanced;
    }

    private void AuditExpiry(ProjectHistory history, RoundHistory round, MarketEvents.RoundExpired expired)
    {
        int submitters = round.Submissions.Count;
        RoundPhase phase = round.Opened is null ? RoundPhase.Idle
            : ContractTypes.PhaseOf(submitters, round.Refusals.Count, history.Trainers.Count, isInTime: false);
        BigInteger due = history.DueFor(round.Index);
        (BigInteger each, int now, BigInteger burned) = phase switch
        {
            RoundPhase.Idle => (due / history.Trainers.Count, 0, BigInteger.Zero),
            RoundPhase.Failed => (BigInteger.Zero, 0, due),
            _ => (due / submitters, submitters, BigInteger.Zero),
        };
        BigInteger burnedOnChain = history.CreditedBy(expired.Log.TransactionHash, CreditReason.ForfeitedBond);
        bool same = (RoundPhase)expired.Phase == phase && expired.Compensation == each && burnedOnChain == burned
            && expired.Trainers.ToHashSet().SetEquals(round.Submissions.Take(now).Select(submission => submission.Trainer));
        Check(AuditCheck.RoundSubject(round.Index), "The expired round was paid for out of the bond, to those to whom it is due", same,
            $"expected {phase}, {each} each for {now} at once, {burned} burned; on chain {(RoundPhase)expired.Phase}, {expired.Compensation} each "
                + $"for {expired.Trainers.Count}, {burnedOnChain} burned");
    }

    /// <summary>Where most of the last cohort have refused the last model, the bond paid the last round's reward, as far as it could.</summary>
    private void AuditModelRefusals(ProjectHistory history)
    {
        MarketEvents.RoundRefused? deciding = history.ModelRefusals.ElementAtOrDefault(ContractTypes.MajorityOf(history.Trainers.Count) - 1);
        HashSet<Bytes32> closings = [.. history.Rounds.Select(round => round.Expired?.Log.TransactionHash).OfType<Bytes32>()];
        BigInteger burned = history.Credits
            .Where(credit => !closings.Contains(credit.Log.TransactionHash))
            .Sum(CreditReason.ForfeitedBond);
        if (deciding is null)
        {
            if (history.Status == ProjectStatus.Completed)
                Check("money", "Nothing was burned of the bond after the end, for most have not refused the last model", burned.IsZero, $"{burned}");
            return;
        }
        BigInteger due = BigInteger.Min(history.RewardOf(history.Rounds.Count - 1), history.BondBefore(deciding.Log));
        Check("money", "Most have refused the last model, for which the last round's reward was burned out of the bond", burned == due,
            $"{history.ModelRefusals.Count} refusals, expected {due}, on chain {burned}");
    }

    /// <summary>What trainers have won by claims is what their updates had taken out of rounds, and at most as much again out of the bond.</summary>
    private void AuditClaims(ProjectHistory history)
    {
        ILookup<Address, BigInteger> parts = history.Rounds
            .Where(round => round.InvalidUpdates > 0)
            .SelectMany(round => round.Results
                .Where(result => result.Outcome == SubmissionOutcome.Invalid)
                .Select(result => (result.Trainer, Part: history.PartOfInvalid(round))))
            .ToLookup(excluded => excluded.Trainer, excluded => excluded.Part);
        foreach (IGrouping<Address, MarketEvents.Credited> won in history.Credits
            .Where(credit => (CreditReason)credit.Reason is CreditReason.ClaimedReward or CreditReason.ClaimCompensation)
            .GroupBy(credit => credit.Account))
        {
            List<BigInteger> left = [.. parts[won.Key]];
            bool isDue = won.Where(credit => (CreditReason)credit.Reason == CreditReason.ClaimedReward).All(credit => left.Remove(credit.Amount))
                && won.GroupBy(credit => credit.Log.TransactionHash).All(IsCovered);
            Check("money", $"{won.Key} won by claims what its updates had taken out of rounds, and at most as much again out of the bond", isDue,
                $"parts [{string.Join(", ", parts[won.Key])}], won {won.Sum(CreditReason.ClaimedReward)} and "
                    + $"{won.Sum(CreditReason.ClaimCompensation)}");
        }

        static bool IsCovered(IEnumerable<MarketEvents.Credited> credits) =>
            credits.Sum(CreditReason.ClaimCompensation) <= credits.Sum(CreditReason.ClaimedReward);
    }

    /// <summary>At every block that touched the project, what came in is what went out and what is still held.</summary>
    private async Task AuditMoneyAsync(Ledger ledger, List<IContractEvent> events, CancellationToken cancellationToken)
    {
        foreach (IGrouping<ulong, IContractEvent> block in events.GroupBy(@event => @event.Log.BlockNumber))
        {
            foreach (IContractEvent @event in block)
                ledger.Apply(@event);
            const string Name = "Deposits equal credits plus what is still held for the project";
            try
            {
                Ledger.Held held = await ledger.ReadHeldAsync(chain, block.Key, cancellationToken);
                Check("money", $"{Name}, block {block.Key}", ledger.Deposits == ledger.Credits + held.Total,
                    $"deposits {ledger.Deposits} = credits {ledger.Credits} + escrow {held.Escrow} + pay {held.Pay} + bond {held.Bond} "
                        + $"+ stakes {held.Stakes} + promised {held.Promised}");
                Check("money", $"The contract's funds cover what it owes, block {block.Key}", held.ContractFunds >= held.Total + held.Withdrawable,
                    $"funds {held.ContractFunds}, held {held.Total}, withdrawable by the project's parties {held.Withdrawable}");
            }
            catch (Chain.Rpc.RpcException e)
            {
                Report(new AuditCheck("money", $"{Name}, block {block.Key}", AuditResult.Unchecked,
                    $"the node has no state of that block any more ({e.Message}); use an archive node"));
            }
        }
        Check("money", "Nothing was credited beyond the deposits", ledger.Credits <= ledger.Deposits,
            $"credits {ledger.Credits}, deposits {ledger.Deposits}");
    }

    private Task<T?> FetchAsync<T>(
        string subject, string name, Cid cid, long maxBytes, Func<byte[], T> read, CancellationToken cancellationToken) where T : class =>
        AttemptAsync(subject, name, $"{cid}", async () => read(await store.GetAsync(cid, maxBytes, cancellationToken)));

    /// <summary>Makes a check of something that may fail because of what others published.</summary>
    private async Task<T?> AttemptAsync<T>(string subject, string name, string evidence, Func<Task<T>> attempt) where T : class
    {
        try
        {
            T result = await attempt();
            Check(subject, name, true, evidence);
            return result;
        }
        catch (ContentStoreException e)
        {
            AuditResult result = e.IsAboutContent ? AuditResult.Failed : AuditResult.Unchecked;
            Report(new AuditCheck(subject, name, result, $"{evidence}: {e.Problem}"));
            return null;
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            Check(subject, name, false, $"{evidence}: {e.Message}");
            return null;
        }
    }

    private static string Write(RoundReport.Metrics metrics) => $"loss {metrics.Loss:R}, accuracy {metrics.Accuracy:R}";

    private void Check(string subject, string name, bool holds, string evidence) =>
        Report(new AuditCheck(subject, name, holds ? AuditResult.Passed : AuditResult.Failed, evidence));

    private void Report(AuditCheck check)
    {
        _checks.Add(check);
        progress?.Report(check);
    }
}
