using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.ReadModel;

namespace Marketplace.Web.Market;

/// <summary>
/// Measures the models of projects that name a public test set, from public data alone. One project at a time over all readers; what was
/// measured of the last few projects is kept, so that a further round costs one model only.
/// </summary>
public sealed class ModelMeasurements(MarketChain chain, IContentStore store)
{
    private const int MaxKept = 8;

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly LinkedList<MeasuredProject> kept = [];

    /// <summary>
    /// Measures the model that each settled round made. Whether there is anything to measure by is asked of the document alone: most
    /// projects name no test set, and their pages neither wait for a turn nor read the chain.
    /// </summary>
    /// <returns>By index of the round; null when the project names no test set.</returns>
    /// <exception cref="PublishedException">What was published is malformed, or contradicts the chain.</exception>
    /// <exception cref="ContentStoreException">Something that was published is not to be had.</exception>
    /// <exception cref="InvalidDataException">The test set does not fit the model.</exception>
    public async Task<IReadOnlyDictionary<int, Measurement>?> MeasureAsync(ProjectSummary project, CancellationToken cancellation)
    {
        if (!await NamesTestSetAsync(project.Document, cancellation))
            return null;
        await turn.WaitAsync(cancellation);
        try
        {
            MeasuredProject? measured = kept.FirstOrDefault(candidate => candidate.Id == project.Id);
            if (measured is not null)
                kept.Remove(measured);
            else
                measured = new MeasuredProject(project.Id, await ProjectView.OpenAsync(chain, store, project.Id, cancellation));
            kept.AddFirst(measured);
            if (kept.Count > MaxKept)
                kept.RemoveLast();
            return await Task.Run(() => measured.AdvanceAsync(store, cancellation), cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> NamesTestSetAsync(Cid document, CancellationToken cancellation)
    {
        try
        {
            return ProjectDocument.Parse(await store.GetAsync(document, ProjectDocument.MaxBytes, cancellation)).TestSet is not null;
        }
        catch (DocumentException e)
        {
            throw new PublishedException($"the document {document} is wrong: {e.Message}", e);
        }
    }

    /// <summary>A project whose first rounds have been measured.</summary>
    private sealed class MeasuredProject(long id, ProjectView view)
    {
        private readonly List<(Bytes32 Settlement, int Round, Measurement Measurement)> rounds = [];
        private ModelEvaluation? evaluation;

        public long Id { get; } = id;

        public async Task<IReadOnlyDictionary<int, Measurement>> AdvanceAsync(IContentStore store, CancellationToken cancellation)
        {
            evaluation ??= await ModelEvaluation.OpenAsync(store, view.Document, cancellation);
            await view.RefreshAsync(cancellation);
            MarketEvents.RoundSettled[] settled = [.. view.History.Rounds.Select(round => round.Settled).OfType<MarketEvents.RoundSettled>()];
            // A reorganization may have replaced the last ones.
            int same = rounds.Zip(settled).TakeWhile(pair => pair.First.Settlement == pair.Second.Log.TransactionHash).Count();
            rounds.RemoveRange(same, rounds.Count - same);
            foreach (MarketEvents.RoundSettled round in settled.Skip(same))
            {
                int[] weights = await view.ModelAsync((int)round.Round + 1, cancellation);
                rounds.Add((round.Log.TransactionHash, (int)round.Round, evaluation.Measure(weights, cancellation)));
            }
            return rounds.ToDictionary(round => round.Round, round => round.Measurement);
        }
    }
}
