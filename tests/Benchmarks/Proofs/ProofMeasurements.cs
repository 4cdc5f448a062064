using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Fields;
using Marketplace.Algebra.Memory;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Algebra.Transforms;
using Marketplace.Proofs;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>One line of a measurement.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Cpu">Processor-seconds, the median.</param>
/// <param name="Wall">Seconds on the wall, the median.</param>
/// <param name="PeakBytes">The process's largest resident memory so far.</param>
/// <param name="Detail">A result to compare with a peer's.</param>
internal sealed record Measured(string Name, double Cpu, double Wall, long PeakBytes = 0, string? Detail = null)
{
    public static Measured Of(string name, Timing timing) => new(name, timing.Cpu, timing.Wall);
}

/// <summary>
/// What one process measures: the path is chosen once in a process, and peak memory is the process's own. The results go to standard output
/// as JSON.
/// </summary>
internal static class ProofMeasurements
{
    private const int WarmUpDimension = 1 << 12;
    private const int VerificationRepeats = 25;

    /// <param name="arguments">Task, SRS cache, repetitions, d, n, P, and the folder for a peer's input.</param>
    public static void Run(string[] arguments)
    {
        string cache = arguments[1];
        int repeats = Number(2), dimension = Number(3), updates = Number(4), publicRows = Number(5);
        IReadOnlyList<Measured> results = arguments[0] switch
        {
            "srs" => MakeSrs(cache, dimension),
            "field" => [Measured.Of("field multiplication", FieldMultiplication.Measure(repeats))],
            "sums" => Sums(cache, repeats, dimension),
            "steps" => Steps(cache, repeats, dimension, updates, publicRows),
            "proof" => Proof(cache, repeats, dimension, updates, publicRows),
            "multiexp" => Multiexp(cache, repeats, dimension, arguments[6]),
            _ => throw new ArgumentException($"Unknown measurement '{arguments[0]}'."),
        };
        Console.WriteLine(JsonSerializer.Serialize(results));

        int Number(int index) => int.Parse(arguments[index], CultureInfo.InvariantCulture);
    }

    private static List<Measured> MakeSrs(string cache, int dimension)
    {
        int length = Srs.DevelopmentLength(dimension);
        Timing made = Timing.Median(1, () => Srs.CreateDevelopment(length));
        Open(dimension, cache);
        return [Measured.Of("development SRS", made)];
    }

    /// <summary>The development SRS with all its powers read, which is no part of what is measured.</summary>
    private static Srs Open(int dimension, string cache)
    {
        var srs = Srs.OpenDevelopment(dimension, cache);
        srs.First(srs.Length);
        return srs;
    }

    private static List<Measured> Sums(string cache, int repeats, int dimension)
    {
        Srs srs = Open(dimension, cache);
        var random = new Random(1);
        short[] vector = ProofWorkload.Short(random, dimension);
        Fr[] scalars = Scalars(random, dimension);
        var transform = new Fr[Autocorrelation.TransformSize(dimension + Srs.ReservedCoordinates)];
        Fr[] padded = [.. scalars, .. Scalars(random, Srs.ReservedCoordinates)];
        Action commit = () => Commitment.Commit(srs, vector.AsSpan(), scalars[0]);
        Action sum = () => Msm.Compute(srs.First(dimension), scalars);
        Action correlate = () => Autocorrelation.Compute(padded, padded.Length, transform, CancellationToken.None);
        Timing.WarmUp(() => Commitment.Commit(srs, vector.AsSpan(0, WarmUpDimension), scalars[0]));
        Timing.WarmUp(() => Msm.Compute(srs.First(WarmUpDimension), scalars.AsSpan(0, WarmUpDimension)));
        Timing.WarmUp(() => Ntt.Autocorrelate(transform.AsSpan(0, 2 * WarmUpDimension)));
        return
        [
            Measured.Of("int16 commitment", Timing.Median(repeats, commit)),
            Measured.Of("full-width sum", Timing.Median(repeats, sum)),
            Measured.Of("autocorrelation", Timing.Median(repeats, correlate)),
        ];
    }

