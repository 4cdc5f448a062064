// One slice's share of the prover's arithmetic, step by step; see GramProver for the formulas. Working memory: L/k + 2·M/k elements of Fr at
// its peak, in the transform, where blocks go out of one buffer and come into another.

using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Memory;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Proofs.Gram;

namespace Marketplace.Proofs.Split;

/// <summary>What one worker computes, without talking to anybody.</summary>
internal sealed class SliceWork(Slicing slicing, int index, Slice slice) : IDisposable
{
    private readonly int _start = slicing.Start(index);
    private readonly int _length = slicing.Start(index + 1) - slicing.Start(index);
    private readonly short[][] _rows = [slice.Reference, .. slice.Updates];
    private Fr[] _mask = [];
    private NativeBuffer<Fr>? _combination;
    private NativeBuffer<Fr>? _brought;
    private NativeBuffer<Fr>? _autocorrelation;

    public ExchangePlan Plan { get; } = new(slicing);

    public int Index => index;

    public int Count => slicing.Count;

    /// <summary>What other workers may read now.</summary>
    public Outbox? Outbox { get; private set; }

    /// <summary>The powers [τ^n]_1 of the range's coefficients n.</summary>
    private ReadOnlySpan<G1> Powers => slice.Powers.Span[(slice.Powers.Length - _length)..];

    public G1[] Commit(CancellationToken cancellationToken)
    {
        var points = new List<G1>();
        foreach (short[] row in _rows) points.Add(Msm.Compute(Powers[..row.Length], row, cancellationToken));
        foreach (long[] row in slice.PublicRows) points.Add(Msm.Compute(Powers[..row.Length], row, cancellationToken));
        return [.. points];
    }

    public Int128[] Multiply(CancellationToken cancellationToken) =>
        InnerProducts.LowerTriangle(_rows, slice.PublicRows, cancellationToken);

    public G1 TakeMask(Fr[] mask, CancellationToken cancellationToken)
    {
        if (index != slicing.Count - 1 || mask.Length != _length - slice.Reference.Length)
            throw new ArgumentException($"The mask, {mask.Length} elements, is not for slice {index} of {slicing.Count}.");
        _mask = mask;
        return Msm.Compute(Powers[slice.Reference.Length..], mask, cancellationToken);
    }

    public Combination Combine(UInt128[] coefficients, CancellationToken cancellationToken)
    {
        NativeBuffer<Fr> c = new(_length);
        Replace(ref _combination, c);
        LinearCombination.Compute(_rows, slice.PublicRows, coefficients, c.Memory, cancellationToken);
        _mask.CopyTo(c.GetSpan()[slice.Reference.Length..]);
        byte[][] digests = Send(Exchange.RangesToColumns, c);
        return new Combination(c.GetSpan()[..slicing.Overlap].ToArray(), digests);
    }

    /// <summary>The buffer that an exchange's blocks for this slice are written to, with the block that stays here.</summary>
    public Memory<Fr> Receive(Exchange exchange)
    {
        NativeBuffer<Fr> buffer = new(exchange == Exchange.ColumnsToRanges ? _length : slicing.TransformSize / slicing.Count);
        buffer.GetSpan().Clear();
        if (exchange == Exchange.ColumnsToRanges) Replace(ref _autocorrelation, buffer);
        else Replace(ref _brought, buffer);
        if (Outbox?.Exchange != exchange) throw new InvalidOperationException("A step of the proof came out of order.");
        new BlockWriter(Plan.Block(exchange, index, index), buffer.Memory).Write(Outbox.Block(index));
        return buffer.Memory;
    }

    public byte[][] Transform(Exchange brought, CancellationToken cancellationToken)
    {
        NativeBuffer<Fr> buffer = Present(_brought);
        switch (brought)
        {
            case Exchange.RangesToColumns:
                Plan.Steps.Forward(buffer.Memory, index * Plan.Columns, cancellationToken);
                break;
            case Exchange.ColumnsToRows:
                Plan.Steps.Correlate(buffer.Memory, index * Plan.Rows / 2, cancellationToken);
                break;
            case Exchange.RowsToColumns:
                Plan.Steps.Back(buffer.Memory, index * Plan.Columns, cancellationToken);
                break;
            default:
                throw new ArgumentException($"Nothing is transformed after the exchange {brought}.");
        }

        byte[][] digests = Send(brought + 1, buffer);
        Replace(ref _brought, null);
        return digests;
    }

