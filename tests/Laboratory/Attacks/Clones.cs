using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// One trainer under several names, all with its one update: new blinders make other commitments of it (Douceur, "The Sybil attack", IPTPS 2002).
/// Each copy may have noise of its own. Knows its own data.
/// </summary>
/// <param name="names">Number of names.</param>
/// <param name="noise">Length of the noise, in lengths of the update.</param>
public sealed class Clones(int names, double noise = 0) : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view)
    {
        double[] own = view.Own[0];
        return [.. Enumerable.Range(0, names).Select(_ => Vectors.ToUpdate(noise > 0 ? Vectors.AddNoise(own, noise, view.Random) : own))];
    }
}
