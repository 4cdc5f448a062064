using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Storage;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Rounds;

/// <summary>A project as a party that takes part in it sees it: its history, its document, and its models.</summary>
public sealed class ProjectView
{
    private readonly IProjectFollower _follower;
    private readonly IContentStore _store;
    private ModelChain _models;
    private int _verified;

    private ProjectView(IProjectFollower follower, IContentStore store, ProjectDocument document, ModelChain models)
    {
        _follower = follower;
        _store = store;
        _models = models;
        Document = document;
    }

    public ProjectHistory History => _follower.History;

    public Terms Terms => History.Terms;

    public ProjectDocument Document { get; }

    /// <summary>How many rounds have ended, and so led to the latest model.</summary>
    public int EndedRounds => History.EndedRounds.Count();

    /// <summary>Reads a project's history and document.</summary>
    /// <exception cref="DocumentException">There is no such project.</exception>
    /// <exception cref="PublishedException">Its document or its initial model is malformed, or contradicts the terms.</exception>
    public static Task<ProjectView> OpenAsync(
        MarketChain chain, IContentStore store, BigInteger projectId, CancellationToken cancellationToken) =>
        OpenAsync(new ProjectFollower(chain, projectId), $"market at {chain.Address}", store, cancellationToken);

    /// <summary>Reads a project's history and document.</summary>
    /// <param name="follower">Gives the history.</param>
    /// <param name="market">Where the history comes from, for messages.</param>
    /// <param name="store">Where the document and the models are.</param>
    /// <exception cref="DocumentException">There is no such project.</exception>
    /// <exception cref="PublishedException">Its document or its initial model is malformed, or contradicts the terms.</exception>
    public static async Task<ProjectView> OpenAsync(
        IProjectFollower follower, string market, IContentStore store, CancellationToken cancellationToken)
    {
        await follower.RefreshAsync(cancellationToken);
        if (follower.History.Created is null)
            throw new DocumentException($"the {market} has no project {follower.History.Id}");
        return await ReadPublishedAsync(follower.History.Id, async () =>
        {
            byte[] bytes = await store.GetAsync(follower.History.Terms.Document, ProjectDocument.MaxBytes, cancellationToken);
            ProjectDocument document = ProjectDocument.Parse(bytes).RequireAgreement(follower.History.Terms);
            return new ProjectView(follower, store, document, await ModelChain.StartAsync(store, document, cancellationToken));
        });
    }

    /// <summary>Takes in what has happened since the last call.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        bool rolledBack = await _follower.RefreshAsync(cancellationToken);
        if (rolledBack)
            (_models, _verified) = (await ModelChain.StartAsync(_store, Document, cancellationToken), 0);
    }

    /// <summary>The model that a round starts from, derived from the initial weights and all aggregates before it.</summary>
    /// <returns>d weights in units of 2^−f.</returns>
    /// <exception cref="PublishedException">A published aggregate is not what the contract's decision says.</exception>
    public Task<int[]> ModelAsync(int round, CancellationToken cancellationToken) => ReadPublishedAsync(History.Id, async () =>
    {
        await _models.AdvanceAsync(History, round, cancellationToken);
        return _models.Weights;
    });

    /// <summary>The model that a round's aggregate leads to.</summary>
    /// <param name="round">The aggregate's round, which is not settled yet.</param>
    /// <returns>d weights in units of 2^−f.</returns>
    /// <exception cref="PublishedException">A published aggregate before it is not what the contract's decision says.</exception>
    public async Task<int[]> ModelAfterAsync(int round, Aggregate aggregate, CancellationToken cancellationToken)
    {
        await ModelAsync(round, cancellationToken);
        return _models.Next(aggregate);
    }

    /// <summary>
    /// The model that the rounds before one lead to, after checking that each of their aggregates opens the commitment that the contract
    /// computed, and where the round is open, that the aggregator posted the same.
    /// </summary>
    /// <param name="round">Index of the round; of a project that is over, of the one that would have come next.</param>
    /// <param name="srs">The reference string that the market's verifier pins.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    /// <returns>d weights in units of 2^−f.</returns>
    /// <exception cref="PublishedException">An aggregate is another one, or the aggregator posted another model.</exception>
    public async Task<int[]> VerifiedModelAsync(int round, Srs srs, CancellationToken cancellationToken)
    {
        int[] weights = await ModelAsync(round, cancellationToken);
        foreach (RoundHistory aggregated in History.AggregatedRounds.TakeWhile(earlier => earlier.Index < round).Skip(_verified))
        {
            Settlement settlement = aggregated.Settled!.Settlement;
            if (!_models.Aggregates[_verified].Opens(srs, settlement.AggregateCommitment))
            {
                throw new PublishedException(
                    $"project {History.Id}, round {aggregated.Index + 1}: the published aggregate {settlement.Aggregate} does not open the "
                        + "commitment that the contract computed");
            }
            _verified++;
        }

        if (History.Rounds.ElementAtOrDefault(round)?.Opened is not { Model: var posted })
            return weights;
        Cid derived = await ContentId.OfAsync(ModelBytes(weights), cancellationToken);
        return derived == posted
            ? weights
            : throw new PublishedException(
                $"project {History.Id}, round {round + 1}: the aggregator posted the model {posted}, but the published aggregates lead to "
                    + $"{derived}");
    }

    /// <summary>A model of this project as the file that is published.</summary>
    public byte[] ModelBytes(int[] weights) => ModelFile.Write(Document.Model, weights, Document.FractionBits);

    /// <summary>The latest model as its users get it, with all that it takes to use it.</summary>
    /// <param name="chain">The market that the project is in.</param>
    /// <exception cref="PublishedException">A published aggregate is not what the contract's decision says.</exception>
    public async Task<TrainedModel> TrainedModelAsync(MarketChain chain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chain);
        int[] weights = await ModelAsync(EndedRounds, cancellationToken);
        Cid cid = await ContentId.OfAsync(ModelBytes(weights), cancellationToken);
        var origin = new ModelOrigin(
            Document.Title, ModelOrigin.Line(Document.License), chain.ChainId, $"{chain.Address}", $"{History.Id}", EndedRounds, $"{cid}");
        float[] floats = Quantization.ToFloat(weights, Document.FractionBits);
        return new TrainedModel(Document.Model, floats, Document.InputFormat, Document.OutputNames, origin);
    }

    /// <summary>The public rows of a round's matrix: the last two aggregates before it, most recent first.</summary>
    public IReadOnlyList<Aggregate> PublicRows(int round)
    {
        int before = History.AggregatedRounds.Count(earlier => earlier.Index < round);
        return [.. _models.Aggregates.Take(before).Reverse().Take(MarketLimits.PublicRows)];
    }

    /// <summary>The commitments that the contract holds to the public rows, in the same order.</summary>
    public IReadOnlyList<G1> PublicRowCommitments(int round) => [.. History.PublicRowCommitments(round)];

    /// <summary>Reads what others have published; that it is malformed is nothing that the reader could put right.</summary>
    private static async Task<T> ReadPublishedAsync<T>(BigInteger projectId, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is DocumentException or InvalidDataException)
        {
            throw new PublishedException($"project {projectId}: what was published is wrong: {e.Message}", e);
        }
    }
}

/// <summary>What another party has published is malformed or contradicts the chain; the message says what and how.</summary>
public sealed class PublishedException(string message, Exception? inner = null) : Exception(message, inner);
