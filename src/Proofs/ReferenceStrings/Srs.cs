using System.Numerics;
using Marketplace.Algebra.Curves;

// A structured reference string of BN254: [τ^k]_1 for k = 0 … Length − 1, [τ]_2 and [τ²]_2.

namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>Powers of a secret τ in the groups; what commitments and proofs are made with.</summary>
public sealed class Srs
{
    /// <summary>Coordinates d … d + 31 belong to the proof's mask.</summary>
    public const int ReservedCoordinates = 32;

    /// <summary>Most powers, the longest vector's and the reserved ones: 2^27. A proof's transform is up to twice as long, and the field has
    /// none beyond 2^28; docs/gram-proof.md shows that it is sound.</summary>
    public const int MaxLength = 1 << 27;

    private readonly Func<Range, CancellationToken, ReadOnlyMemory<G1>> _powers;

    internal Srs(G1[] powers, G2 tau2, G2 tauSquared2, bool isDevelopment)
        : this(
            new SrsParameters(powers[1], tau2, tauSquared2, powers.Length, isDevelopment),
            (range, _) => powers.AsMemory(range))
    {
    }

    /// <param name="parameters">What the whole string is.</param>
    /// <param name="powers">Gives some of its powers, [τ^k]_1 for k in a range that counts from the first.</param>
    internal Srs(SrsParameters parameters, Func<Range, CancellationToken, ReadOnlyMemory<G1>> powers)
    {
        _powers = powers;
        Parameters = parameters;
        Id = parameters.Id;
    }

    /// <summary>How many powers [τ^k]_1 there are.</summary>
    public int Length => Parameters.Length;

    /// <summary>[τ]_2.</summary>
    public G2 Tau => Parameters.Tau2;

    /// <summary>[τ²]_2.</summary>
    public G2 TauSquared => Parameters.TauSquared2;

    /// <summary>The 32-byte identifier, see <see cref="SrsParameters"/>.</summary>
    public byte[] Id { get; }

    /// <summary>Whether τ is public. Deployment refuses such an SRS anywhere but on a local chain.</summary>
    public bool IsDevelopment => Parameters.IsDevelopment;

    /// <summary>The longest vector that this SRS commits to.</summary>
    public int MaxDimension => Length - ReservedCoordinates;

    /// <summary>What verifiers need.</summary>
    public SrsParameters Parameters { get; }

    internal ReadOnlySpan<G1> Powers => First(Length);

    /// <summary>The first powers, [τ^k]_1 for k from 0. A development SRS reads or makes them when they are first asked for.</summary>
    /// <param name="count">How many, 1 to <see cref="Length"/>.</param>
    /// <param name="cancellationToken">Stops reading or making them.</param>
    public ReadOnlySpan<G1> First(int count, CancellationToken cancellationToken = default) => Part(..count, cancellationToken).Span;

    /// <summary>Some of the powers, without a copy of those that are in memory.</summary>
    /// <param name="powers">Which, counted from the first.</param>
    /// <param name="cancellationToken">Stops reading or making them.</param>
    public ReadOnlyMemory<G1> Part(Range powers, CancellationToken cancellationToken = default)
    {
        // Refuses what is beyond the last.
        _ = powers.GetOffsetAndLength(Length);
        return _powers(powers, cancellationToken);
    }

    /// <summary>An SRS with a τ that everybody knows, for tests and local chains.</summary>
    /// <param name="length">Number of powers, 33 to <see cref="MaxLength"/>.</param>
    /// <param name="progress">Told the done fraction, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public static Srs CreateDevelopment(
        int length, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckLength(length);
        return DevelopmentSrs.Create(length, progress, cancellationToken);
    }

    /// <summary>
    /// The development SRS for vectors up to the next power of two. Its identity follows from τ alone, so opening costs nothing: the
    /// powers that are used come from the cache directory or, the first time, are made and written there. A damaged cache file is
    /// replaced.
    /// </summary>
    /// <param name="minDimension">Longest vector that the SRS must commit to.</param>
    /// <param name="cacheDirectory">Directory of cache files; created when missing.</param>
    /// <param name="making">Told how many powers are about to be made; a million take seconds.</param>
    public static Srs OpenDevelopment(int minDimension, string cacheDirectory, Action<int>? making = null)
    {
        var cache = new DevelopmentSrsCache(cacheDirectory, DevelopmentLength(minDimension), making);
        return new Srs(DevelopmentSrs.Parameters(cache.Length), cache.Part);
    }

    /// <summary>The folder of this user in which development reference strings are kept.</summary>
    public static string DevelopmentCache => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "marketplace", "srs");

    /// <summary>Number of powers of the development SRS that <see cref="OpenDevelopment"/> opens: a power of two and 32, or the most.</summary>
    public static int DevelopmentLength(int minDimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minDimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minDimension, MaxLength - ReservedCoordinates);
        return Math.Min((int)BitOperations.RoundUpToPowerOf2((uint)minDimension) + ReservedCoordinates, MaxLength);
    }

    /// <summary>Reads the first powers of a snarkjs ceremony file and checks that they are consistent.</summary>
    /// <param name="path">A .ptau file.</param>
    /// <param name="length">Number of powers to take, 33 to <see cref="MaxLength"/>.</param>
    /// <param name="progress">Told the done fraction, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="FormatException">Not a .ptau file, truncated, of another curve, too short, or not powers of one τ.</exception>
    public static Srs ReadPtau(
        string path, int length, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckLength(length);
        Srs srs = PtauReader.Read(path, length, cancellationToken);
        progress?.Report(0.5);
        srs.CheckConsistency(cancellationToken);
        progress?.Report(1);
        return srs;
    }

    /// <summary>Writes this SRS to a file with an integrity hash, replacing it at once.</summary>
    public void Save(string path, CancellationToken cancellationToken = default) => SrsFile.Write(path, this, cancellationToken);

    /// <summary>
    /// Reads a file that <see cref="Save"/> wrote and checks its integrity hash. Damage is found; for a file from a stranger
    /// call <see cref="CheckConsistency"/> as well.
    /// </summary>
    /// <exception cref="FormatException">Not such a file, or damaged.</exception>
    public static Srs Load(string path, CancellationToken cancellationToken = default) => SrsFile.Read(path, cancellationToken);

    /// <summary>
    /// Checks a file as <see cref="Load"/> does, but leaves the powers in it: whoever asks for some has these alone read, every time anew.
    /// </summary>
    /// <exception cref="FormatException">Not such a file, or damaged; later, another file than the one that was opened.</exception>
    public static Srs Open(string path, CancellationToken cancellationToken = default) => SrsFile.Open(path, cancellationToken);

    /// <summary>Checks by pairings that this holds powers of one τ.</summary>
    /// <exception cref="FormatException">It does not; the message says which equation failed.</exception>
    public void CheckConsistency(CancellationToken cancellationToken = default) => SrsConsistency.Check(this, cancellationToken);

    private static void CheckLength(int length)
    {
        if (length is <= ReservedCoordinates or > MaxLength)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"An SRS has {ReservedCoordinates + 1} to {MaxLength} powers.");
    }
}
