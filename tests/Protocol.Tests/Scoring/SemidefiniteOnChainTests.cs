using System.Numerics;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Tests.Markets;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>Whether real vectors have a matrix: the contract's answer against its twin's, and against the vectors.</summary>
public class SemidefiniteOnChainTests(ContractBench bench, ITestOutputHelper output) : IClassFixture<ContractBench>
{
    private const int BatchSize = 100;

    [Fact]
    public async Task The_contract_judges_as_the_twin_does()
    {
        const int seed = 15_485_863;
        int count = TwinCases.Count(6_000);
        GramGenerator generator = new(seed);
        Random random = new(seed);
        int real = 0, disturbed = 0, refused = 0, notRefused = 0;
        for (int k = 0; k < count; k += BatchSize)
        {
            List<(TestGram Gram, bool IsReal)> batch = [];
            while (batch.Count < BatchSize)
            {
                // Every number of updates with every number of public rows first, then at random.
                int next = k + batch.Count, updates = next < 32 * 3 ? 1 + next / 3 : random.Next(1, 33), publicRows = next % 3;
                (TestGram gram, bool isReal) = random.Next(3) switch
                {
                    0 => (generator.Real(updates, publicRows), true),
                    1 => (Disturb(generator.Real(updates, publicRows), random), false),
                    _ => (generator.Next(updates, publicRows), false),
                };
                if (Parsed(gram).CheckBounds(GramGenerator.MaxDimension) is null)
                    batch.Add((gram, isReal));
            }

            object[] encoded = [.. batch.Select(item =>
                (object)new object[] { item.Gram.Pack(), (BigInteger)item.Gram.Updates, (BigInteger)item.Gram.PublicRows, BigInteger.Zero })];
            object[] rows = (object[])(await bench.CallAsync("ScoringHarness", "firstImpossibleRows", (object)encoded))[0];
            foreach (((TestGram gram, bool isReal), object row) in batch.Zip(rows))
            {
                int twin = Parsed(gram).FirstImpossibleRow() ?? gram.Rows;
                Assert.True((BigInteger)row == twin, $"the contract has {row}, the twin {twin}; seed {seed}, cases from {k}: {gram}");
                Assert.True(!isReal || twin == gram.Rows, $"vectors have this matrix, and it is refused; seed {seed}, cases from {k}: {gram}");
                real += isReal ? 1 : 0;
                disturbed += isReal ? 0 : 1;
                refused += twin < gram.Rows ? 1 : 0;
                notRefused += !isReal && twin == gram.Rows ? 1 : 0;
            }
        }

        output.WriteLine($"seed {seed}: {real} of vectors, {disturbed} others, of which {refused} refused");
        Assert.True(real > count / 5 && refused > count / 10 && notRefused > count / 50, $"{real}, {refused}, {notRefused}");
    }

    private static GramMatrix Parsed(TestGram gram) => GramMatrix.Parse(gram.Pack(), gram.Updates, gram.PublicRows);

    /// <summary>One entry off the diagonal moved by 2^-1 to 2^-25 of the two rows' lengths.</summary>
    private static TestGram Disturb(TestGram gram, Random random)
    {
        int row = random.Next(1, gram.Rows), column = random.Next(row);
        double lengths = Math.Sqrt((double)gram[row, row] * (double)gram[column, column]);
        var step = (BigInteger)(lengths * Math.Pow(2, -random.Next(1, 26)));
        gram[row, column] += random.Next(2) == 0 ? step : -step;
        return gram;
    }
}
