using System.Numerics;
using Marketplace.Learning.Models;
using Marketplace.Learning.Torch;
using Marketplace.Protocol.Projects;
using Marketplace.Simulation;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Posting;

/// <summary>Plays projects' rounds on this server before they are posted, as 'marketplace simulate' does; one at a time over all readers.</summary>
/// <param name="isOffered">Whether the server's owner wants it; null offers it where the chain is local.</param>
public sealed class SimulationDesk(bool? isOffered)
{
    /// <summary>Most multiplications for a simulation: minutes of one core.</summary>
    public const long MaxOperations = 1L << 39;

    /// <summary>Most trainers that are simulated here.</summary>
    public const int MaxTrainers = 8;

    /// <summary>A step of training goes through the model forwards, and twice as far back.</summary>
    private const int Passes = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly WaitingLine _line = new(atOnce: 1);

    /// <summary>Whether simulations are offered here.</summary>
    public bool IsOffered(bool isLocal) => isOffered ?? isLocal;

    /// <summary>Why a project is not simulated here, in a sentence; null when it is.</summary>
    public static string? Obstacle(TermsFile terms, ProjectDocument.Draft draft, int trainers)
    {
        ModelSpecification model = draft.ParseModel();
        if (model.IsExternal)
            return "Only the owner's program computes this model.";
        if (!SimulatedData.CanDraw(model))
            return "No data can be drawn for this model, only digits for square images in ten classes.";
        decimal samples = (decimal)terms.Rounds * (trainers + 1) * SimulatedData.DrawnSamplesEach * terms.HyperParameters.LocalEpochs.Max();
        decimal operations = samples * Passes * model.Operations;
        return operations <= MaxOperations
            ? null
            : $"It would take {operations:N0} multiplications, at most {MaxOperations:N0} are spent here.";
    }

    /// <summary>Plays all rounds, in the background.</summary>
    /// <param name="gasPrice">In wei.</param>
    /// <param name="ahead">Told how many are ahead in the line, on any thread.</param>
    /// <param name="report">Told every round, on any thread.</param>
    /// <exception cref="Marketplace.Hosting.UsageException">The simulation cannot serve the project.</exception>
    /// <exception cref="WaitingLineFullException">Too many are waiting.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public async Task<SimulationResult> RunAsync(
        SimulatedProject project,
        SimulationOptions options,
        BigInteger gasPrice,
        Action<int> ahead,
        Action<SimulatedRound> report,
        CancellationToken cancellationToken)
    {
        using IDisposable turn = await _line.EnterAsync(ahead, cancellationToken);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            // Its own thread: the pool's serve readers.
            return await Task.Factory.StartNew(
                () => new ProjectSimulation(project, SimulatedData.Prepare(project, options), options, TorchEngine.Cpu)
                    .Run(report, gasPrice, limited.Token),
                limited.Token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"this took longer than {Limit.TotalMinutes:0} minutes, and was given up");
        }
    }
}
