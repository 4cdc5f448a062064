using Marketplace.Algebra.Curves;

namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>The development SRS's first powers as files, a power of two and 32 in each, made when they are first needed.</summary>
/// <param name="directory">Where the files are; created when missing.</param>
/// <param name="length">Most powers ever needed.</param>
/// <param name="making">Told how many powers are about to be made.</param>
internal sealed class DevelopmentSrsCache(string directory, int length, Action<int>? making)
{
    private readonly Lock _extending = new();
    private volatile Srs? _held;

    public int Length => length;

    /// <summary>Some powers, with all before them read or made when they are first asked for.</summary>
    public ReadOnlyMemory<G1> Part(Range powers, CancellationToken cancellationToken)
    {
        if (_held is not { } held || held.Length < powers.End.Value)
        {
            lock (_extending)
            {
                if (_held is null || _held.Length < powers.End.Value) _held = Get(powers.End.Value, cancellationToken);
                held = _held;
            }
        }

        return held.Part(powers, cancellationToken);
    }

    /// <summary>The development SRS of at least so many powers.</summary>
    private Srs Get(int count, CancellationToken cancellationToken)
    {
        int whole = Srs.DevelopmentLength(Math.Max(1, count - Srs.ReservedCoordinates));
        string path = Path.Combine(directory, $"development-{whole}.srs");
        if (TryLoad(path, cancellationToken) is { } cached && cached.IsDevelopment && cached.Length == whole)
            return cached;

        making?.Invoke(whole);
        Srs made = Srs.CreateDevelopment(whole, cancellationToken: cancellationToken);
        Directory.CreateDirectory(directory);
        made.Save(path, cancellationToken);
        return made;
    }

    /// <summary>Null for a file that is missing, damaged or of an older format, which the new one replaces.</summary>
    private static Srs? TryLoad(string path, CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(path) ? Srs.Load(path, cancellationToken) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
