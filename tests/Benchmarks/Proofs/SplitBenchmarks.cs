using System.Globalization;
using Marketplace.Algebra.Lanes;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Split;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>
/// Proves one statement with 1, 2, 4 and 8 workers in this process, who take turns, and prints what each phase took of the processor, all
/// workers together, beside the prover on one machine. Medians of several rounds, in each of which all of them have a turn.
/// </summary>
internal static class SplitBenchmarks
{
    public const string Switch = "--split";

    internal const int Updates = 16;
    internal const int PublicRows = 2;
    private const int Rounds = 3;

    private static readonly int[] Slices = [1, 2, 4, 8];

    /// <param name="arguments">The logarithm of d, 10 to 24; 20 when there is none.</param>
    public static async Task RunAsync(string[] arguments)
    {
        int logarithm = 20;
        if (arguments.Length > 1 || (arguments.Length == 1
            && !(int.TryParse(arguments[0], CultureInfo.InvariantCulture, out logarithm) && logarithm is >= 10 and <= 24)))
        {
            throw new ArgumentException($"Say the logarithm of d, 10 to 24, or nothing; got '{string.Join(' ', arguments)}'.");
        }

        int dimension = 1 << logarithm;
        string cache = Path.Combine(Path.GetTempPath(), "marketplace-benchmarks");
        Directory.CreateDirectory(cache);
        ProofWorkload small = ProofWorkload.Create(Srs.OpenDevelopment(1 << 12, cache), 1 << 12, Updates, PublicRows);
        Timing.WarmUp(() => small.Prove());
        foreach (int slices in Slices) await MeasureAsync(small, slices);

        ProofWorkload work = ProofWorkload.Create(Srs.OpenDevelopment(dimension, cache), dimension, Updates, PublicRows);
        List<double> whole = [];
        Dictionary<int, List<Measurement>> split = Slices.ToDictionary(slices => slices, _ => new List<Measurement>());
        for (int round = 0; round < Rounds; round++)
        {
            whole.Add(Timing.Median(1, () => work.Prove()).Cpu);
            foreach (int slices in Slices) split[slices].Add(await MeasureAsync(work, slices));
        }

        Print(logarithm, Median(whole), split);
    }

    private static async Task<Measurement> MeasureAsync(ProofWorkload work, int slices)
    {
        using var workers = new TurnTakers(new SlicesInMemory(work.Srs, work.Witness), slices);
        var prover = new SplitProver(work.Srs.Parameters, work.Statement.Dimension, workers.Named);
        if (!work.Statement.Gram.Equals(await prover.MultiplyAsync(Updates, PublicRows, CancellationToken.None)))
            throw new InvalidOperationException($"The Gram matrix of {slices} workers is another one.");
        double start = PhaseClock.Now();
        await prover.ProveAsync(work.Statement, work.Witness.Blinders, null, CancellationToken.None);
        return new Measurement(workers.Clock.Seconds, PhaseClock.Now() - start, workers.Clock.Exchanged);
    }

    private static void Print(int logarithm, double whole, Dictionary<int, List<Measurement>> split)
    {
        var table = new MarkdownTable(
            $"A proof in pieces, d = 2^{logarithm}, n = {Updates}, P = {PublicRows}, {SimdPaths.Current}: CPU of all workers",
            ["", .. Slices.Select(slices => $"k = {slices}")]);
        foreach (ProofPhase phase in split[1][0].Phases.Keys.Order())
            Row(phase.ToString(), measured => measured.Phases[phase].Sum(), MarkdownTable.Seconds);
        double alone = Median(split[1].Select(measured => measured.Total));
        Row("the proof: all but InnerProducts", measured => measured.Total, MarkdownTable.Seconds);
        Row("over k = 1", measured => measured.Total / alone, MarkdownTable.Digits);
        Row("serial part", measured => measured.Serial, MarkdownTable.Seconds);
        Row("serial part of the proof", measured => 100 * measured.Serial / measured.Total, part => $"{MarkdownTable.Digits(part)} %");
        Row("critical path", measured => measured.Critical, MarkdownTable.Seconds);
        Row("between workers", measured => measured.Exchanged, bytes => MarkdownTable.Megabytes((long)bytes));
        Console.WriteLine($"\nThe prover on one machine, in the same rounds: {MarkdownTable.Seconds(whole)}.");

        void Row(string name, Func<Measurement, double> value, Func<double, string> text) =>
            table.Row([name, .. Slices.Select(slices => text(Median(split[slices].Select(value))))]);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    /// <summary>One proof.</summary>
    /// <param name="Phases">Processor-seconds by phase and worker, of the Gram matrix too.</param>
    /// <param name="Total">Processor-seconds of the proof, the coordinator's included.</param>
    /// <param name="Exchanged">Bytes between workers.</param>
    private sealed record Measurement(IReadOnlyDictionary<ProofPhase, double[]> Phases, double Total, long Exchanged)
    {
        /// <summary>What the coordinator does itself while all workers wait.</summary>
        public double Serial => Total - OfProof.Sum(workers => workers.Sum());

        /// <summary>The serial part and the slowest worker of each phase: a proof's time if each worker has a machine.</summary>
        public double Critical => Serial + OfProof.Sum(workers => workers.Max());

        private IEnumerable<double[]> OfProof =>
            Phases.Where(phase => phase.Key != ProofPhase.InnerProducts).Select(phase => phase.Value);
    }
}
