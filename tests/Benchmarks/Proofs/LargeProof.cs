using System.Diagnostics;
using System.Globalization;
using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Fields;
using Marketplace.Algebra.Lanes;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Split;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>
/// One proof of long vectors by workers who take turns, in a process that has nothing but their slices: what it takes of processor and memory
/// is what it takes of the workers' machines, all together.
/// </summary>
internal static class LargeProof
{
    public const string Switch = "--large-proof";

    private const int Updates = SplitBenchmarks.Updates;
    private const int PublicRows = SplitBenchmarks.PublicRows;

    /// <param name="arguments">The logarithm of d, 10 to 27, of which 27 stands for 2^27 − 32; and how many slices, 8 when nothing is said.</param>
    public static async Task RunAsync(string[] arguments)
    {
        int slices = 8;
        if (arguments.Length is < 1 or > 2
            || !(int.TryParse(arguments[0], CultureInfo.InvariantCulture, out int logarithm) && logarithm is >= 10 and <= 27)
            || (arguments.Length == 2 && !int.TryParse(arguments[1], CultureInfo.InvariantCulture, out slices)))
        {
            throw new ArgumentException(
                $"Say the logarithm of d, 10 to 27, and perhaps the number of slices; got '{string.Join(' ', arguments)}'.");
        }

        int dimension = (int)Math.Min(1L << logarithm, GramMatrix.MaxDimension);
        _ = new Slicing(dimension, slices);
        string cache = Path.Combine(Path.GetTempPath(), "marketplace-benchmarks");
        Directory.CreateDirectory(cache);
        await ProveAsync(1 << 12, slices, cache);
        long runtime = Resident().Now;
        Result result = await ProveAsync(dimension, slices, cache);

        var table = new MarkdownTable(
            $"A large proof, d = {(logarithm == 27 ? "2^27 − 32" : $"2^{logarithm}")}, n = {Updates}, P = {PublicRows}, k = {slices}, "
                + $"{SimdPaths.Current}: CPU of all workers",
            "", "");
        foreach ((ProofPhase phase, double[] seconds) in result.Phases.OrderBy(phase => phase.Key))
            table.Row(phase.ToString(), MarkdownTable.Seconds(seconds.Sum()));
        table.Row("the proof: all but Commitments and InnerProducts, CPU / wall", MarkdownTable.Both(result.Time.Cpu, result.Time.Wall));
        table.Row("between workers", MarkdownTable.Megabytes(result.Exchanged));
        table.Row("the verifier", result.Failure is null ? "accepts" : $"refuses: {result.Failure}");
        table.Row("memory of the runtime", MarkdownTable.Megabytes(runtime));
        table.Row("before the proof: rows and reference string", MarkdownTable.Megabytes(result.Before));
        table.Row("peak", MarkdownTable.Megabytes(result.Peak));
        table.Row("peak without the runtime, a coordinate", $"{(result.Peak - runtime) / (double)dimension:F0} B");
        table.Row("of that, garbage that awaits collection", $"{result.Garbage / (double)dimension:F0} B");
        if (result.Failure is not null) throw new InvalidOperationException("The verifier refused the proof.");
    }

    private static async Task<Result> ProveAsync(int dimension, int slices, string cache)
    {
        var srs = Srs.OpenDevelopment(dimension, cache);
        srs.First(srs.Length);
        using var workers = new TurnTakers(new GeneratedSlices(srs, Updates, PublicRows), slices);
        var prover = new SplitProver(srs.Parameters, dimension, workers.Named);
        Fr[] blinders = [.. Enumerable.Range(0, 1 + Updates + PublicRows).Select(row => ProofWorkload.RandomElement<FrModulus>(new Random(row)))];
        G1[] commitments = await prover.CommitAsync(blinders, CancellationToken.None);
        GramMatrix gram = await prover.MultiplyAsync(Updates, PublicRows, CancellationToken.None);
        GramStatement statement = new(new byte[GramStatement.ContextLength], dimension, commitments, gram);

        // What commitments have left behind is not the proof's: trainers make them.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long before = Resident().Now;
        double cpu = PhaseClock.Now();
        long wall = Stopwatch.GetTimestamp();
        GramProof proof = await prover.ProveAsync(statement, blinders, null, CancellationToken.None);
        var time = new Timing(PhaseClock.Now() - cpu, Stopwatch.GetElapsedTime(wall).TotalSeconds);
        return new Result(
            workers.Clock.Seconds,
            time,
            workers.Clock.Exchanged,
            before,
            Resident().Peak,
            GC.GetTotalMemory(forceFullCollection: false) - GC.GetTotalMemory(forceFullCollection: true),
            GramVerifier.Verify(srs.Parameters, statement, proof.ToBytes()).Failure);
    }

    /// <summary>The process's resident bytes.</summary>
    private static (long Now, long Peak) Resident()
    {
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, process.PeakWorkingSet64);
    }

    /// <summary>One proof.</summary>
    /// <param name="Phases">Processor-seconds by phase and worker.</param>
    /// <param name="Time">The proof's.</param>
    /// <param name="Exchanged">Bytes between workers.</param>
    /// <param name="Before">Resident bytes before it.</param>
    /// <param name="Peak">The most of them.</param>
    /// <param name="Garbage">Bytes on the heap after it that nothing refers to.</param>
    /// <param name="Failure">Why the verifier refuses it.</param>
    private sealed record Result(
        IReadOnlyDictionary<ProofPhase, double[]> Phases, Timing Time, long Exchanged, long Before, long Peak, long Garbage, GramCheck? Failure);
}
