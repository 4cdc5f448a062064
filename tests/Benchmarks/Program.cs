using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Marketplace.Benchmarks;
using Marketplace.Benchmarks.Dashboard;
using Marketplace.Benchmarks.Fleet;
using Marketplace.Benchmarks.Learning;
using Marketplace.Benchmarks.Proofs;
using Marketplace.Benchmarks.ReadModel;
using Marketplace.Laboratory.Experiments;

// What the rule of payment does, beside its rivals; docs/fairness.md:
// dotnet run -c Release --project tests/Benchmarks -- contribution|robustness|freeride|market|tradeoffs [options]
if (args is [var experiment, ..] && LaboratoryCommand.Names.Contains(experiment))
{
    Environment.ExitCode = LaboratoryCommand.Run(args);
    return;
}

// The proofs choose their instructions once in a process and have peers in other languages, so they bring their own driver:
// dotnet run -c Release --project tests/Benchmarks -- --proofs [--quick]
if (args is [ProofBenchmarks.Switch, ..])
{
    await ProofBenchmarks.RunAsync(args[1..]);
    return;
}

if (args is [ProofBenchmarks.ChildSwitch, ..])
{
    ProofMeasurements.Run(args[1..]);
    return;
}

// A proof by one to eight workers; a number says the logarithm of d:
// dotnet run -c Release --project tests/Benchmarks -- --split [20]
if (args is [SplitBenchmarks.Switch, ..])
{
    await SplitBenchmarks.RunAsync(args[1..]);
    return;
}

// One proof of long vectors, with what it takes of processor and memory; the logarithm of d, and how many slices:
// dotnet run -c Release --project tests/Benchmarks -- --large-proof 24 [8]
if (args is [LargeProof.Switch, ..])
{
    await LargeProof.RunAsync(args[1..]);
    return;
}

// The learning engine takes turns with loops written without it:
// dotnet run -c Release --project tests/Benchmarks -- --learning
if (args is [LearningBenchmarks.Switch])
{
    LearningBenchmarks.Run();
    return;
}

if (args is [LearningBenchmarks.ChildSwitch, var what])
{
    LearningBenchmarks.RunAsChild(what);
    return;
}

// Following a large market takes minutes and is done once:
// dotnet run -c Release --project tests/Benchmarks -- --read-model
if (args is [ReadModelBenchmarks.Switch, ..])
{
    await ReadModelBenchmarks.RunAsync(args[1..]);
    return;
}

// The dashboard in a browser, with a large market; a check too, since it fails when a bound is missed:
// dotnet run -c Release --project tests/Benchmarks -- --dashboard
if (args is [DashboardBenchmarks.Switch, ..])
{
    Environment.ExitCode = await DashboardBenchmarks.RunAsync(args[1..]);
    return;
}

// A fleet whose machines and database fail by schedules drawn from seeds; a check too, since it fails when the projects come to something else:
// dotnet run -c Release --project tests/Benchmarks -- --fleet [--quick]
if (args is [FleetBenchmarks.Switch, ..])
{
    Environment.ExitCode = await FleetBenchmarks.RunAsync(args[1..]);
    return;
}

// Three warm-ups and three measurements of each, within this process (no generated projects to restore): a few minutes for a folder.
// For example: dotnet run -c Release --project tests/Benchmarks -- --filter '*Quantization*'
// Times are processor time; with --wall they are time on the wall.
Job job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
if (!args.Contains("--wall"))
    job = job.WithClock(new CpuClock());
ManualConfig config = ManualConfig.Create(DefaultConfig.Instance).AddJob(job).AddColumn(StatisticColumn.OperationsPerSecond);
BenchmarkSwitcher.FromAssembly(typeof(CpuClock).Assembly).Run([.. args.Where(arg => arg != "--wall")], config);