    public G1 CommitAutocorrelation(Fr[] overlap, CancellationToken cancellationToken)
    {
        Span<Fr> g = Present(_autocorrelation).GetSpan();
        int half = slicing.TransformSize / 2;
        for (int k = 0; k < overlap.Length; k++)
        {
            // Place M/2 − k, which is g's coefficient M/2 − k − 1, holds a_{M/2−k} + a_{M/2+k}.
            int below = half - k - 1 - _start, above = half + k - 1 - _start;
            if (k > 0 && below >= 0 && below < _length) g[below] -= overlap[k];
            if (above >= 0 && above < _length) g[above] = overlap[k];
        }

        return Msm.Compute(Powers, g, cancellationToken);
    }

    public Evaluations Evaluate(Fr x, CancellationToken cancellationToken)
    {
        Fr inverse = x.Inverse(), shift = x.Pow((ulong)_start), shiftInverse = inverse.Pow((ulong)_start);
        (Fr cAtX, Fr cAtInverse) = Polynomials.Evaluate(Present(_combination).Memory, _length, x, inverse, cancellationToken);
        (Fr gAtX, Fr gAtInverse) = Polynomials.Evaluate(Present(_autocorrelation).Memory, _length, x, inverse, cancellationToken);
        return new Evaluations(cAtX * shift, cAtInverse * shiftInverse, gAtX * shift, gAtInverse * shiftInverse);
    }

    public DivisionState Divide(Fr gamma, Fr y, CancellationToken cancellationToken)
    {
        NativeBuffer<Fr> f = Present(_combination);
        Polynomials.AddScaled(f.Memory, Present(_autocorrelation).Memory, _length, gamma, cancellationToken);
        Replace(ref _autocorrelation, null);
        Fr next = Fr.Zero, afterNext = Fr.Zero;
        Span<Fr> coefficients = f.GetSpan();
        for (int k = _length - 1; k >= 0; k--) (next, afterNext) = (coefficients[k] + (y * next) - afterNext, next);
        return new DivisionState(next, afterNext);
    }

    public G1 CommitOpening(Fr y, DivisionState above, CancellationToken cancellationToken)
    {
        (Fr next, Fr afterNext) = (above.Next, above.AfterNext);
        Span<Fr> quotient = Present(_combination).GetSpan();
        for (int k = _length - 1; k >= 0; k--)
        {
            (next, afterNext) = (quotient[k] + (y * next) - afterNext, next);
            quotient[k] = next;
        }

        // Place k now holds w_{k−2}; places 0 and 1 hold the remainder.
        ReadOnlySpan<Fr> scalars = index == 0 ? quotient[2..] : quotient;
        return Msm.Compute(slice.Powers.Span[..scalars.Length], scalars, cancellationToken);
    }

    /// <summary>Forgets all but the slice.</summary>
    public void Release()
    {
        _mask = [];
        Outbox?.Dispose();
        Outbox = null;
        Replace(ref _combination, null);
        Replace(ref _brought, null);
        Replace(ref _autocorrelation, null);
    }

    public void Dispose() => Release();

    private byte[][] Send(Exchange exchange, NativeBuffer<Fr> source)
    {
        Outbox?.Dispose();
        Outbox = new Outbox(
            exchange, index, [.. Enumerable.Range(0, slicing.Count).Select(reader => Plan.Block(exchange, index, reader))], source.GetSpan());
        return Outbox.Digests;
    }

    private static void Replace(ref NativeBuffer<Fr>? buffer, NativeBuffer<Fr>? by)
    {
        buffer?.Dispose();
        buffer = by;
    }

    private static NativeBuffer<Fr> Present(NativeBuffer<Fr>? buffer) =>
        buffer ?? throw new InvalidOperationException("A step of the proof came out of order.");
}
