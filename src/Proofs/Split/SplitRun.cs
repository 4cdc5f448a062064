// GramProver's steps, each done by all workers on their slices. What is computed here is the serial part: sums of k numbers or points, the
// challenges, at most 32 lags, and the division's carries.

using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;

namespace Marketplace.Proofs.Split;

/// <summary>A proof with one mask. Run again with other workers, it gives the same answers.</summary>
internal sealed class SplitRun(GramStatement statement, IReadOnlyList<Fr> blinders, Mask mask, IProgress<double>? progress)
{
    /// <summary>A proof that is not verified yet; null where x cannot be used and another mask is needed.</summary>
    public async Task<GramProof?> ProveAsync(Handout handout, CancellationToken cancellationToken)
    {
        Slicing slicing = handout.Slicing;
        Guid id = handout.Id;
        G1[] maskPoints = await handout.AskAsync(
            ProofPhase.Mask,
            (worker, slice, stop) => slice == slicing.Count - 1 ? worker.MaskAsync(id, mask.Entries, stop) : Task.FromResult(G1.Infinity),
            point => point.ToBytes(),
            cancellationToken);
        G1 maskCommitment = Handout.Sum(maskPoints) + (Commitment.H * mask.Blinder);
        byte[] seed = GramTranscript.Seed(statement, maskCommitment, mask.Norm);
        UInt128[] z = GramTranscript.Rows(seed, statement.Gram.Rows);
        Fr blinder = mask.Blind(z, blinders);

        Combination[] combinations = await handout.AskAsync(
            ProofPhase.Combination,
            (worker, _, stop) => worker.CombineAsync(id, z, stop),
            combination => combination.Head.Length == slicing.Overlap && combination.Digests.Length == slicing.Count
                ? [.. combination.Head.SelectMany(entry => entry.ToBytes()), .. combination.Digests.SelectMany(digest => digest)]
                : null,
            cancellationToken);
        progress?.Report(0.05);
        await CorrelateAsync(handout, [.. combinations.Select(combination => combination.Digests)], cancellationToken);
        progress?.Report(0.15);

        Fr[] overlap = Overlap(slicing, combinations[0].Head);
        G1[] correlations = await handout.AskAsync(
            ProofPhase.Autocorrelation,
            (worker, _, stop) => worker.CommitAutocorrelationAsync(id, overlap, stop),
            point => point.ToBytes(),
            cancellationToken);
        G1 autocorrelation = Handout.Sum(correlations);
        progress?.Report(0.55);

        Fr x = GramTranscript.Point(seed, autocorrelation, blinder);
        if (!GramTranscript.IsUsable(x)) return null;
        Fr inverse = x.Inverse(), y = x + inverse;
        Evaluations at = await EvaluateAsync(handout, x, cancellationToken);
        Fr gamma = GramTranscript.Batching(
            x, at.CombinationAtPoint, at.CombinationAtInverse, at.AutocorrelationAtPoint, at.AutocorrelationAtInverse);

        DivisionState[] states = await handout.AskAsync(
            ProofPhase.Division,
            (worker, _, stop) => worker.DivideAsync(id, gamma, y, stop),
            state => [.. state.Next.ToBytes(), .. state.AfterNext.ToBytes()],
            cancellationToken);
        DivisionState[] above = DivisionCarry.Chain(slicing, y, states);
        progress?.Report(0.6);
        G1[] openings = await handout.AskAsync(
            ProofPhase.Opening,
            (worker, slice, stop) => worker.CommitOpeningAsync(id, y, above[slice], stop),
            point => point.ToBytes(),
            cancellationToken);
        progress?.Report(0.99);
        return new GramProof(
            maskCommitment,
            mask.Norm,
            blinder,
            autocorrelation,
            inverse,
            at.CombinationAtPoint,
            at.CombinationAtInverse,
            at.AutocorrelationAtPoint,
            at.AutocorrelationAtInverse,
            Handout.Sum(openings));
    }

    /// <summary>The transform: from the blocks of c that were announced to g in the workers' ranges.</summary>
    private static async Task CorrelateAsync(Handout handout, byte[][][] digests, CancellationToken cancellationToken)
    {
        (Exchange Exchange, ProofPhase Phase)[] steps =
        [
            (Exchange.RangesToColumns, ProofPhase.Columns),
            (Exchange.ColumnsToRows, ProofPhase.Rows),
            (Exchange.RowsToColumns, ProofPhase.ColumnsBack),
        ];
        foreach ((Exchange exchange, ProofPhase phase) in steps)
        {
            await handout.ExchangeAsync(exchange, digests, cancellationToken);
            digests = await handout.AskAsync(
                phase,
                (worker, _, stop) => worker.TransformAsync(handout.Id, exchange, stop),
                blocks => blocks.Length == handout.Slicing.Count ? [.. blocks.SelectMany(digest => digest)] : null,
                cancellationToken);
        }

        await handout.ExchangeAsync(Exchange.ColumnsToRanges, digests, cancellationToken);
    }

    /// <summary>The lags a_{M/2}, a_{M/2+1}, … of c: products of its first coefficients and the mask alone, since M/2 ≥ d.</summary>
    private Fr[] Overlap(Slicing slicing, Fr[] head)
    {
        ReadOnlySpan<Fr> upper = mask.Entries.AsSpan(mask.Entries.Length - slicing.Overlap);
        var lags = new Fr[slicing.Overlap];
        for (int k = 0; k < lags.Length; k++)
        {
            for (int i = 0; i + k < upper.Length; i++) lags[k] += head[i] * upper[i + k];
        }

        return lags;
    }

    private static async Task<Evaluations> EvaluateAsync(Handout handout, Fr x, CancellationToken cancellationToken)
    {
        Evaluations[] parts = await handout.AskAsync(
            ProofPhase.Evaluation,
            (worker, _, stop) => worker.EvaluateAsync(handout.Id, x, stop),
            part =>
            [
                .. part.CombinationAtPoint.ToBytes(),
                .. part.CombinationAtInverse.ToBytes(),
                .. part.AutocorrelationAtPoint.ToBytes(),
                .. part.AutocorrelationAtInverse.ToBytes(),
            ],
            cancellationToken);
        return parts.Aggregate((sum, part) => new Evaluations(
            sum.CombinationAtPoint + part.CombinationAtPoint,
            sum.CombinationAtInverse + part.CombinationAtInverse,
            sum.AutocorrelationAtPoint + part.AutocorrelationAtPoint,
            sum.AutocorrelationAtInverse + part.AutocorrelationAtInverse));
    }
}
