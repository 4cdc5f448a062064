using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.ReadModel;

namespace Marketplace.Web.Market;

/// <summary>What was measured of a project's models on its public test set.</summary>
/// <param name="Start">Of the model that its first round starts from.</param>
/// <param name="Rounds">Of the model that a settled round made, by the round's index.</param>
public sealed record ProjectMeasurements(Measurement Start, IReadOnlyDictionary<int, Measurement> Rounds)
{
    /// <summary>Of the latest model.</summary>
    public Measurement Latest => Rounds.Count > 0 ? Rounds.MaxBy(round => round.Key).Value : Start;
}

/// <summary>
/// Measures the models of projects that name a public test set, from public data alone. One project at a time over all readers; what was
/// measured of the last few projects is kept, so that a further round costs one model only.
/// </summary>
public sealed class ModelMeasurements(MarketChain chain, IContentStore store)
{
    private const int MaxKept = 8;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly LinkedList<MeasuredProject> _kept = [];

    /// <summary>
    /// Measures the model that each settled round made. Whether there is anything to measure by is asked of the document alone: most
    /// projects name no test set, and their pages neither wait for a turn nor read the chain.
    /// </summary>
    /// <returns>Null when the project names no test set.</returns>
    /// <exception cref="PublishedException">What was published is malformed, or contradicts the chain.</exception>
    /// <exception cref="ContentStoreException">Something that was published is not to be had.</exception>
    /// <exception cref="InvalidDataException">The test set does not fit the model.</exception>
    public async Task<ProjectMeasurements?> MeasureAsync(ProjectSummary project, CancellationToken cancellationToken)
    {
        if (!await NamesTestSetAsync(project.Document, cancellationToken))
            return null;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            MeasuredProject? measured = _kept.FirstOrDefault(candidate => candidate.Id == project.Id);
            if (measured is not null)
                _kept.Remove(measured);
            else
                measured = new MeasuredProject(project.Id, await ProjectView.OpenAsync(chain, store, project.Id, cancellationToken));
            _kept.AddFirst(measured);
            if (_kept.Count > MaxKept)
                _kept.RemoveLast();
            return await Task.Run(() => measured.AdvanceAsync(store, cancellationToken), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<bool> NamesTestSetAsync(Cid document, CancellationToken cancellationToken)
    {
        try
        {
            return ProjectDocument.Parse(await store.GetAsync(document, ProjectDocument.MaxBytes, cancellationToken)).TestSet is not null;
        }
        catch (DocumentException e)
        {
            throw new PublishedException($"the document {document} is wrong: {e.Message}", e);
        }
    }

    /// <summary>A project whose first rounds have been measured.</summary>
    private sealed class MeasuredProject(long id, ProjectView view)
    {
        private readonly List<(Bytes32 Settlement, int Round, Measurement Measurement)> _rounds = [];
        private ModelEvaluation? _evaluation;
        private Measurement? _start;

        public long Id { get; } = id;

        public async Task<ProjectMeasurements> AdvanceAsync(IContentStore store, CancellationToken cancellationToken)
        {
            _evaluation ??= await ModelEvaluation.OpenAsync(store, view.Document, cancellationToken);
            await view.RefreshAsync(cancellationToken);
            _start ??= _evaluation.Measure(await view.ModelAsync(0, cancellationToken), cancellationToken);
            MarketEvents.RoundSettled[] settled = [.. view.History.Rounds.Select(round => round.Settled).OfType<MarketEvents.RoundSettled>()];
            // A reorganization may have replaced the last ones.
            int same = _rounds.Zip(settled).TakeWhile(pair => pair.First.Settlement == pair.Second.Log.TransactionHash).Count();
            _rounds.RemoveRange(same, _rounds.Count - same);
            foreach (MarketEvents.RoundSettled round in settled.Skip(same))
            {
                int[] weights = await view.ModelAsync((int)round.Round + 1, cancellationToken);
                _rounds.Add((round.Log.TransactionHash, (int)round.Round, _evaluation.Measure(weights, cancellationToken)));
            }
            return new ProjectMeasurements(_start, _rounds.ToDictionary(round => round.Round, round => round.Measurement));
        }
    }
}
