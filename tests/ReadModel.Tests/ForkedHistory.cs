using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>How a chain came to be what it is: pieces that each go on where an earlier one was left.</summary>
internal sealed class ForkedHistory(int seed, int blocks)
{
    private readonly List<(int Seed, int Blocks)> _pieces = [(seed, blocks)];
    private int _forks;

    /// <summary>Leaves what came after a block, and goes on differently.</summary>
    /// <param name="kept">The last block that stays.</param>
    public ForkedHistory Fork(int kept, int more)
    {
        for (int end = _pieces.Sum(piece => piece.Blocks); end > kept && _pieces.Count > 0;)
        {
            (int last, int length) = _pieces[^1];
            int cut = Math.Min(length, end - kept);
            _pieces.RemoveAt(_pieces.Count - 1);
            if (cut < length || _pieces.Count == 0)
                _pieces.Add((last, length - cut));
            end -= cut;
        }
        _pieces.Add((unchecked(seed * 31 + ++_forks), more));
        return this;
    }

    /// <summary>The chain as it is now.</summary>
    public SyntheticHistory Play()
    {
        SyntheticHistory history = SyntheticHistory.Wander(_pieces[0].Seed, _pieces[0].Blocks);
        foreach ((int next, int length) in _pieces.Skip(1))
            history.Fork(next, length);
        return history;
    }
}
