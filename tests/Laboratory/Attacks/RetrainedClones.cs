namespace Marketplace.Laboratory.Attacks;

/// <summary>One trainer under several names, which trains on all its samples for each, in another order. Knows its own data.</summary>
/// <param name="names">Number of names.</param>
public sealed class RetrainedClones(int names) : IAttack
{
    // Apart from the numbers of other trainers, so that no two parties see their samples in one order.
    private const int FirstNumber = 1000;

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) =>
        [.. Enumerable.Range(0, names).Select(name => view.Train(view.Data[0], FirstNumber + name))];
}
