using System.Diagnostics;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Experiments;

/// <summary>The laboratory's commands.</summary>
public static class LaboratoryCommand
{
    private static readonly IExperiment[] Experiments =
        [new Contribution(), new Robustness(), new FreeRiding(), new SellerSelection(), new Tradeoffs()];

    private const int WrongInput = 2;

    /// <summary>The commands' names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Experiments.Select(experiment => experiment.Name)];

    /// <summary>Runs a command: progress on the error output, tables on the output, files where they are asked for.</summary>
    /// <param name="arguments">The command's name and its options, <see cref="LaboratoryOptions.Usage"/>.</param>
    /// <param name="cancellationToken">Ends it between two trials.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        IExperiment experiment = Experiments.Single(candidate => candidate.Name == arguments[0]);
        if (arguments.Contains("--help"))
        {
            Console.WriteLine($"{experiment.Name} {LaboratoryOptions.Usage}\n\n{experiment.Question}\n\n{LaboratoryOptions.Help}");
            return 0;
        }

        try
        {
            LaboratoryOptions options = LaboratoryOptions.Parse([.. arguments.Skip(1)]);
            if (options.Rules.Count > 0 && experiment is not Robustness)
                throw new ArgumentException($"--rule is for robustness only, not for {experiment.Name}");
            IReadOnlyList<Observation> observations = Observe(experiment, options, Console.Error, cancellationToken);
            foreach (SummaryTable table in SummaryTable.Of(observations))
                Console.Write(ReportFiles.Markdown(table));
            if (options.Out is { } folder)
                ReportFiles.Write(folder, experiment.Name, $"{experiment.Name} {options}", observations);
            return 0;
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException)
        {
            Console.Error.WriteLine(e.Message);
            return WrongInput;
        }
    }

    /// <summary>Runs all trials of an experiment, as many at once as there are processors; the result does not depend on that.</summary>
    /// <param name="experiment">What to run.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told of every trial that has ended.</param>
    /// <param name="cancellationToken">Ends it between two trials.</param>
    /// <exception cref="ArgumentException">A task is unknown or too small.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public static IReadOnlyList<Observation> Observe(
        IExperiment experiment, LaboratoryOptions options, TextWriter progress, CancellationToken cancellationToken)
    {
        TaskLoader loader = new(options.Data);
        IEnumerable<string> names = options.Tasks.Count > 0 ? options.Tasks : experiment.DefaultTasks.Where(loader.Names.Contains);
        Trial[] trials =
        [
            .. names.DefaultIfEmpty(TaskLoader.Digits).Select(name => loader.Load(name, cancellationToken))
                .SelectMany(task => experiment.Plan(task, options)),
        ];
        var results = new Observation[trials.Length][];
        int done = 0;
        Parallel.For(
            0,
            trials.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            i =>
            {
                long start = Stopwatch.GetTimestamp();
                results[i] = [.. trials[i].Run()];
                string time = FormattableString.Invariant($"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1}");
                progress.WriteLine($"{Interlocked.Increment(ref done)}/{trials.Length} {trials[i].Name}: {time} s");
            });
        return [.. experiment.Conclude([.. results.SelectMany(result => result)])];
    }
}
