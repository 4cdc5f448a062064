using System.Numerics;
using Marketplace.Protocol.Scoring;
using Marketplace.Protocol.Tests.Markets;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>The contract's scoring rule against its twin, both ways, to the last bit.</summary>
public class ScoringOnChainTests(ContractBench bench, ITestOutputHelper output) : IClassFixture<ContractBench>
{
    private const string Harness = "ScoringHarness";
    private const int BatchSize = 100;

    private static readonly BigInteger MaxReward = (BigInteger.One << 256) - 1;

    [Fact]
    public async Task The_contract_decides_as_the_twin_does()
    {
        const int seed = 1_048_583;
        int count = TwinCases.Count(12_000);
        GramGenerator generator = new(seed);
        Random random = new(seed);
        Coverage coverage = new();
        List<Case> batch = [];
        for (int k = 0; k < count; k++)
        {
            // Every number of updates with every number of public rows first, then at random.
            TestGram gram = k < 32 * 3 ? generator.Next(1 + k / 3, k % 3) : generator.Next();
            batch.Add(new Case(gram, Reward(random)));
            if (batch.Count == BatchSize || k == count - 1)
            {
                await CompareAsync(batch, $"seed {seed}, cases up to {k}", coverage);
                batch.Clear();
            }
        }

        output.WriteLine($"seed {seed}; {coverage}");
        coverage.AssertComplete();
    }

    [Fact]
    public async Task The_twin_decides_as_the_contract_does_on_matrices_of_the_contracts_choice()
    {
        const int seed = 7_340_033;
        Coverage coverage = new();
        for (int k = 0; k < 20; k++)
        {
            object[] drawn = await bench.CallAsync(Harness, "draw", (BigInteger)(seed + k), (BigInteger)BatchSize);
            object[] results = (object[])drawn[1];
            foreach ((object item, object result) in ((object[])drawn[0]).Zip(results))
            {
                object[] fields = (object[])item;
                TestGram gram = TestGram.Unpack((byte[])fields[0], (int)(BigInteger)fields[1], (int)(BigInteger)fields[2]);
                Case drawnCase = new(gram, (BigInteger)fields[3]);
                Compare(drawnCase, (object[])result, $"drawn by the contract from {seed + k}", coverage);
            }
        }

        output.WriteLine($"seed {seed}; {coverage}");
    }

    [Fact]
    public async Task Edges_of_the_rule_agree()
    {
        List<Case> cases = [];
        foreach (TestGram gram in Edges())
            cases.Add(new Case(gram, 1_000_000_007));
        await CompareAsync(cases, "edges", new Coverage());
    }

