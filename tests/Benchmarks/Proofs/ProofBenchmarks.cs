using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Marketplace.Algebra.Lanes;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>
/// Measures the proofs on every instruction set that the processor has, and their peers, and prints tables: medians of processor time, all
/// threads together, and of time on the wall. Each measurement has a process of its own.
/// </summary>
internal static class ProofBenchmarks
{
    public const string Switch = "--proofs";
    public const string ChildSwitch = "--proofs-measurement";

    private const int Updates = 16;
    private const int PublicRows = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="arguments">--quick for vectors of 2^14 and less, --no-peers to leave out the peers.</param>
    public static async Task RunAsync(string[] arguments)
    {
        string? unknown = arguments.FirstOrDefault(argument => argument is not ("--quick" or "--no-peers"));
        if (unknown is not null) throw new ArgumentException($"Unknown option '{unknown}'; there are --quick and --no-peers.");
        bool quick = arguments.Contains("--quick");
        int[] dimensions = quick ? [1 << 12, 1 << 14] : [1 << 16, 1 << 18, 1 << 20];
        string cache = Path.Combine(Path.GetTempPath(), "marketplace-benchmarks");
        Directory.CreateDirectory(cache);
        SimdPath[] paths = [.. SimdPaths.Supported.Reverse()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ProcessorName()}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}; load {Load()} at the start"));

        await PrepareAsync(cache, dimensions);
        await SumsAsync(cache, paths, dimensions);
        await ProofsAsync(cache, paths, dimensions);
        await StepsAsync(cache, paths[0], dimensions);
        await UpdatesAsync(cache, paths[0], dimensions[0]);
        if (!arguments.Contains("--no-peers"))
        {
            await MultiexpAsync(cache, paths[0], dimensions);
            await Groth16Async(quick ? 64 : 1024, extrapolate: !quick);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nload {Load()} at the end"));
    }

    private static async Task PrepareAsync(string cache, int[] dimensions)
    {
        var table = new MarkdownTable("Development SRS, once for a machine", "d", "CPU / wall");
        foreach (int dimension in dimensions)
        {
            Measured[] made = await MeasureAsync(SimdPath.Avx512, "srs", cache, 1, dimension);
            table.Row(Power(dimension), Both(made[0]));
        }
    }

    private static async Task SumsAsync(string cache, SimdPath[] paths, int[] dimensions)
    {
        var table = new MarkdownTable(
            "Field, commitments, sums: CPU / wall", ["operation", "d", .. paths.Select(Name)]);
        List<Measured[]> fields = [];
        foreach (SimdPath path in paths) fields.Add(await MeasureAsync(path, "field", cache, 9));
        table.Row(["field multiplication, an element", "", .. fields.Select(field => Both(field[0]))]);
        foreach (int dimension in dimensions)
        {
            List<Measured[]> sums = [];
            foreach (SimdPath path in paths) sums.Add(await MeasureAsync(path, "sums", cache, Repeats(dimension), dimension));
            for (int k = 0; k < sums[0].Length; k++)
                table.Row([sums[0][k].Name, Power(dimension), .. sums.Select(sum => Both(sum[k]))]);
        }
    }

    private static async Task ProofsAsync(string cache, SimdPath[] paths, int[] dimensions)
    {
        var table = new MarkdownTable(
            $"Whole proof, n = {Updates}, P = {PublicRows}",
            "d", "path", "proof: CPU / wall", "peak memory before", "after one proof", "after all", "proofs", "verification: CPU / wall");
        foreach (int dimension in dimensions)
        {
            foreach (SimdPath path in paths)
            {
                int repeats = Repeats(dimension);
                Measured[] proof = await MeasureAsync(path, "proof", cache, repeats, dimension, Updates, PublicRows);
                table.Row(
                    Power(dimension), Name(path), Both(proof[2]), Megabytes(proof[0]), Megabytes(proof[1]), Megabytes(proof[2]),
                    $"{repeats + 1}", Both(proof[3]));
            }
        }
    }

    private static async Task StepsAsync(string cache, SimdPath path, int[] dimensions)
    {
        var table = new MarkdownTable(
            $"Steps of the proof, n = {Updates}, P = {PublicRows}, {Name(path)}: CPU / wall", ["step", .. dimensions.Select(Power)]);
        List<Measured[]> steps = [];
        foreach (int dimension in dimensions)
            steps.Add(await MeasureAsync(path, "steps", cache, Repeats(dimension), dimension, Updates, PublicRows));
        for (int k = 0; k < steps[0].Length; k++) table.Row([steps[0][k].Name, .. steps.Select(step => Both(step[k]))]);
    }

    private static async Task UpdatesAsync(string cache, SimdPath path, int dimension)
    {
        var table = new MarkdownTable(
            $"Proof against n, d = {Power(dimension)}, P = {PublicRows}, {Name(path)}",
            "n", "proof: CPU / wall", "peak memory", "verification: CPU / wall");
        foreach (int updates in new[] { 4, 8, 16, 32 })
        {
            Measured[] proof = await MeasureAsync(path, "proof", cache, Repeats(dimension), dimension, updates, PublicRows);
            table.Row($"{updates}", Both(proof[2]), Megabytes(proof[1]), Both(proof[3]));
        }
    }

