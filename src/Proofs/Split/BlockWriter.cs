namespace Marketplace.Proofs.Split;

/// <summary>Puts a block that comes piece by piece where its reader has it.</summary>
internal sealed class BlockWriter(IEnumerable<Run> block, Memory<Fr> target)
{
    private readonly IEnumerator<Run> _runs = block.GetEnumerator();
    private Run _run;
    private int _done;

    /// <summary>Takes the next elements of the block.</summary>
    public void Write(ReadOnlySpan<Fr> piece)
    {
        Span<Fr> elements = target.Span;
        while (!piece.IsEmpty)
        {
            if (_done == _run.Length)
            {
                if (!_runs.MoveNext()) throw new ArgumentException("The pieces have more elements than the block.");
                (_run, _done) = (_runs.Current, 0);
            }

            int count = Math.Min(piece.Length, _run.Length - _done);
            for (int k = 0; k < count; k++) elements[_run.Target + ((_done + k) * _run.TargetStride)] = piece[k];
            _done += count;
            piece = piece[count..];
        }
    }
}
