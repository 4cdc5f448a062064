using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>How a chain came to be what it is: pieces that each go on where an earlier one was left.</summary>
internal sealed class ForkedHistory(int seed, int blocks)
{
    private readonly List<(int Seed, int Blocks)> pieces = [(seed, blocks)];
    private int forks;

    /// <summary>Leaves what came after a block, and goes on differently.</summary>
    /// <param name="kept">The last block that stays.</param>
    public ForkedHistory Fork(int kept, int more)
    {
        for (int end = pieces.Sum(piece => piece.Blocks); end > kept && pieces.Count > 0;)
        {
            (int last, int length) = pieces[^1];
            int cut = Math.Min(length, end - kept);
            pieces.RemoveAt(pieces.Count - 1);
            if (cut < length || pieces.Count == 0)
                pieces.Add((last, length - cut));
            end -= cut;
        }
        pieces.Add((unchecked(seed * 31 + ++forks), more));
        return this;
    }

    /// <summary>The chain as it is now.</summary>
    public SyntheticHistory Play()
    {
        SyntheticHistory history = SyntheticHistory.Wander(pieces[0].Seed, pieces[0].Blocks);
        foreach ((int next, int length) in pieces.Skip(1))
            history.Fork(next, length);
        return history;
    }
}
