using System.Numerics;
using Marketplace.Algebra.Integers;
using Marketplace.Proofs.Gram;

namespace Marketplace.Protocol.Scoring;

/// <summary>
/// What a round's Gram matrix decides: weights, outliers, contributions and payouts. The contract decides by
/// contracts/libraries/Scoring.sol; this is written from the equations, on unbounded integers, so that each can be tested
/// against the other and an auditor can recompute every payout.
/// </summary>
/// <remarks>
/// With N_i = isqrt(G_ii · 2^64), all in units of 1/<see cref="One"/>:
/// cosine c_i = min(1, G_i0 / (|u_i|·|r|)), weight b_i = c_i · min(1, N_0 / N_i), divisor B = Σ_{i∈A} c_i,
/// Shapley value φ_i = b_i·(2·B·G_i0 − Σ_{j∈A} b_j·G_ij) of the game v(S) = 2⟨U_S, r⟩ − |U_S|² with
/// U_S = Σ_{j∈S} (b_j/B)·u_j, up to the factor B².
/// </remarks>
public static class RoundScoring
{
    /// <summary>One, as a cosine or a weight.</summary>
    public const int One = MarketLimits.One;

    /// <summary>The most updates that one round settles.</summary>
    public const int MaxUpdates = MarketLimits.Seats;

    /// <summary>The most earlier aggregates that a round projects out.</summary>
    public const int MaxPublicRows = MarketLimits.PublicRows;

    private static readonly BigInteger PublicDiagonalLimit = BigInteger.One << 80;

    /// <exception cref="ArgumentException">A diagonal entry is negative.</exception>
    public static ScoringOutcome Score(GramMatrix gram)
    {
        ArgumentNullException.ThrowIfNull(gram);
        return Score(gram.Updates, gram.PublicRows, (i, j) => gram[i, j]);
    }

    /// <summary>Scores a Gram matrix given by its entries.</summary>
    /// <param name="updates">n: number of valid updates, 0 to 32.</param>
    /// <param name="publicRows">P: number of public rows, 0 to 2.</param>
    /// <param name="inner">The inner product of two rows. Rows in order: the reference (0), the updates (1 to n), the public
    /// rows (n + 1 to n + P, the most recent first).</param>
    /// <exception cref="ArgumentException">A count is out of range or a diagonal entry is negative.</exception>
    public static ScoringOutcome Score(int updates, int publicRows, Func<int, int, BigInteger> inner)
    {
        if (updates is < 0 or > MaxUpdates)
            throw new ArgumentOutOfRangeException(nameof(updates), updates, $"Expected 0 to {MaxUpdates} updates.");
        if (publicRows is < 0 or > MaxPublicRows)
            throw new ArgumentOutOfRangeException(nameof(publicRows), publicRows, $"Expected 0 to {MaxPublicRows} public rows.");
        for (int row = 0; row <= updates + publicRows; row++)
        {
            if (inner(row, row).Sign < 0)
                throw new ArgumentException($"A squared norm is not negative, that of row {row} is {inner(row, row)}.", nameof(inner));
        }

        BigInteger[] norms = [.. Enumerable.Range(0, updates + 1).Select(i => IntegerRoot.Square(inner(i, i) << 64))];
        int[] cosines = [.. Enumerable.Range(1, updates).Select(i => Cosine(inner(i, 0), norms[i], norms[0]))];
        int[] initialWeights = [.. Enumerable.Range(1, updates).Select(i => Weight(cosines[i - 1], norms[i], norms[0]))];

        List<int> kept = [.. Enumerable.Range(1, updates).Where(i => initialWeights[i - 1] > 0)];
        List<OutlierPass> passes = [];
        while (passes.Count < MarketLimits.OutlierPasses && kept.Count > 0)
        {
            OutlierPass pass = Pass(kept, updates, cosines, initialWeights, inner);
            passes.Add(pass);
            if (pass.Dropped == 0)
                break;
            kept.RemoveAll(i => (pass.Dropped >> (i - 1) & 1) != 0);
        }

        Projector projector = Projector.Create(updates, publicRows, inner);
        var weights = new int[updates];
        var before = new BigInteger[updates];
        var after = new BigInteger[updates];
        foreach (int i in kept)
        {
            weights[i - 1] = initialWeights[i - 1];
            before[i - 1] = BigInteger.Max(0, weights[i - 1] * inner(i, 0));
            after[i - 1] = BigInteger.Max(0, weights[i - 1] * projector.Alignment(i));
        }

        return new ScoringOutcome
        {
            Kept = kept.Aggregate(0u, (mask, i) => mask | 1u << (i - 1)),
            Divisor = kept.Sum(i => cosines[i - 1]),
            Weights = weights,
            Contributions = after,
            ReferenceNorm = norms[0],
            Norms = norms[1..],
            Cosines = cosines,
            InitialWeights = initialWeights,
            Passes = passes,
            ContributionsBeforeProjection = before,
            Projection = projector.Description,
        };
    }

