using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Agents;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Hosting.TrainingCommands;

/// <summary>Lets another program measure models for the aggregator's reports.</summary>
/// <remarks>
/// The command gets three arguments more than the user gave: the path of a folder with <c>model.safetensors</c> (F32) and <c>project.json</c>, the
/// path at which to write <c>{"loss": 0.3, "accuracy": 0.9}</c> (accuracy only where the model classifies), and <c>root</c> or <c>test</c>, the set
/// to measure on; without a test set it writes nothing for it. A round must be settled whatever the command does: where it fails, the report has
/// no number.
/// </remarks>
/// <param name="command">What measures.</param>
/// <param name="document">Describes the model.</param>
/// <param name="folder">Where its files go.</param>
/// <param name="limit">For how long it may run.</param>
/// <param name="say">Told when it fails.</param>
public sealed class CommandEvaluator(UserCommand command, ProjectDocument document, string folder, TimeSpan limit, Action<string> say)
    : IModelEvaluator
{
    private const int MaxBytes = 4096;

    private static readonly RoundReport.Metrics None = new(double.NaN);

    private static readonly JsonSerializerOptions Format = new(JsonDocuments.Strict(maxDepth: 2))
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public async Task<RoundReport.Metrics> MeasureOnRootAsync(int[] weights, CancellationToken cancellationToken) =>
        await MeasureAsync(weights, "root", cancellationToken) ?? None;

    public Task<RoundReport.Metrics?> MeasureOnTestAsync(int[] weights, CancellationToken cancellationToken) =>
        MeasureAsync(weights, "test", cancellationToken);

    private async Task<RoundReport.Metrics?> MeasureAsync(int[] weights, string set, CancellationToken cancellationToken)
    {
        string measured = Path.Combine(folder, "measured.json");
        Directory.CreateDirectory(folder);
        File.Delete(measured);
        await UserCommand.WriteModelAsync(folder, document, weights, cancellationToken);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(limit);
        try
        {
            await command.RunAsync([folder, measured, set], inTime.Token);
            return File.Exists(measured) ? await ReadAsync(measured, cancellationToken) : null;
        }
        catch (Exception e) when (e is UsageException or DocumentException)
        {
            say($"the report goes without numbers on the {set} set: {e.Message}");
            return None;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            say($"the report goes without numbers on the {set} set: measuring took longer than {Duration.Describe(limit)}");
            return None;
        }
    }

    private static async Task<RoundReport.Metrics> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(path);
        byte[] content = new byte[(int)Math.Min(file.Length, MaxBytes + 1)];
        await file.ReadExactlyAsync(content, cancellationToken);
        RoundReport.Metrics metrics = JsonDocuments.Read<RoundReport.Metrics>(content, MaxBytes, Format, "what the measuring command wrote");
        return metrics.Accuracy is null or (>= 0 and <= 1)
            ? metrics
            : throw new DocumentException($"what the measuring command wrote has the accuracy {metrics.Accuracy}, expected 0 to 1");
    }
}
