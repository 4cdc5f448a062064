using Marketplace.Learning.Inference;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.ModelCards;
using Marketplace.Protocol.Rounds;
using Marketplace.ReadModel;
using Marketplace.Web.Market;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Models;

/// <summary>
/// Derives projects' models for their pages and asks them, one at a time over all readers. The last few are kept until a further round has ended.
/// </summary>
public sealed class ModelDesk
{
    /// <summary>Most parameters of a model that is shown here.</summary>
    public const int MaxParameters = 1 << 22;

    /// <summary>Most multiplications for an answer: about a second's.</summary>
    public const long MaxOperations = 1L << 31;

    private const int MaxKept = 4;

    /// <summary>How long a model may take to be derived.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly WaitingLine _line = new(atOnce: 1);
    private readonly LinkedList<(long Project, string Ended, ModelCard Card)> _kept = [];

    /// <summary>The card of a project's latest model.</summary>
    /// <exception cref="ModelTooLargeException">It has more than <see cref="MaxParameters"/>.</exception>
    /// <exception cref="PublishedException">What was published is wrong.</exception>
    /// <exception cref="WaitingLineFullException">Too many are waiting.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public async Task<ModelCard> CardAsync(ActiveMarket market, ProjectDetails project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(market);
        ArgumentNullException.ThrowIfNull(project);
        if (project.Terms.Dimension > MaxParameters)
        {
            throw new ModelTooLargeException(
                $"the model has {project.Terms.Dimension:N0} parameters, at most {MaxParameters:N0} are handled here; 'marketplace model' and "
                    + "'marketplace card' do it on your machine");
        }

        // A reorganization may have replaced a round by another one, by another transaction.
        string ended = string.Join(' ', project.Rounds.Select(round => round.Ended?.Transaction).Prepend(project.Summary.Created.Transaction))
            + project.Summary.Status;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            using IDisposable turn = await _line.EnterAsync(_ => { }, limited.Token);
            if (_kept.FirstOrDefault(kept => kept.Project == project.Summary.Id && kept.Ended == ended) is { Card: { } known })
                return known;
            ModelCard card = await Task.Run(() => MakeAsync(market, project.Summary, limited.Token), limited.Token);
            _kept.AddFirst((project.Summary.Id, ended, card));
            if (_kept.Count > MaxKept)
                _kept.RemoveLast();
            return card;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"this took longer than {Limit.TotalMinutes:0} minute, and was given up");
        }
    }

    /// <summary>Why a model is not asked here; null when it is.</summary>
    public static string? Obstacle(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Model.IsExternal)
            return "Only the owner's program computes this model; the project's description says where it is.";
        return model.Model.Operations <= MaxOperations
            ? null
            : $"An answer of this model takes {model.Model.Operations:N0} multiplications, at most {MaxOperations:N0} are spent here. "
                + "'marketplace predict' asks it on your machine.";
    }

    /// <summary>What the model answers to one sample.</summary>
    /// <exception cref="InvalidDataException">The sample is none of the model's.</exception>
    /// <exception cref="WaitingLineFullException">Too many are waiting.</exception>
    public async Task<Prediction> AskAsync(TrainedModel model, float[] sample, CancellationToken cancellationToken)
    {
        if (Obstacle(model) is { } obstacle)
            throw new InvalidDataException(obstacle);
        using IDisposable turn = await _line.EnterAsync(_ => { }, cancellationToken);
        return await Task.Run(() => Predictor.Predict(model, sample).Single(), cancellationToken);
    }

    private static async Task<ModelCard> MakeAsync(ActiveMarket market, ProjectSummary project, CancellationToken cancellationToken)
    {
        ProjectView view = await ProjectView.OpenAsync(market.Chain, market.Store, project.Id, cancellationToken);
        ProjectMeasurements? measured = await market.Measurements.MeasureAsync(project, cancellationToken);
        return await ModelCard.MakeAsync(market.Chain, market.Store, view, measured?.Latest, cancellationToken);
    }
}

/// <summary>A model is too large for this server; the message says to people where it is not.</summary>
public sealed class ModelTooLargeException(string message) : Exception(message);
