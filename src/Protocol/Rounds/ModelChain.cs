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
    private readonly IContentStore _store;
    private readonly ProjectDocument _document;
    private readonly List<Aggregate> _aggregates = [];
    private int[] _previous;
    private int _rounds;

    private ModelChain(IContentStore store, ProjectDocument document, int[] weights)
    {
        _store = store;
        _document = document;
        Weights = _previous = weights;
    }

    /// <summary>The model after the rounds that were applied: d weights in units of 2^−f.</summary>
    public int[] Weights { get; private set; }

    /// <summary>The published aggregates so far, in order.</summary>
    public IReadOnlyList<Aggregate> Aggregates => _aggregates;

    /// <summary>The model as a safetensors file.</summary>
    public byte[] ModelBytes => ModelFile.Write(_document.Model, Weights, _document.FractionBits);

    /// <summary>Starts from the document's initial model.</summary>
    /// <exception cref="InvalidDataException">The initial model is no model of this document.</exception>
    public static async Task<ModelChain> StartAsync(IContentStore store, ProjectDocument document, CancellationToken cancellationToken)
    {
        byte[] bytes = await store.GetAsync(document.InitialModel, MaxModelBytes(document.Model), cancellationToken);
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
    public async Task AdvanceAsync(ProjectHistory history, int round, CancellationToken cancellationToken)
    {
        for (; _rounds < round; _rounds++)
        {
            if (history.Rounds[_rounds].Settled is not { Kept.IsZero: false } settled)
                continue;
            Cid cid = settled.Settlement.Aggregate;
            Aggregate aggregate = Aggregate.Parse(
                await _store.GetAsync(cid, Aggregate.MaxBytes(_document.Model), cancellationToken), _document.Model);
            if (aggregate.Divisor != settled.Divisor)
            {
                throw new InvalidDataException(
                    $"the aggregate of round {_rounds} ({cid}) says that its divisor is {aggregate.Divisor}, "
                    + $"the contract computed {settled.Divisor}");
            }

            _aggregates.Add(aggregate);
            (_previous, Weights) = (Weights, Next(aggregate));
        }
    }

    /// <summary>The model that one more aggregate leads to.</summary>
    /// <returns>d weights in units of 2^−f.</returns>
    public int[] Next(Aggregate aggregate) =>
        Quantization.ApplyAggregate(Weights, _previous, aggregate.Entries, aggregate.Divisor, _document.ServerMomentumUnits);
}
