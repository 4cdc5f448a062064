using System.Globalization;
using Marketplace.Proofs.Gram;

namespace Marketplace.Proofs.Vectors;

/// <summary>What to make.</summary>
/// <param name="Updates">n, 1 to 32 (--n).</param>
/// <param name="PublicRows">P, 0 to 2 (--public).</param>
/// <param name="Dimension">d (--dimension).</param>
/// <param name="Seed">Of vectors and blinders (--seed); the same seed gives the same commitments, proofs are randomized.</param>
/// <param name="Count">How many vectors, seeds counting up (--count).</param>
/// <param name="SrsDimension">The longest vector of the SRS (--srs-dimension), by default d.</param>
/// <param name="Context">32 bytes to bind the proofs to (--context), by default from the seed.</param>
/// <param name="Correlated">Whether updates point roughly where the reference does (--correlated), so that scoring keeps them.</param>
/// <param name="Cache">Directory of development SRS files (--cache).</param>
internal sealed record VectorOptions(
    int Updates,
    int PublicRows,
    int Dimension,
    int Seed,
    int Count,
    int SrsDimension,
    byte[]? Context,
    bool Correlated,
    string Cache)
{
    public const string Usage = """
        Usage: Marketplace.Proofs.Vectors --n N --public P --dimension D --seed S
                 [--count 1] [--srs-dimension D] [--context 0x…] [--correlated] [--cache DIR]
        Prints JSON: the SRS's parameters and, per vector, statement and proof.
        """;

    /// <exception cref="FormatException">An unknown option, a missing value or a value out of range.</exception>
    public static VectorOptions Parse(string[] arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int k = 0; k < arguments.Length; k++)
        {
            if (arguments[k] is not ("--n" or "--public" or "--dimension" or "--seed" or "--count" or "--srs-dimension"
                or "--context" or "--correlated" or "--cache"))
            {
                throw new FormatException($"Unknown option '{arguments[k]}'.");
            }

            string name = arguments[k];
            if (name != "--correlated" && ++k == arguments.Length) throw new FormatException($"{name} needs a value.");
            values[name] = arguments[k];
        }

        int dimension = Number("--dimension", null, 1, GramMatrix.MaxDimension);
        return new VectorOptions(
            Number("--n", null, 1, GramMatrix.MaxUpdates),
            Number("--public", 0, 0, GramMatrix.MaxPublicRows),
            dimension,
            Number("--seed", 1, 0, int.MaxValue),
            Number("--count", 1, 1, 1000),
            Number("--srs-dimension", dimension, dimension, GramMatrix.MaxDimension),
            Context(),
            values.ContainsKey("--correlated"),
            values.GetValueOrDefault("--cache", Path.Combine(Path.GetTempPath(), "marketplace-srs")));

        int Number(string name, int? standard, int least, int most)
        {
            if (!values.TryGetValue(name, out string? text))
                return standard ?? throw new FormatException($"{name} is required.");
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
                ? value
                : throw new FormatException($"{name} must be {least} to {most}, got '{text}'.");
        }

        byte[]? Context()
        {
            if (!values.TryGetValue("--context", out string? text)) return null;
            byte[] bytes = Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text);
            return bytes.Length == GramStatement.ContextLength
                ? bytes
                : throw new FormatException($"--context must be {GramStatement.ContextLength} bytes, got {bytes.Length}.");
        }
    }
}
