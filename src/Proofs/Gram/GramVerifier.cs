using Marketplace.Algebra.Curves;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Proofs.ReferenceStrings;

// The verifier, from public data alone. It decides exactly as the contract's verifier does, which folds one thing more into the
// pairing: that C_U = Σ b_i·C_i. Here that is computed, where C_U is needed.
//
//   C*  = C_m + Σ z_i·C_i − ρ*·H                        s = t + Σ_{i,j} z_i·z_j·G_ij
//   identity:  c(x)·c(1/x) = s + x·g(x) + (1/x)·g(1/x)
//   f = c + γ·g;  I the line through (x, f(x)) and (1/x, f(1/x))
//   pairing:   e(C* + γ·C_g − [I(τ)]_1 − W, [1]_2) · e((x + 1/x)·W, [τ]_2) · e(−W, [τ²]_2) = 1

namespace Marketplace.Proofs.Gram;

/// <summary>Verifies Gram proofs against the pinned points of an SRS.</summary>
public static class GramVerifier
{
    private const string NotReached = "not reached, an earlier check failed";

    private const int ChecksBeforeEquations = 5;

    private static readonly (string Name, string Expected)[] Checks =
    [
        ("statement", "a 32-byte context, a dimension that the SRS covers, and one commitment a row"),
        ("commitments", "finite points on the curve y² = x³ + 3"),
        ("Gram bounds", "0 ≤ G_ii ≤ d·max² and G_ij² ≤ G_ii·G_jj"),
        ("real vectors", "real vectors with these inner products exist: G is positive semidefinite"),
        ("proof encoding", "416 bytes: canonical numbers, finite points on the curve"),
        ("evaluation point", "x not in {0, 1, −1}"),
        ("inverse hint", "x · (1/x) = 1"),
        ("identity at x", "c(x)·c(1/x) = s + x·g(x) + (1/x)·g(1/x)"),
        ("pairing", "e(C* + γC_g − [I(τ)]_1 − W, [1]_2) · e((x + 1/x)W, [τ]_2) · e(−W, [τ²]_2) = 1"),
    ];

    /// <summary>Verifies a proof. Never throws on hostile proofs or statements; the result names what failed.</summary>
    /// <param name="srs">The SRS whose points are pinned.</param>
    /// <param name="statement">The statement, from public data.</param>
    /// <param name="proof">The proof as the chain carries it.</param>
    public static GramVerification Verify(SrsParameters srs, GramStatement statement, ReadOnlySpan<byte> proof)
    {
        var results = new Results();
        if (!results.Add(CheckStatement(srs, statement))) return results.ToVerification();
        if (!results.Add(CheckCommitments(statement.Commitments))) return results.ToVerification();
        if (!results.Add(statement.Gram.CheckBounds(statement.Dimension))) return results.ToVerification();
        if (!results.Add(CheckRealVectors(statement.Gram))) return results.ToVerification();
        if (!GramProof.TryParse(proof, out GramProof? values, out string? error))
        {
            results.Add(error);
            return results.ToVerification();
        }

        results.Add(null);
        CheckEquations(srs, statement, values, GramTranscript.Derive(statement, values), results);
        return results.ToVerification();
    }

    /// <summary>The equations for given challenges. Zero-knowledge is tested by choosing the challenges first.</summary>
    internal static bool HoldsFor(SrsParameters srs, GramStatement statement, GramProof proof, GramChallenges challenges)
    {
        var results = new Results();
        for (int i = 0; i < ChecksBeforeEquations; i++) results.Add(null);
        return CheckEquations(srs, statement, proof, challenges, results);
    }

