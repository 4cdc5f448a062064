using System.Numerics;
using Marketplace.Algebra.Integers;
using Marketplace.Proofs.Gram;

namespace Marketplace.Protocol.Scoring;

/// <summary>
/// What a round's Gram matrix decides: weights, outliers, contributions and payouts. The contract decides by
/// contracts/libraries/Scoring.sol; this is written from the equations of docs/protocol.md, section 6, on unbounded integers, so that each can
/// be tested against the other and an auditor can recompute every payout.
/// </summary>
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
    public static ScoringOutcome Score(GramMatrix gram) => Score(gram, ScoringConstants.Contract);

    /// <summary>The same with other constants than the contract's.</summary>
    internal static ScoringOutcome Score(GramMatrix gram, ScoringConstants constants)
    {
        ArgumentNullException.ThrowIfNull(gram);
        return Score(gram.Updates, gram.PublicRows, (i, j) => gram[i, j], constants);
    }

    /// <summary>Scores a Gram matrix given by its entries.</summary>
    /// <param name="updates">n: number of valid updates, 0 to 32.</param>
    /// <param name="publicRows">P: number of public rows, 0 to 2.</param>
    /// <param name="inner">The inner product of two rows. Rows in order: the reference (0), the updates (1 to n), the public
    /// rows (n + 1 to n + P, the most recent first).</param>
    /// <exception cref="ArgumentException">A count is out of range or a diagonal entry is negative.</exception>
    public static ScoringOutcome Score(int updates, int publicRows, Func<int, int, BigInteger> inner) =>
        Score(updates, publicRows, inner, ScoringConstants.Contract);

    /// <summary>The same with other constants than the contract's.</summary>
    internal static ScoringOutcome Score(int updates, int publicRows, Func<int, int, BigInteger> inner, ScoringConstants constants)
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
        int[] aligned = [.. Enumerable.Range(1, updates).Where(i => cosines[i - 1] > 0)];

        Dictionary<(int, int), int> similarities = aligned
            .SelectMany(i => aligned.Where(j => j < i), (i, j) => (i, j))
            .ToDictionary(pair => pair, pair => Cosine(inner(pair.i, pair.j), norms[pair.i], norms[pair.j]));
        int reliability = Reliability(similarities, cosines);
        var copies = new int[updates];
        foreach (int i in aligned)
            copies[i - 1] = One;
        foreach (((int i, int j), int similarity) in similarities)
        {
            int excess = Excess(similarity, (BigInteger)cosines[i - 1] * cosines[j - 1] / reliability, constants);
            copies[i - 1] += excess;
            copies[j - 1] += excess;
        }

        int[] trusts = Trusts(aligned, cosines, copies, constants);
        BigInteger normCap = aligned.Length == 0
            ? norms[0]
            : BigInteger.Max(norms[0], aligned.Select(i => norms[i]).Order().ElementAt((aligned.Length - 1) * constants.CapQuantile / One));
        int[] weights = [.. trusts.Select((trust, k) => norms[k + 1] > normCap ? (int)(trust * normCap / norms[k + 1]) : trust)];
        int[] kept = [.. aligned.Where(i => weights[i - 1] > 0)];

        PublicSpace space = PublicSpace.Create(updates, publicRows, inner);
        int[] own = [.. Enumerable.Range(1, updates).Select(i => inner(i, i).IsZero ? One : space.OwnPart(i))];
        int[] novelties = [.. Enumerable.Range(1, updates).Select(i => weights[i - 1] == 0 ? 0 : Novelty(i, kept, weights, norms, own))];
        return new ScoringOutcome
        {
            Kept = kept.Aggregate(0u, (mask, i) => mask | 1u << (i - 1)),
            Divisor = kept.Sum(i => trusts[i - 1]),
            Weights = weights,
            Contributions =
            [
                .. Enumerable.Range(1, updates).Select(i =>
                    weights[i - 1] * inner(i, 0) * BigInteger.Pow(novelties[i - 1], constants.NoveltyExponent)),
            ],
            ReferenceNorm = norms[0],
            Norms = norms[1..],
            Cosines = cosines,
            Reliability = reliability,
            Copies = copies,
            Trusts = trusts,
            NormCap = normCap,
            OwnParts = own,
            Novelties = novelties,
            PublicRows = space.Rows,
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

    /// <summary>c_i, or s_ij: the cosine of the angle between two rows, 0 where they point apart or one of them is 0.</summary>
    private static int Cosine(BigInteger product, BigInteger norm, BigInteger otherNorm) =>
        product.Sign <= 0 || norm.IsZero || otherNorm.IsZero ? 0 : (int)BigInteger.Min(One, (product << 80) / (norm * otherNorm));

    /// <summary>T: the reference's squared correlation with the common direction, by pairs that count less the more they are alike.</summary>
    private static int Reliability(Dictionary<(int I, int J), int> similarities, int[] cosines)
    {
        BigInteger agreement = 0, total = 0;
        foreach (((int i, int j), int similarity) in similarities)
        {
            BigInteger difference = BigInteger.Pow(One - similarity, 2);
            agreement += difference * cosines[i - 1] * cosines[j - 1];
            total += difference * similarity;
        }

        return total.IsZero ? One : (int)BigInteger.Max(1, BigInteger.Min(One, agreement / total));
    }

    /// <summary>e_ij: how much more alike two updates are than a common direction makes them, 0 up to the part of the rest that is granted.</summary>
    private static int Excess(int similarity, BigInteger explained, ScoringConstants constants)
    {
        BigInteger expected = BigInteger.Min(MarketLimits.Likeness, explained), rest = One - expected;
        return Ramp(similarity - expected, rest, constants.GrantedLikeness, constants.FullCopy);
    }

    /// <summary>t_i: full from a share of the mean cosine on, and shared out over copies.</summary>
    private static int[] Trusts(int[] aligned, int[] cosines, int[] copies, ScoringConstants constants)
    {
        var trusts = new int[cosines.Length];
        BigInteger first = 0, second = 0;
        foreach (int i in aligned)
        {
            BigInteger part = ((BigInteger)cosines[i - 1] << 32) / copies[i - 1];
            first += part;
            second += cosines[i - 1] * part;
        }

        foreach (int i in aligned)
            trusts[i - 1] = (int)((BigInteger)Ramp(cosines[i - 1] * first, second, constants.NoTrust, constants.FullTrust) * One / copies[i - 1]);
        return trusts;
    }

    /// <summary>How far a part of a whole is on the way between two shares of it: 0 up to the first, One from the second on.</summary>
    private static int Ramp(BigInteger part, BigInteger whole, int from, int to) =>
        (int)BigInteger.Min(One, BigInteger.Max(0, One * part - from * whole) * One / ((to - from) * whole));

    /// <summary>ν_i: its own part beside the mean of the others', weighted by what they bring to the aggregate; alone, beside 1.</summary>
    private static int Novelty(int update, int[] kept, int[] weights, BigInteger[] norms, int[] own)
    {
        BigInteger lengths = 0, ownLengths = 0;
        foreach (int j in kept.Where(j => j != update))
        {
            lengths += weights[j - 1] * norms[j];
            ownLengths += weights[j - 1] * norms[j] * own[j - 1];
        }

        return lengths.IsZero || own[update - 1] == 0 ? own[update - 1]
            : ownLengths.IsZero ? One
            : (int)BigInteger.Min(One, own[update - 1] * lengths * One / ownLengths);
    }

    /// <summary>The space that the public rows span.</summary>
    private sealed class PublicSpace
    {
        private readonly int _updates;
        private readonly Func<int, int, BigInteger> _inner;
        private readonly List<PublicRow> _rows = [];

        private PublicSpace(int updates, Func<int, int, BigInteger> inner)
        {
            _updates = updates;
            _inner = inner;
        }

        public IReadOnlyList<PublicRow> Rows => _rows;

        private BigInteger Determinant => M(0, 0) * M(1, 1) - M(0, 1) * M(0, 1);

        public static PublicSpace Create(int updates, int publicRows, Func<int, int, BigInteger> inner)
        {
            PublicSpace space = new(updates, inner);
            for (int a = 1; a <= publicRows; a++)
            {
                BigInteger diagonal = inner(updates + a, updates + a);
                int shift = 0;
                while (diagonal >> (2 * shift) >= PublicDiagonalLimit)
                    shift++;
                if (!diagonal.IsZero)
                    space._rows.Add(new PublicRow(a, shift));
            }

            // Parallel to within a squared sine of 2^−32: the older row adds nothing that can be told apart from rounding.
            if (space._rows.Count == 2 && space.Determinant << 32 <= space.M(0, 0) * space.M(1, 1))
                space._rows.RemoveAt(1);
            return space;
        }

        /// <summary>O_i = 1 − q_iᵀ·M⁻¹·q_i / G_ii of an update that is not 0.</summary>
        public int OwnPart(int i)
        {
            (BigInteger inside, BigInteger scale) = _rows.Count switch
            {
                0 => (BigInteger.Zero, BigInteger.One),
                1 => (Q(i, 0) * Q(i, 0), M(0, 0)),
                _ => (M(1, 1) * Q(i, 0) * Q(i, 0) - 2 * M(0, 1) * Q(i, 0) * Q(i, 1) + M(0, 0) * Q(i, 1) * Q(i, 1), Determinant),
            };
            return One - (int)BigInteger.Min(One, BigInteger.Max(0, inside) * One / (scale * _inner(i, i)));
        }

        // BigInteger's shift rounds towards minus infinity, as the arithmetic shift of the contract does.
        private BigInteger M(int a, int b) =>
            _inner(_updates + _rows[a].Number, _updates + _rows[b].Number) >> (_rows[a].Shift + _rows[b].Shift);

        private BigInteger Q(int i, int a) => _inner(i, _updates + _rows[a].Number) >> _rows[a].Shift;
    }
}