    [Fact]
    public async Task A_matrix_of_another_length_is_refused()
    {
        byte[] packed = TestGram.Of(1, [1, 2], [3, 4], [5, 6]).Pack();
        foreach (byte[] wrong in (byte[][])[packed[..^1], [.. packed, 0], []])
        {
            InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
                () => bench.CallAsync(Harness, "evaluate", (object)new object[] { Encode(wrong, 1, 1, 1) }));
            // GramMatrix_WrongLength(uint256,uint256)
            Assert.Contains(Marketplace.Chain.Bytes32.Keccak("GramMatrix_WrongLength(uint256,uint256)").ToString()[2..10],
                refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(16, 2, 190_000)]
    [InlineData(32, 2, 480_000)]
    public async Task Scoring_costs_little_gas(int updates, int publicRows, int limit)
    {
        GramGenerator generator = new(5);
        BigInteger most = 0;
        for (int k = 0; k < 100; k++)
        {
            TestGram gram = generator.Next(updates, publicRows);
            object[] gas = await bench.CallAsync(Harness, "measure", (object)Encode(gram.Pack(), updates, publicRows, MaxReward >> 128));
            most = BigInteger.Max(most, (BigInteger)gas[0] + (BigInteger)gas[1]);
        }

        output.WriteLine($"n = {updates}, P = {publicRows}: at most {most} gas");
        Assert.InRange(most, 1, limit);
    }

    private static IEnumerable<TestGram> Edges()
    {
        // Likeness from what a common direction explains up to a copy, around where it begins to count, with cosines of 1/2 and nearly 1.
        foreach (long alignment in (long[])[1L << 39, (1L << 40) - 1])
        {
            foreach (long product in (long[])[0, 1L << 38, 1L << 39, 26 << 35, (26 << 35) + (1 << 24), 31 << 35, (1L << 40) - 1, 1L << 40])
            {
                TestGram gram = new(3, 0);
                for (int i = 0; i <= 3; i++)
                    gram[i, i] = 1L << 40;
                (gram[1, 0], gram[2, 0], gram[3, 0]) = (alignment, alignment, alignment);
                (gram[2, 1], gram[3, 1], gram[3, 2]) = (product, 1L << 38, 1L << 38);
                yield return gram;
            }
        }

        // The smallest cosine that has a weight, and the largest that has none.
        foreach (long alignment in (long[])[1, 2, 16383, 16384, 16385, 1 << 14 << 1])
        {
            TestGram gram = new(1, 0);
            (gram[0, 0], gram[1, 1], gram[1, 0]) = (1 << 30, 1 << 30, alignment);
            yield return gram;
        }

        // Norms that differ by one unit either way, and squared norms around a square.
        for (int offset = -1; offset <= 1; offset++)
        {
            TestGram gram = new(1, 1);
            (gram[0, 0], gram[1, 1], gram[1, 0]) = (1_000_000, 1_000_000 + offset, 999_999);
            (gram[2, 0], gram[2, 1], gram[2, 2]) = (-7, 13, 50);
            yield return gram;
        }

        // Shifts that just begin, and negative entries that the shift rounds down.
        foreach (int bits in (int[])[79, 80, 81, 82, 96, 97, 98])
        {
            for (int offset = -1; offset <= 0; offset++)
            {
                TestGram gram = new(2, 2);
                (gram[0, 0], gram[1, 1], gram[2, 2]) = (1L << 50, 1L << 50, 1L << 48);
                (gram[1, 0], gram[2, 0], gram[2, 1]) = (1L << 49, 1L << 47, -5);
                (gram[3, 3], gram[4, 4]) = ((BigInteger.One << bits) + offset, (BigInteger.One << (bits - 1)) + offset);
                (gram[3, 0], gram[3, 1], gram[3, 2]) = (-1, 12345678901, -12345678901);
                (gram[4, 0], gram[4, 1], gram[4, 2]) = (1L << 60, -1, 0);
                gram[4, 3] = -(BigInteger.One << (bits - 2)) - 1;
                yield return gram;
            }
        }

        // Everything as large as 32 updates of the longest vectors allow.
        TestGram largest = new(32, 2);
        for (int i = 0; i < largest.Rows; i++)
        {
            BigInteger entry = i > 32 ? GramGenerator.MaxPublicEntry : 32767;
            for (int j = 0; j <= i; j++)
                largest[i, j] = GramGenerator.MaxDimension * entry * (j > 32 ? GramGenerator.MaxPublicEntry : 32767);
        }

        yield return largest;
        largest = largest.Permute([.. Enumerable.Range(1, 32)]);
        for (int i = 1; i <= 32; i++)
            (largest[34, i], largest[33, i]) = (-largest[34, i], largest[33, i] - i);
        largest[34, 33] = 0;
        yield return largest;
    }

    // Rewards that occur, none, and the largest that any call could hold.
    private static BigInteger Reward(Random random) => random.Next(5) switch
    {
        0 => random.Next(100),
        1 => MaxReward,
        _ => (BigInteger)random.NextInt64() * random.NextInt64(),
    };

    private static object[] Encode(byte[] gram, int updates, int publicRows, BigInteger reward) =>
        [gram, (BigInteger)updates, (BigInteger)publicRows, reward];

    private async Task CompareAsync(List<Case> batch, string context, Coverage coverage)
    {
        object[] encoded = [.. batch.Select(item =>
            Encode(item.Gram.Pack(), item.Gram.Updates, item.Gram.PublicRows, item.Reward))];
        object[] results = (object[])(await bench.CallAsync(Harness, "evaluate", (object)encoded))[0];
        Assert.Equal(batch.Count, results.Length);
        foreach ((Case item, object result) in batch.Zip(results))
            Compare(item, (object[])result, context, coverage);
    }

    private static void Compare(Case item, object[] result, string context, Coverage coverage)
    {
        object[] onChain = (object[])result[0];
        ScoringOutcome twin = item.Gram.Score();
        string where = $"{context}: {item.Gram}";
        Check("kept", [(BigInteger)onChain[0]], [twin.Kept]);
        Check("divisor", [(BigInteger)onChain[1]], [twin.Divisor]);
        Check("weights", Integers(onChain[2]), twin.Weights.Select(weight => (BigInteger)weight));
        Check("contributions", Integers(onChain[3]), twin.Contributions);
        Check("payouts", Integers(result[1]), RoundScoring.Payouts(twin, item.Reward));
        coverage.Count(item.Gram, twin);

        void Check(string what, IEnumerable<BigInteger> contract, IEnumerable<BigInteger> expected) => Assert.True(
            contract.SequenceEqual(expected),
            $"{what}: the contract has [{string.Join(", ", contract)}], the twin [{string.Join(", ", expected)}]; {where}");
    }

    private static IEnumerable<BigInteger> Integers(object values) => ((object[])values).Select(value => (BigInteger)value);

    private sealed record Case(TestGram Gram, BigInteger Reward);

    /// <summary>Which branches of the rule the matrices reached.</summary>
    private sealed class Coverage
    {
        private readonly SortedDictionary<string, int> _reached = [];

        public void Count(TestGram gram, ScoringOutcome outcome)
        {
            Add(outcome.Kept == 0 ? "nobody kept" : outcome.KeptCount == gram.Updates ? "everybody kept" : "some kept");
            Add($"{outcome.PublicRows.Count} of {gram.PublicRows} public rows");
            if (outcome.PublicRows.Select(row => row.Number).SequenceEqual([2]))
                Add("only the older public row");
            if (outcome.PublicRows.Any(row => row.Shift > 0))
                Add("shifted");
            if (outcome.Kept == 0)
                return;
            Add(outcome.Reliability == RoundScoring.One ? "a sure reference" : "a noisy reference");
            Add(outcome.Copies.Any(copies => copies > RoundScoring.One) ? "copies" : "no copies");
            if (outcome.Copies.Zip(outcome.Trusts).Any(pair => pair.First == RoundScoring.One && pair.Second is > 0 and < RoundScoring.One))
                Add("little trust");
            if (outcome.Cosines.Zip(outcome.Weights).Any(pair => pair.First > 0 && pair.Second == 0))
                Add("a weight that is rounded to nothing");
            if (outcome.Contributions.All(value => value.IsZero))
                Add("no contribution");
            if (outcome.Novelties.Any(novelty => novelty is > 0 and < RoundScoring.One))
                Add("less new than the others");
            if (outcome.KeptCount == 1 && gram.PublicRows > 0)
                Add("alone");
            if (outcome.Norms.Any(norm => norm > outcome.NormCap))
                Add("capped");
            Add(outcome.NormCap == outcome.ReferenceNorm ? "capped by the reference" : "capped by the median");
        }

        public void AssertComplete()
        {
            foreach (string branch in (string[])[
                "nobody kept", "some kept", "everybody kept", "0 of 0 public rows", "0 of 1 public rows", "1 of 1 public rows",
                "0 of 2 public rows", "1 of 2 public rows", "2 of 2 public rows", "only the older public row", "shifted", "a sure reference",
                "a noisy reference", "copies", "no copies", "little trust", "a weight that is rounded to nothing",
                "no contribution", "less new than the others", "alone", "capped", "capped by the reference", "capped by the median"])
            {
                Assert.True(_reached.GetValueOrDefault(branch) >= 5, $"Too few matrices with '{branch}': {this}");
            }
        }

        public override string ToString() => string.Join(", ", _reached.Select(pair => $"{pair.Key}: {pair.Value}"));

        private void Add(string branch) => _reached[branch] = _reached.GetValueOrDefault(branch) + 1;
    }
}