    private static bool CheckEquations(
        SrsParameters srs, GramStatement statement, GramProof proof, GramChallenges challenges, Results results)
    {
        Fr x = challenges.Point, inverse = proof.InversePoint, gamma = challenges.Batching;
        if (!results.Add(GramTranscript.IsUsable(x) ? null : $"x = {x}")) return false;
        if (!results.Add(x * inverse == Fr.One ? null : $"x · (1/x) = {x * inverse}")) return false;

        Fr[] z = [.. challenges.Rows.Select(GramTranscript.ToScalar)];
        Fr left = proof.CombinationAtPoint * proof.CombinationAtInverse;
        Fr right = ConstantTerm(statement.Gram, z, proof.MaskNorm)
            + (x * proof.AutocorrelationAtPoint) + (inverse * proof.AutocorrelationAtInverse);
        if (!results.Add(left == right ? null : $"{left} on the left, {right} on the right")) return false;

        // f(x), f(1/x) and the line I(X) = a + b·X through them; x − 1/x is not zero because x² is not one.
        Fr atPoint = proof.CombinationAtPoint + (gamma * proof.AutocorrelationAtPoint);
        Fr atInverse = proof.CombinationAtInverse + (gamma * proof.AutocorrelationAtInverse);
        Fr slope = (atPoint - atInverse) * (x - inverse).Inverse();
        Fr offset = atPoint - (slope * x);

        // C* + γ·C_g − [I(τ)]_1 − W as one multi-scalar multiplication.
        G1[] points =
        [
            .. statement.Commitments, proof.Mask, Commitment.H, proof.Autocorrelation, G1.Generator, srs.Tau1, proof.Opening,
        ];
        Fr[] scalars = [.. z, Fr.One, -proof.Blinder, gamma, -offset, -slope, -Fr.One];
        G1 first = Msm.Compute(points, scalars, CancellationToken.None);
        bool holds = Pairing.Check(
        [
            (first, G2.Generator),
            (proof.Opening * (x + inverse), srs.Tau2),
            (-proof.Opening, srs.TauSquared2),
        ]);
        return results.Add(holds ? null : "the product of pairings is not 1");
    }

    /// <summary>s = t + Σ_{i,j} z_i·z_j·G_ij.</summary>
    private static Fr ConstantTerm(GramMatrix gram, Fr[] z, Fr maskNorm)
    {
        Fr sum = maskNorm;
        for (int i = 0; i < gram.Rows; i++)
        {
            // Off the diagonal every entry of the triangle stands for two.
            Fr row = Fr.Zero;
            for (int j = 0; j < i; j++) row += z[j] * Fr.FromBigInteger(gram[i, j]);
            sum += z[i] * (row + row + (z[i] * Fr.FromBigInteger(gram[i, i])));
        }

        return sum;
    }

    private static string? CheckStatement(SrsParameters srs, GramStatement statement)
    {
        if (statement.Context.Length != GramStatement.ContextLength) return $"the context has {statement.Context.Length} bytes";
        if (statement.Dimension < 1 || statement.Dimension > Math.Min(srs.MaxDimension, GramMatrix.MaxDimension))
            return $"the dimension is {statement.Dimension}, the SRS covers 1 to {Math.Min(srs.MaxDimension, GramMatrix.MaxDimension)}";
        return statement.Commitments.Count == statement.Gram.Rows
            ? null
            : $"{statement.Commitments.Count} commitments for {statement.Gram.Rows} rows";
    }

    private static string? CheckRealVectors(GramMatrix gram) =>
        gram.FirstImpossibleRow() is { } row ? $"the rows before row {row} allow no real vector for it" : null;

    private static string? CheckCommitments(IReadOnlyList<G1> commitments)
    {
        for (int i = 0; i < commitments.Count; i++)
        {
            if (commitments[i] == G1.Infinity) return $"the commitment of row {i} is the point at infinity";
            if (!commitments[i].IsOnCurve) return $"the commitment of row {i} is not on the curve: {commitments[i]}";
        }

        return null;
    }

    /// <summary>Fills in the checks one after the other.</summary>
    private sealed class Results
    {
        private readonly List<GramCheck> _done = [];

        /// <summary>Records the next check: passed when there is no problem. Returns whether it passed.</summary>
        public bool Add(string? problem)
        {
            (string name, string expected) = Checks[_done.Count];
            _done.Add(new GramCheck(name, problem is null, expected, problem ?? "holds"));
            return problem is null;
        }

        public GramVerification ToVerification() =>
            new([.. _done, .. Checks.Skip(_done.Count).Select(check => new GramCheck(check.Name, false, check.Expected, NotReached))]);
    }
}