    /// <summary>The prover's long steps apart, and what an aggregator does before it proves.</summary>
    private static List<Measured> Steps(string cache, int repeats, int dimension, int updates, int publicRows)
    {
        Srs srs = Open(dimension, cache);
        ProofWorkload work = ProofWorkload.Create(srs, dimension, updates, publicRows);
        GramWitness witness = work.Witness;
        int length = dimension + Srs.ReservedCoordinates;
        short[][] rows = [witness.Reference, .. witness.Updates];
        UInt128[] z = GramTranscript.Rows(new byte[32], work.Statement.Gram.Rows);
        using var c = new NativeBuffer<Fr>(length);
        using var g = new NativeBuffer<Fr>(Autocorrelation.TransformSize(length));
        Scalars(new Random(1), length).CopyTo(c.Memory);
        ProofWorkload small = ProofWorkload.Create(srs, WarmUpDimension, updates, publicRows);
        Timing.WarmUp(() => small.Prove());
        Fr x = witness.Blinders[0], y = witness.Blinders[1];
        return
        [
            Step("Gram matrix (before the proof)", () => GramMatrix.Compute(witness.Reference, witness.Updates, witness.PublicRows)),
            Step("c = m + Σ z·u", () => LinearCombination.Compute(rows, witness.PublicRows, z, c.Memory, CancellationToken.None)),
            Step("g, the autocorrelation", () => Autocorrelation.Compute(c.GetSpan(), length, g.GetSpan(), CancellationToken.None)),
            Step("C_g, a full-width sum", () => Msm.Compute(srs.First(length), g.GetSpan()[..length])),
            Step("c and g at x and 1/x", () => EvaluateBoth(c.Memory, g.Memory, length, x, y)),
            Step("c + γg", () => Polynomials.AddScaled(c.Memory, g.Memory, length - 1, x, CancellationToken.None)),
            Step("the quotient", () => Polynomials.DivideByReciprocalPair(c.GetSpan(), x)),
            Step("W, a full-width sum", () => Msm.Compute(srs.First(length), c.GetSpan())),
        ];

        Measured Step(string name, Action action) => Measured.Of(name, Timing.Median(repeats, action));
    }

    private static List<Measured> Proof(string cache, int repeats, int dimension, int updates, int publicRows)
    {
        Srs srs = Open(dimension, cache);
        ProofWorkload small = ProofWorkload.Create(srs, Math.Min(dimension, WarmUpDimension), updates, publicRows);
        Timing.WarmUp(() => small.Prove());
        ProofWorkload work = ProofWorkload.Create(srs, dimension, updates, publicRows);
        long before = PeakBytes();
        GramProof? proof = null;
        Timing first = Timing.Median(1, () => proof = work.Prove());
        long peakOfFirst = PeakBytes();
        Timing all = Timing.Median(repeats, () => proof = work.Prove());
        long peakOfAll = PeakBytes();
        byte[] bytes = proof!.ToBytes();
        bool accepted = true;
        Action verify = () => accepted &= GramVerifier.Verify(srs.Parameters, work.Statement, bytes).Accepted;
        Timing.WarmUp(verify);
        Timing verification = Timing.Median(VerificationRepeats, verify);
        if (!accepted) throw new InvalidOperationException("The verifier refused a proof that the prover made.");
        return
        [
            new Measured("set-up", 0, 0, before),
            new Measured("first proof", first.Cpu, first.Wall, peakOfFirst),
            new Measured("proof", all.Cpu, all.Wall, peakOfAll),
            Measured.Of("verification", verification),
        ];
    }

    /// <summary>A full-width sum whose points and scalars are left in files as they lie in memory, which is also how ffjavascript has them.</summary>
    private static List<Measured> Multiexp(string cache, int repeats, int dimension, string folder)
    {
        Srs srs = Open(dimension, cache);
        Fr[] scalars = Scalars(new Random(2), dimension);
        using (FileStream points = File.Create(Path.Combine(folder, "points")))
            points.Write(MemoryMarshal.AsBytes(srs.First(dimension)));
        using (FileStream plain = File.Create(Path.Combine(folder, "scalars")))
        {
            foreach (Fr scalar in scalars)
            {
                byte[] bytes = scalar.ToBytes();
                Array.Reverse(bytes);
                plain.Write(bytes);
            }
        }

        G1 sum = default;
        Timing.WarmUp(() => Msm.Compute(srs.First(WarmUpDimension), scalars.AsSpan(0, WarmUpDimension)));
        Timing timing = Timing.Median(repeats, () => sum = Msm.Compute(srs.First(dimension), scalars));
        string result = string.Create(CultureInfo.InvariantCulture, $"{sum.X.ToBigInteger()},{sum.Y.ToBigInteger()}");
        return [new Measured("full-width sum", timing.Cpu, timing.Wall, PeakBytes(), result)];
    }

    private static void EvaluateBoth(ReadOnlyMemory<Fr> c, ReadOnlyMemory<Fr> g, int length, Fr x, Fr y)
    {
        Polynomials.Evaluate(c, length, x, y, CancellationToken.None);
        Polynomials.Evaluate(g, length, x, y, CancellationToken.None);
    }

    private static Fr[] Scalars(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => ProofWorkload.RandomElement<FrModulus>(random))];

    private static long PeakBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
