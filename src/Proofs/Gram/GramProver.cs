// The prover. L = d + 32 coefficients: d entries and the mask on the reserved coordinates d … d + 31.
//
//   c = m + Σ z_i·u_i                         degree L − 1
//   g(X) = Σ_{k ≥ 1} a_k·X^{k−1}              degree L − 2, so that c(X)·c(1/X) = s + X·g(X) + X^{−1}·g(1/X)
//   w = (c + γ·g − I) / ((X − x)(X − 1/x))    degree L − 3
//
// Working memory: L + M elements of Fr, M the transform's size (2d for a power of two), besides what the multi-scalar
// multiplication takes. g and w live in the transform's buffer and in c's.

using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Memory;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Telemetry;

namespace Marketplace.Proofs.Gram;

/// <summary>Proves that a matrix is the Gram matrix of committed vectors.</summary>
public static class GramProver
{
    /// <summary>Makes a proof and verifies it.</summary>
    /// <param name="srs">The SRS, with at least d + 32 powers.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="witness">Vectors and blinders that open the statement's commitments.</param>
    /// <param name="progress">Told the done fraction, 0 to 1, some fifty times.</param>
    /// <param name="cancellationToken">Stops the computation between, and within, its long steps.</param>
    /// <exception cref="ArgumentException">Statement and witness differ in shape, or the SRS is too short.</exception>
    /// <exception cref="InvalidOperationException">The witness does not open the commitments, or has another Gram matrix.</exception>
    public static GramProof Prove(
        Srs srs, GramStatement statement, GramWitness witness, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        using TimedWork work = MarketTelemetry.Proof(statement.Commitments.Count);
        GramProof proof = ProveUnchecked(srs, statement, witness, progress, cancellationToken);
        GramVerification verification = GramVerifier.Verify(srs.Parameters, statement, proof.ToBytes());
        if (verification.Failure is { } failure)
        {
            throw new InvalidOperationException(Refusal(failure));
        }

        progress?.Report(1);
        work.Succeed();
        return proof;
    }

    /// <summary>Why a proof of one's own is not handed out.</summary>
    internal static string Refusal(GramCheck failure) =>
        $"The proof would be refused at '{failure.Name}': expected {failure.Expected}, got {failure.Actual}. "
        + "The witness must open the statement's commitments and have its Gram matrix.";

    /// <summary>Makes a proof that may be of a false statement.</summary>
    internal static GramProof ProveUnchecked(
        Srs srs, GramStatement statement, GramWitness witness, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        CheckShapes(srs, statement, witness);
        int length = statement.Dimension + Srs.ReservedCoordinates;
        using NativeBuffer<Fr> combination = new(length);
        using NativeBuffer<Fr> buffer = new(Autocorrelation.TransformSize(length));
        while (true)
        {
            // x in {0, 1, −1}, with probability 3/r, needs another mask.
            GramProof? proof = TryProve(
                srs, statement, witness, combination.Memory, buffer.Memory, progress, cancellationToken);
            if (proof is not null) return proof;
        }
    }

    private static GramProof? TryProve(
        Srs srs,
        GramStatement statement,
        GramWitness witness,
        Memory<Fr> c,
        Memory<Fr> g,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        int length = c.Length, dimension = statement.Dimension;
        ReadOnlySpan<G1> powers = srs.First(length, cancellationToken);
        Mask mask = Mask.Draw();
        mask.Entries.CopyTo(c.Span[dimension..]);
        G1 maskCommitment = Msm.Compute(powers[dimension..length], mask.Entries, cancellationToken) + (Commitment.H * mask.Blinder);
        byte[] seed = GramTranscript.Seed(statement, maskCommitment, mask.Norm);
        UInt128[] z = GramTranscript.Rows(seed, statement.Gram.Rows);
        LinearCombination.Compute([witness.Reference, .. witness.Updates], witness.PublicRows, z, c, cancellationToken);
        Fr blinder = mask.Blind(z, witness.Blinders);
        progress?.Report(0.05);

        Autocorrelation.Compute(c.Span, length, g.Span, cancellationToken, Part(progress, 0.05, 0.15));
        G1 autocorrelation = Msm.Compute(powers[..(length - 1)], g.Span[..(length - 1)], cancellationToken, Part(progress, 0.15, 0.55));

        Fr x = GramTranscript.Point(seed, autocorrelation, blinder);
        if (!GramTranscript.IsUsable(x)) return null;
        Fr inverse = x.Inverse();
        (Fr cAtX, Fr cAtInverse) = Polynomials.Evaluate(c, length, x, inverse, cancellationToken);
        (Fr gAtX, Fr gAtInverse) = Polynomials.Evaluate(g, length - 1, x, inverse, cancellationToken);

        Fr gamma = GramTranscript.Batching(x, cAtX, cAtInverse, gAtX, gAtInverse);
        Polynomials.AddScaled(c, g, length - 1, gamma, cancellationToken);
        Polynomials.DivideByReciprocalPair(c.Span, x + inverse);
        progress?.Report(0.6);
        G1 opening = Msm.Compute(powers[..(length - 2)], c.Span[..(length - 2)], cancellationToken, Part(progress, 0.6, 0.99));
        return new GramProof(
            maskCommitment, mask.Norm, blinder, autocorrelation, inverse, cAtX, cAtInverse, gAtX, gAtInverse, opening);
    }

    private static void CheckShapes(Srs srs, GramStatement statement, GramWitness witness)
    {
        GramMatrix gram = statement.Gram;
        if (statement.Dimension < 1 || statement.Dimension > srs.MaxDimension)
        {
            throw new ArgumentException(
                $"The dimension must be 1 to {srs.MaxDimension}, what {srs.Length} powers cover, got {statement.Dimension}; use a longer SRS.");
        }

        if (witness.Updates.Count != gram.Updates || witness.PublicRows.Count != gram.PublicRows)
        {
            throw new ArgumentException(
                $"The matrix has {gram.Updates} updates and {gram.PublicRows} public rows, "
                + $"the witness {witness.Updates.Count} and {witness.PublicRows.Count}.");
        }

        if (witness.Blinders.Count != gram.Rows || statement.Commitments.Count != gram.Rows)
        {
            throw new ArgumentException(
                $"{gram.Rows} rows need as many commitments and blinders, got {statement.Commitments.Count} and {witness.Blinders.Count}.");
        }

        int[] lengths =
            [witness.Reference.Length, .. witness.Updates.Select(u => u.Length), .. witness.PublicRows.Select(p => p.Length)];
        int wrong = Array.FindIndex(lengths, l => l != statement.Dimension);
        if (wrong >= 0)
            throw new ArgumentException($"Row {wrong} must have {statement.Dimension} entries, it has {lengths[wrong]}.");
    }

    /// <summary>A step's progress as a part of the whole's.</summary>
    private static ProgressPart? Part(IProgress<double>? whole, double from, double to) =>
        whole is null ? null : new ProgressPart(whole, from, to);

    private sealed class ProgressPart(IProgress<double> whole, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + ((to - from) * value));
    }
}
