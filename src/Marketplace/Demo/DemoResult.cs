using System.Numerics;
using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;

namespace Marketplace.Demo;

/// <summary>What a demo came to; also its output for machines.</summary>
/// <param name="Verdicts">What trainers have won before the court.</param>
/// <param name="Parties">Everybody's gas, over all transactions.</param>
/// <param name="BytesPublished">Size of everything that was published under a CID.</param>
internal sealed record DemoResult(
    ulong ChainId,
    string Market,
    string Project,
    double FinalAccuracy,
    string? FinalModel,
    IReadOnlyList<DemoResult.Round> Rounds,
    IReadOnlyList<DemoResult.Trainer> Trainers,
    IReadOnlyList<DemoResult.Verdict> Verdicts,
    IReadOnlyList<DemoResult.Party> Parties,
    long BytesPublished,
    bool AuditPassed,
    int AuditChecks)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <param name="Kept">Names of the trainers in the aggregate.</param>
    /// <param name="Invalid">Names of those whose updates the aggregator declared invalid.</param>
    internal sealed record Round(int Index, double Accuracy, double Loss, IReadOnlyList<string> Kept, IReadOnlyList<string> Invalid);

    /// <param name="PartWei">Of the round, as decimal text.</param>
    /// <param name="CompensationWei">Out of the aggregator's bond, as decimal text.</param>
    internal sealed record Verdict(string Trainer, string PartWei, string CompensationWei);

    /// <param name="EarnedWei">Rewards over all rounds, those won before the court too, as decimal text because JSON numbers lose digits.</param>
    /// <param name="Share">Part of all rewards, 0 to 1.</param>
    internal sealed record Trainer(string Name, string Behavior, int Samples, string Address, string EarnedWei, double Share);

    internal sealed record Party(string Name, int Transactions, ulong GasUsed);

    public string ToJson() => JsonSerializer.Serialize(this, Format);

    public static async Task<DemoResult> CollectAsync(
        Scenario scenario,
        DemoProgress progress,
        MarketChain chain,
        IContentStore store,
        ProjectHistory history,
        AuditReport audit,
        CancellationToken cancellationToken)
    {
        double paid = (double)progress.Paid;
        return new DemoResult(
            chain.ChainId,
            chain.Address.ToString(),
            history.Id.ToString(),
            progress.Rounds.Count == 0 ? 0 : progress.Rounds[^1].Accuracy,
            audit.FinalModel,
            [.. progress.Rounds.Select(round => new Round(
                round.Index,
                round.Accuracy,
                round.Loss,
                NamesOf(round.Kept),
                NamesOf(round.Invalid)))],
            [.. scenario.Trainers.Select(trainer =>
            {
                BigInteger earned = progress.EarnedBy(trainer.Party.Address);
                return new Trainer(
                    trainer.Name, trainer.Behavior.ToString(), trainer.Samples, trainer.Party.Address.ToString(), earned.ToString(),
                    (double)earned / paid);
            })],
            [.. progress.Verdicts.Select(verdict => new Verdict(verdict.Trainer.Name, $"{verdict.Part}", $"{verdict.Compensation}"))],
            await GasAsync(scenario, chain, cancellationToken),
            await BytesPublishedAsync(store, history, cancellationToken),
            audit.Passed,
            audit.Checks.Count);

        string[] NamesOf(IReadOnlySet<Address> accounts) =>
            [.. scenario.Trainers.Where(trainer => accounts.Contains(trainer.Party.Address)).Select(trainer => trainer.Name)];
    }

    private static async Task<List<Party>> GasAsync(Scenario scenario, MarketChain chain, CancellationToken cancellationToken)
    {
        var receipts = new List<Receipt>();
        ulong head = await chain.Client.GetBlockNumberAsync(cancellationToken);
        for (ulong number = chain.DeployedAt; number <= head; number++)
        {
            foreach (Bytes32 hash in (await chain.Client.GetBlockAsync(number, cancellationToken))?.Transactions ?? [])
            {
                if (await chain.Client.GetReceiptAsync(hash, cancellationToken) is { } receipt)
                    receipts.Add(receipt);
            }
        }

        LocalParty[] parties = [scenario.Owner, scenario.Aggregator, .. scenario.Trainers.Select(trainer => trainer.Party), .. scenario.Auditors];
        return
        [
            .. parties.Select(party =>
            {
                Receipt[] own = [.. receipts.Where(receipt => receipt.From == party.Address)];
                return new Party(party.Name, own.Length, own.Aggregate(0ul, (sum, receipt) => sum + receipt.GasUsed));
            }),
        ];
    }

    private static async Task<long> BytesPublishedAsync(IContentStore store, ProjectHistory history, CancellationToken cancellationToken)
    {
        Cid documentCid = history.Terms.Document;
        var document = ProjectDocument.Parse(await store.GetAsync(documentCid, ProjectDocument.MaxBytes, cancellationToken));
        HashSet<Cid> published = [documentCid, .. document.TestSet?.Files ?? []];
        foreach (RoundHistory round in history.Rounds)
        {
            if (round.Opened is { } opened)
                published.Add(opened.Model);
            foreach (MarketEvents.UpdateSubmitted submission in round.Submissions)
                published.Add(submission.Payload);
            if (round.Settled is not { } settled)
                continue;
            published.Add(settled.Settlement.Report);
            if (!settled.Kept.IsZero)
                published.Add(settled.Settlement.Aggregate);
        }
        long bytes = 0;
        foreach (Cid cid in published)
            bytes += (await store.GetAsync(cid, int.MaxValue, cancellationToken)).Length;
        return bytes;
    }
}
