using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.ModelCards;

/// <summary>
/// What whoever wants to use a project's model should know (Mitchell et al., "Model Cards for Model Reporting", 2019): one source for the page and
/// for the Markdown file. All texts of the document are hostile.
/// </summary>
/// <param name="Model">The model, derived anew from public data.</param>
/// <param name="Document">The project's document.</param>
/// <param name="Terms">The project's terms.</param>
/// <param name="Status">Where the project stands.</param>
/// <param name="Layers">The architecture, layer by layer, blocks before what is in them.</param>
/// <param name="Rounds">What each round that has ended has come to.</param>
/// <param name="Trainers">Accounts whose updates are in the model: kept in at least one round.</param>
/// <param name="Measured">How the model does on the project's public test set, measured for this card; null where there is none.</param>
public sealed record ModelCard(
    TrainedModel Model,
    ProjectDocument Document,
    Terms Terms,
    ProjectStatus Status,
    IReadOnlyList<LayerLine> Layers,
    IReadOnlyList<RoundLine> Rounds,
    IReadOnlyList<Address> Trainers,
    Measurement? Measured)
{
    /// <summary>What an audit has found; null where none was made for this card.</summary>
    public CardAudit? Audit { get; init; }

    /// <summary>How many rounds the contract has settled, each by a proof that it verified.</summary>
    public int SettledRounds => Rounds.Count(round => round.Settlement is not null);

    /// <summary>Makes the card.</summary>
    /// <param name="chain">The market.</param>
    /// <param name="store">Where documents, aggregates, reports and the test set are.</param>
    /// <param name="view">The project.</param>
    /// <param name="measured">How the latest model does on the public test set; null where that was not measured.</param>
    /// <exception cref="PublishedException">What was published is wrong, so that there is no model.</exception>
    /// <exception cref="ContentStoreException">The store does not have what the model is derived from.</exception>
    public static async Task<ModelCard> MakeAsync(
        MarketChain chain, IContentStore store, ProjectView view, Measurement? measured, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(view);
        TrainedModel model = await view.TrainedModelAsync(chain, cancellationToken);
        var rounds = new List<RoundLine>();
        foreach (RoundHistory round in view.History.Rounds.Take(model.Origin.Rounds))
            rounds.Add(await RoundLine.ReadAsync(store, round, cancellationToken));
        Address[] trainers = [.. view.History.Rounds.Take(model.Origin.Rounds).SelectMany(round => round.Results)
            .Where(result => result.Outcome == SubmissionOutcome.Kept).Select(result => result.Trainer).Distinct()];
        return new ModelCard(
            model, view.Document, view.Terms, view.History.Status, [.. LayerLine.Of(model.Model.Layers)], rounds, trainers, measured);
    }
}
