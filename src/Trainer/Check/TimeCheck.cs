using System.Diagnostics;
using System.Globalization;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Hosting.TrainingCommands;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Training;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Trainer.Check;

/// <summary>How long a round takes on this machine, by training really, but not for long.</summary>
/// <param name="project">The project.</param>
/// <param name="weights">The model to train from, d weights in units of 2^−f.</param>
/// <param name="round">The round that comes.</param>
/// <param name="report">Told what is found.</param>
internal sealed class TimeCheck(ProjectView project, int[] weights, RoundId round, CheckReport report)
{
    /// <summary>Training is measured for so many steps, or so long.</summary>
    private const int MeasuredSteps = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What the aggregator may ask for at most: the bundled one's batches, and as many epochs as the terms allow.</summary>
    private HyperParameters Asked
    {
        get
        {
            HyperBounds bounds = project.Terms.HyperBounds;
            return HyperParameterRule.First(bounds) with { LocalEpochs = bounds.MaxLocalEpochs };
        }
    }

    /// <summary>Measures the built-in engine on the trainer's data.</summary>
    public void Run(Dataset data, ITrainingEngine engine, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(Patience);
        var steps = new StepClock(enough);
        LocalTraining options = project.Document.Training.ForRound(Asked, seed: 1);
        var whole = Stopwatch.StartNew();
        try
        {
            engine.Train(
                project.Document.Model, Quantization.ToFloat(weights, project.Document.FractionBits), data, options, steps, enough.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // That was enough to tell.
        }

        TimeSpan taken = whole.Elapsed;
        if (steps.Steps == 0)
        {
            report.Section("time");
            report.Obstacle($"not one step of training was done in {Duration.Describe(taken)}");
            return;
        }

        TimeSpan needed = steps.Done == steps.Steps ? taken : taken + steps.PerStep * (steps.Steps - steps.Done);
        Conclude(needed, $"{Asked.LocalEpochs} epochs are {Number(steps.Steps)} steps of {Asked.BatchSize}; measured {Number(steps.Done)} of them");
    }

    /// <summary>Measures a training command for a round of one epoch.</summary>
    public async Task RunAsync(CommandTrainer command, CancellationToken cancellationToken)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(TrainerAgent.TimeToTrain(project.Terms));
        var whole = Stopwatch.StartNew();
        try
        {
            await command.TrainAsync(project.Document, Asked with { LocalEpochs = 1 }, weights, round, Address.Zero, inTime.Token);
            Conclude(whole.Elapsed * Asked.LocalEpochs, $"{Asked.LocalEpochs} epochs; the training command was measured for one of them");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Conclude(whole.Elapsed * Asked.LocalEpochs, "the training command was stopped before it had ended one epoch");
        }
    }

    private void Conclude(TimeSpan needed, string how)
    {
        TimeSpan allowed = TrainerAgent.TimeToTrain(project.Terms);
        report.Section("time");
        report.Line("a round", $"about {Duration.Describe(needed)} here: {how}");
        report.Line("allowed", $"{Duration.Describe(allowed)}, the round's time to train less what is kept for sending");
        if (needed > allowed)
            report.Obstacle($"a round takes about {Duration.Describe(needed)} here, and {Duration.Describe(allowed)} are allowed");
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Counts steps and their time without the first one, in which libraries warm up; ends the training when it has seen enough.</summary>
    private sealed class StepClock(CancellationTokenSource enough) : IProgress<TrainingProgress>
    {
        private long _first, _last;

        public long Done { get; private set; }

        public long Steps { get; private set; }

        public TimeSpan PerStep => Stopwatch.GetElapsedTime(_first, _last) / Math.Max(Done - 1, 1);

        public void Report(TrainingProgress value)
        {
            _last = Stopwatch.GetTimestamp();
            if (value.Step == 1)
                _first = _last;
            (Done, Steps) = (value.Step, value.Steps);
            if (value.Step == MeasuredSteps)
                enough.Cancel();
        }
    }
}