    /// <summary>Splits a reward over the valid updates by their contributions; nothing when no contribution is positive.</summary>
    /// <param name="outcome">What the round's matrix decided.</param>
    /// <param name="reward">In the token's smallest unit, not negative.</param>
    /// <returns>One amount for each valid update, in their order, rounded down. They add up to at most the reward.</returns>
    public static BigInteger[] Payouts(ScoringOutcome outcome, BigInteger reward)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (reward.Sign < 0)
            throw new ArgumentOutOfRangeException(nameof(reward), reward, "A reward is not negative.");
        BigInteger total = outcome.Contributions.Aggregate(BigInteger.Zero, BigInteger.Add);
        return [.. outcome.Contributions.Select(contribution => total.IsZero ? 0 : reward * contribution / total)];
    }

    private static int Cosine(BigInteger alignment, BigInteger norm, BigInteger referenceNorm) =>
        alignment.Sign <= 0 || norm.IsZero || referenceNorm.IsZero
            ? 0
            : (int)BigInteger.Min(One, (alignment << 80) / (norm * referenceNorm));

    private static int Weight(int cosine, BigInteger norm, BigInteger referenceNorm) =>
        norm > referenceNorm ? (int)(cosine * referenceNorm / norm) : cosine;

    private static OutlierPass Pass(
        List<int> entered, int updates, int[] cosines, int[] weights, Func<int, int, BigInteger> inner)
    {
        int divisor = entered.Sum(i => cosines[i - 1]);
        var shapley = new BigInteger?[updates];
        uint dropped = 0;
        foreach (int i in entered)
        {
            BigInteger sum = BigInteger.Zero;
            foreach (int j in entered)
                sum += weights[j - 1] * inner(i, j);
            BigInteger phi = weights[i - 1] * (2 * divisor * inner(i, 0) - sum);
            shapley[i - 1] = phi;
            if (phi.Sign <= 0)
                dropped |= 1u << (i - 1);
        }

        return new OutlierPass(divisor, shapley, dropped);
    }

    /// <summary>X_i: det M times the alignment of update i with the reference once public rows are projected out of both,
    /// G_i0 − q_iᵀ·M⁻¹·q_0.</summary>
    private sealed class Projector
    {
        private readonly int _updates;
        private readonly Func<int, int, BigInteger> _inner;
        private readonly List<(int Row, int Shift)> _rows = [];

        private Projector(int updates, Func<int, int, BigInteger> inner)
        {
            _updates = updates;
            _inner = inner;
        }

        public PublicProjection Description =>
            new(Determinant, [.. _rows.Select(row => row.Row)], [.. _rows.Select(row => row.Shift)]);

        private BigInteger Determinant => _rows.Count switch
        {
            0 => BigInteger.One,
            1 => M(0, 0),
            _ => M(0, 0) * M(1, 1) - M(0, 1) * M(0, 1),
        };

        public static Projector Create(int updates, int publicRows, Func<int, int, BigInteger> inner)
        {
            Projector projector = new(updates, inner);
            for (int a = 1; a <= publicRows; a++)
            {
                BigInteger diagonal = inner(updates + a, updates + a);
                int shift = 0;
                while (diagonal >> (2 * shift) >= PublicDiagonalLimit)
                    shift++;
                if (!diagonal.IsZero)
                    projector._rows.Add((a, shift));
            }

            // Parallel to within a squared sine of 2^−32: the older row adds nothing that can be told apart from rounding.
            if (projector._rows.Count == 2 && projector.Determinant << 32 <= projector.M(0, 0) * projector.M(1, 1))
                projector._rows.RemoveAt(1);
            return projector;
        }

        public BigInteger Alignment(int i) => _rows.Count switch
        {
            0 => _inner(i, 0),
            1 => _inner(i, 0) * M(0, 0) - Q(i, 0) * Q(0, 0),
            _ => _inner(i, 0) * Determinant
                - Q(i, 0) * (M(1, 1) * Q(0, 0) - M(0, 1) * Q(0, 1))
                - Q(i, 1) * (M(0, 0) * Q(0, 1) - M(0, 1) * Q(0, 0)),
        };

        // BigInteger's shift rounds towards minus infinity, as the arithmetic shift of the contract does.
        private BigInteger M(int a, int b) =>
            _inner(_updates + _rows[a].Row, _updates + _rows[b].Row) >> (_rows[a].Shift + _rows[b].Shift);

        private BigInteger Q(int i, int a) => _inner(i, _updates + _rows[a].Row) >> _rows[a].Shift;
    }
}
