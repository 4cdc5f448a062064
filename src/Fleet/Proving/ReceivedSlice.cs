using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Split;

namespace Marketplace.Fleet.Proving;

/// <summary>A slice whose rows come in pieces.</summary>
internal sealed class ReceivedSlice
{
    private readonly Srs _srs;
    private readonly Slicing _slicing;
    private readonly short[][] _rows;
    private readonly long[][] _publicRows;
    private readonly SliceRows _pieces;
    private readonly HashSet<int> _came = [];

    /// <param name="task">What is to be done.</param>
    /// <param name="strings">Where the reference string is from.</param>
    /// <exception cref="ArgumentException">It cannot be done by anybody.</exception>
    /// <exception cref="InvalidOperationException">It cannot be done by this machine, which has another reference string.</exception>
    public ReceivedSlice(SliceTask task, ReferenceStrings strings)
    {
        _slicing = task.Check();
        _srs = strings.Find(task.Srs, task.SrsDimension);
        Task = task;
        Range entries = _slicing.Entries(task.Slice);
        Entries = entries.End.Value - entries.Start.Value;
        _rows = [.. Enumerable.Range(0, 1 + task.Updates).Select(_ => new short[Entries])];
        _publicRows = [.. Enumerable.Range(0, task.PublicRows).Select(_ => new long[Entries])];
        _pieces = new SliceRows(_rows, _publicRows, 0, Entries);
    }

    public SliceTask Task { get; }

    /// <summary>How many entries of each row it has.</summary>
    public int Entries { get; }

    /// <exception cref="ArgumentException">There is no such piece.</exception>
    public void Take(int piece, byte[] bytes)
    {
        _pieces.Write(piece, bytes);
        _came.Add(piece);
    }

    /// <exception cref="InvalidOperationException">Not all of its rows have come.</exception>
    public Slice Read(CancellationToken cancellationToken)
    {
        if (_came.Count < _pieces.Pieces)
            throw new InvalidOperationException($"of the slice's rows, {_came.Count} of {_pieces.Pieces} pieces have come");
        return new Slice(_srs.Part(_slicing.Powers(Task.Slice), cancellationToken), _rows[0], _rows[1..], _publicRows);
    }
}
