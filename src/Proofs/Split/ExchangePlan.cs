using Marketplace.Algebra.Transforms;

namespace Marketplace.Proofs.Split;

/// <summary>Neighboring elements of a block, and where sender and reader have them.</summary>
internal readonly record struct Run(int Source, int SourceStride, int Target, int TargetStride, int Length);

/// <summary>Which elements go from whom to whom, in an order that both sides know.</summary>
internal sealed class ExchangePlan(Slicing slicing)
{
    /// <summary>The most elements that are read at once: 1 MB.</summary>
    public const int PieceLength = 1 << 15;

    private readonly FourStep _steps = FourStep.OfLength(slicing.TransformSize);

    public FourStep Steps => _steps;

    /// <summary>B/k, the columns of a slice.</summary>
    public int Columns => _steps.Columns / slicing.Count;

    /// <summary>A/k, the rows of a slice.</summary>
    public int Rows => _steps.Rows / slicing.Count;

    /// <summary>The block from one slice to another.</summary>
    public IEnumerable<Run> Block(Exchange exchange, int sender, int reader) => exchange switch
    {
        Exchange.RangesToColumns => Places(slicing.Start(sender), slicing.Start(sender + 1), reader)
            .Select(run => new Run(run.Place - slicing.Start(sender), 1, InColumns(run.Place, reader), _steps.Rows, run.Length)),
        Exchange.ColumnsToRows => RowsOf(reader)
            .Select((row, r) => new Run(_steps.PlaceOf(row), _steps.Rows, (r * _steps.Columns) + (sender * Columns), 1, Columns)),
        Exchange.RowsToColumns => RowsOf(sender)
            .Select((row, r) => new Run((r * _steps.Columns) + (reader * Columns), 1, _steps.PlaceOf(row), _steps.Rows, Columns)),
        _ => Places(slicing.Start(reader) + 1, Math.Min(slicing.Start(reader + 1) + 1, slicing.Length), sender)
            .Select(run => new Run(InColumns(run.Place, sender), _steps.Rows, run.Place - 1 - slicing.Start(reader), 1, run.Length)),
    };

    /// <summary>How many elements it has.</summary>
    public int BlockLength(Exchange exchange, int sender, int reader) => Block(exchange, sender, reader).Sum(run => run.Length);

    /// <summary>Places from one to before another that lie in a slice's columns, by runs.</summary>
    private IEnumerable<(int Place, int Length)> Places(int from, int to, int slice)
    {
        int first = slice * Columns;
        for (int row = from / _steps.Columns; row * (long)_steps.Columns < to; row++)
        {
            int start = Math.Max(from, (row * _steps.Columns) + first);
            int end = Math.Min(to, (row * _steps.Columns) + first + Columns);
            if (start < end) yield return (start, end - start);
        }
    }

    private int InColumns(int place, int slice) =>
        (((place % _steps.Columns) - (slice * Columns)) * _steps.Rows) + (place / _steps.Columns);

    private IEnumerable<int> RowsOf(int slice)
    {
        for (int pair = slice * Rows / 2; pair < (slice + 1) * Rows / 2; pair++)
        {
            (int first, int second) = _steps.Pair(pair);
            yield return first;
            yield return second;
        }
    }
}
