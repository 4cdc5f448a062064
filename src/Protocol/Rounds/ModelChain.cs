using Marketplace.Content;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Rounds;

/// <summary>Derives a project's models, one after the other, from the initial weights and the published aggregates.</summary>
/// <remarks>Integers only, so everybody who derives a model comes to the same bytes and the same CID.</remarks>
public sealed class ModelChain
{
    private readonly IContentStore store;
    private readonly ProjectDocument document;
    private readonly List<Aggregate> aggregates = [];
    private int[] previous;
    private int rounds;

    private ModelChain(IContentStore store, ProjectDocument document, int[] weights)
    {
        this.store = store;
        this.document = document;
        Weights = previous = weights;
    }

    /// <summary>The model after the rounds that were applied: d weights in units of 2^−f.</summary>
    public int[] Weights { get; private set; }

    /// <summary>The published aggregates so far, in order.</summary>
    public IReadOnlyList<Aggregate> Aggregates => aggregates;

    /// <summary>The model as a safetensors file.</summary>
    public byte[] ModelBytes => ModelFile.Write(document.Model, Weights, document.FractionBits);

    /// <summary>Starts from the document's initial model.</summary>
    /// <exception cref="InvalidDataException">The initial model is no model of this document.</exception>
    public static async Task<ModelChain> StartAsync(IContentStore store, ProjectDocument document, CancellationToken cancellation)
    {
        byte[] bytes = await store.GetAsync(document.InitialModel, MaxModelBytes(document.Model), cancellation);
        (int[] weights, int fractionBits) = ModelFile.Read(bytes, document.Model);
        return fractionBits == document.FractionBits
            ? new ModelChain(store, document, weights)
            : throw new InvalidDataException(
                $"the initial model has {fractionBits} fraction bits, the project document says {document.FractionBits}");
    }

    /// <summary>Upper bound of a model file's length in bytes, headers included.</summary>
    public static long MaxModelBytes(ModelSpecification model) => ModelFile.MaxBytes(model);

    /// <summary>Applies the aggregates of the rounds that have ended since the last call, up to but without <paramref name="round"/>.</summary>
    /// <exception cref="InvalidDataException">An aggregate is malformed, or its divisor is not the one that the contract computed.</exception>
    public async Task AdvanceAsync(ProjectHistory history, int round, CancellationToken cancellation)
    {
        for (; rounds < round; rounds++)
        {
            if (history.Rounds[rounds].Settled is not { Kept.IsZero: false } settled)
                continue;
            Cid cid = settled.Settlement.Aggregate;
            Aggregate aggregate = Aggregate.Parse(
                await store.GetAsync(cid, Aggregate.MaxBytes(document.Model), cancellation), document.Model);
            if (aggregate.Divisor != settled.Divisor)
                throw new InvalidDataException(
                    $"the aggregate of round {rounds} ({cid}) says that its divisor is {aggregate.Divisor}, the contract computed {settled.Divisor}");
            aggregates.Add(aggregate);
            (previous, Weights) = (Weights, Next(aggregate));
        }
    }

    /// <summary>The model that one more aggregate leads to.</summary>
    /// <returns>d weights in units of 2^−f.</returns>
    public int[] Next(Aggregate aggregate) =>
        Quantization.ApplyAggregate(Weights, previous, aggregate.Entries, aggregate.Divisor, document.ServerMomentumUnits);
}
