using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Tests.Curves;
using Marketplace.Algebra.Transforms;

namespace Marketplace.Algebra.Tests.Transforms;

/// <summary>The autocorrelation in pieces, put together on one machine, against the whole one.</summary>
public sealed class FourStepTests
{
    private readonly Random _random;

    public FourStepTests(ITestOutputHelper output)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}; paths {string.Join(", ", SimdPaths.Supported)}");
        _random = new Random(seed);
    }

    [Theory]
    [InlineData(12, 1)]
    [InlineData(12, 32)]
    [InlineData(13, 2)]
    [InlineData(14, 8)]
    [InlineData(17, 4)]
    public void Pieces_make_up_the_autocorrelation(int logarithm, int pieces)
    {
        Fr[] values = [.. Enumerable.Range(0, 1 << logarithm).Select(_ => CurveSamples.Scalar(_random))];
        Fr[] expected = [.. values];
        Ntt.Autocorrelate(expected, TestContext.Current.CancellationToken);
        foreach (SimdPath path in SimdPaths.Supported)
        {
            Fr[] actual = Correlate(FourStep.OfLength(values.Length, path), values, pieces, TestContext.Current.CancellationToken);
            int wrong = Enumerable.Range(0, values.Length).FirstOrDefault(n => expected[n] != actual[n], -1);
            Assert.True(wrong < 0, $"path {path}, 2^{logarithm} in {pieces}: place {wrong} differs");
            Assert.True(Fr.AreReduced(actual));
        }
    }

    [Theory]
    [InlineData(1 << 11)]
    [InlineData(5000)]
    [InlineData(1 << 29)]
    public void Refuses_other_lengths(int length) => Assert.Throws<ArgumentException>(() => FourStep.OfLength(length));

    private static Fr[] Correlate(FourStep steps, Fr[] values, int pieces, CancellationToken cancellationToken)
    {
        int a = steps.Rows, b = steps.Columns, pairs = a / 2 / pieces, width = b / pieces;
        var columns = new Fr[values.Length];
        for (int n = 0; n < values.Length; n++) columns[(n % b * a) + (n / b)] = values[n];
        for (int piece = 0; piece < pieces; piece++)
            steps.Forward(columns.AsMemory(piece * width * a, width * a), piece * width, cancellationToken);

        int[] rows = [.. Enumerable.Range(0, a / 2).SelectMany(pair => new[] { steps.Pair(pair).First, steps.Pair(pair).Second })];
        Assert.Equal(Enumerable.Range(0, a), rows.Order());
        var byRow = new Fr[values.Length];
        for (int r = 0; r < a; r++)
            for (int c = 0; c < b; c++) byRow[(r * b) + c] = columns[(c * a) + steps.PlaceOf(rows[r])];
        for (int piece = 0; piece < pieces; piece++)
            steps.Correlate(byRow.AsMemory(piece * 2 * pairs * b, 2 * pairs * b), piece * pairs, cancellationToken);
        for (int r = 0; r < a; r++)
            for (int c = 0; c < b; c++) columns[(c * a) + steps.PlaceOf(rows[r])] = byRow[(r * b) + c];

        for (int piece = 0; piece < pieces; piece++)
            steps.Back(columns.AsMemory(piece * width * a, width * a), piece * width, cancellationToken);
        return [.. Enumerable.Range(0, values.Length).Select(n => columns[(n % b * a) + (n / b)])];
    }
}