    private static async Task MultiexpAsync(string cache, SimdPath path, int[] dimensions)
    {
        NodeToolchain node = await ReadyNodeAsync();
        var table = new MarkdownTable(
            "The same full-width sum: CPU / wall",
            "d", $"this project, {Name(path)}", "ffjavascript, one thread", "ffjavascript, default", "its CPU, one thread, over ours");
        using TemporaryFolder folder = new();
        foreach (int dimension in dimensions)
        {
            Measured ours = (await MeasureAsync(path, "multiexp", cache, Repeats(dimension), dimension, 0, 0, folder.Path))[0];
            List<PeerResult> peers = [];
            foreach (string threads in new[] { "single", "default" })
            {
                PeerResult peer = await PeerAsync(node, "multiexp.mjs", folder.Path, "3", threads);
                if (peer.Result != ours.Detail)
                    throw new InvalidOperationException($"ffjavascript's sum is {peer.Result}, ours {ours.Detail}.");
                peers.Add(peer);
            }

            table.Row(
                Power(dimension), Both(ours), Both(peers[0]), $"{Both(peers[1])} ({peers[1].Threads} threads)",
                MarkdownTable.Digits(peers[0].Cpu / ours.Cpu));
        }
    }

    private static async Task Groth16Async(int length, bool extrapolate)
    {
        PeerResult peer = await PeerAsync(
            await ReadyNodeAsync(), "groth16.mjs", length.ToString(CultureInfo.InvariantCulture), "9");
        var table = new MarkdownTable(
            "snarkjs Groth16, one inner product", "d", "constraints", "domain", "threads", "proof: CPU / wall", "CPU a constraint");
        table.Row(
            $"{length}", $"{peer.Constraints}", $"{peer.Domain}", $"{peer.Threads}", Both(peer),
            MarkdownTable.Seconds(peer.Cpu / peer.Constraints));
        if (!extrapolate) return;
        int rows = 1 + Updates + PublicRows;
        double products = rows * (rows + 1) / 2;
        foreach (int dimension in new[] { 1 << 16, 1 << 20 })
        {
            double constraints = products * dimension;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"\nExtrapolated to the {products:F0} inner products of n = {Updates}, P = {PublicRows} at d = {Power(dimension)}: "
                    + $"{constraints:E2} constraints, {peer.Cpu / peer.Constraints * constraints:F0} CPU-s."));
        }
    }

    private static async Task<NodeToolchain> ReadyNodeAsync()
    {
        NodeToolchain node = await NodeToolchain.FindAsync();
        await node.RequireRepositoryPackageAsync("snarkjs", CancellationToken.None);
        return node;
    }

    private static async Task<PeerResult> PeerAsync(NodeToolchain node, string script, params string[] arguments)
    {
        string path = Repository.Path("tests", "Benchmarks", "Proofs", "Peers", script);
        return Parse<PeerResult>(await node.RunAsync(Repository.Root, "", [path, .. arguments], CancellationToken.None));
    }

    private static async Task<Measured[]> MeasureAsync(
        SimdPath path, string task, string cache, int repeats, int dimension = 0, int updates = 0, int publicRows = 0, string folder = "")
    {
        string program = Path.Combine(
            AppContext.BaseDirectory, typeof(ProofBenchmarks).Assembly.GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : ""));
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true };
        foreach (object argument in new object[] { ChildSwitch, task, cache, repeats, dimension, updates, publicRows, folder })
            start.ArgumentList.Add(Convert.ToString(argument, CultureInfo.InvariantCulture)!);
        start.Environment[SimdPaths.Variable] = path.ToString().ToLowerInvariant();
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Parse<Measured[]>(output)
            : throw new InvalidOperationException($"The measurement '{task}' on {path} ended with {process.ExitCode}; see above.");
    }

    private static T Parse<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Json) ?? throw new InvalidOperationException($"A measurement gave no result: {json}");

    private static int Repeats(int dimension) => dimension switch { <= 1 << 16 => 7, <= 1 << 18 => 5, _ => 3 };

    private static string Both(Measured measured) => MarkdownTable.Both(measured.Cpu, measured.Wall);

    private static string Both(PeerResult peer) => MarkdownTable.Both(peer.Cpu, peer.Wall);

    private static string Megabytes(Measured measured) => MarkdownTable.Megabytes(measured.PeakBytes);

    private static string Power(int dimension) => $"2^{System.Numerics.BitOperations.Log2((uint)dimension)}";

    private static string Name(SimdPath path) => path switch
    {
        SimdPath.Avx512 => "AVX-512",
        SimdPath.Avx2 => "AVX2",
        _ => "scalar",
    };

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string Load()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file) ? File.ReadAllText(file).Split(' ')[0] : "unknown";
    }

    private sealed record PeerResult(double Cpu, double Wall, int Threads, string? Result = null, int Constraints = 0, int Domain = 0);
}
