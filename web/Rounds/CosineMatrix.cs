using Marketplace.Proofs.Gram;

namespace Marketplace.Web.Rounds;

/// <summary>A round's Gram matrix as cosines between its rows, which people can compare: 1 the same direction, 0 unrelated, −1 opposite.</summary>
/// <remarks>Rounded, for looking at; everything is decided by the integers behind it.</remarks>
public sealed class CosineMatrix(GramMatrix gram)
{
    private readonly double[] _norms = [.. Enumerable.Range(0, gram.Rows).Select(i => Math.Sqrt(Math.Max(0, (double)gram[i, i])))];

    public int Rows => gram.Rows;

    /// <summary>The cosine of two rows, −1 to 1; null when one of them has no length, so no direction.</summary>
    public double? this[int i, int j]
    {
        get
        {
            if (_norms[i] == 0 || _norms[j] == 0)
                return null;
            return i == j ? 1 : Math.Clamp((double)gram[i, j] / _norms[i] / _norms[j], -1, 1);
        }
    }
}
