using Marketplace.Learning.Data;

namespace Marketplace.Laboratory.Attacks;

/// <summary>One trainer under several names, each of which trains on an equal part of its samples. Knows its own data.</summary>
/// <param name="names">Number of names.</param>
public sealed class SplitData(int names) : IAttack
{
    private const int FirstNumber = 2000;

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view)
    {
        Dataset data = view.Data[0];
        return
        [
            .. Enumerable.Range(0, names).Select(name => view.Train(
                data.Subset([.. Enumerable.Range(0, data.Count).Where(i => i % names == name)]), FirstNumber + name)),
        ];
    }
}
