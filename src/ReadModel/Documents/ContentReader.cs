using Marketplace.Content;
using Marketplace.Http;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.ReadModel.Tables;

namespace Marketplace.ReadModel.Documents;

/// <summary>Reads one piece of published content for the read model.</summary>
internal sealed class ContentReader(IContentStore store, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Most UTF-16 units of a stranger's text that pages show.</summary>
    private const int MaxShown = 200;

    /// <summary>Reads what a project names. Whatever is wrong with it is said in the row.</summary>
    public async Task<ContentRow> ReadAsync(ContentReference reference, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(timeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // The parts of a document that are not asked for are read too: what is malformed anywhere is of no use to a trainer.
            return reference.Kind == ContentKind.Document
                ? Row(reference, document: ProjectDocument.Parse(await GetAsync(ProjectDocument.MaxBytes)))
                : Row(reference, metrics: ToMetrics(RoundReport.Parse(await GetAsync(RoundReport.MaxBytes))));
        }
        catch (DocumentException e)
        {
            return Row(reference, problem: e.Message);
        }
        catch (ContentStoreException e)
        {
            return Row(reference, problem: e.Problem, isFinal: e.IsAboutContent);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Row(reference, problem: $"{reference.Cid} did not come within {timeout.TotalSeconds:F0} s", isFinal: false);
        }

        Task<byte[]> GetAsync(long maxBytes) => store.GetAsync(reference.Cid, maxBytes, linked.Token);
    }

    private static ContentRow Row(
        ContentReference reference, ProjectDocument? document = null, RoundMetrics? metrics = null, string? problem = null, bool isFinal = true) =>
        new()
        {
            Kind = reference.Kind,
            Cid = reference.Cid,
            Title = document is null ? null : Printable.Line(document.Title, MaxShown),
            DataKind = document?.Data.Kind,
            Tags = document?.Tags ?? [],
            Metrics = metrics,
            Problem = problem is null ? null : Printable.Line(problem, MaxShown),
            IsFinal = isFinal,
        };

    private static RoundMetrics ToMetrics(RoundReport report) => new(
        ToAccuracy(report.After.Accuracy), report.After.Loss, ToAccuracy(report.Test?.Accuracy), report.Test?.Loss,
        ToAccuracy(report.Before.Accuracy), report.Before.Loss);

    /// <summary>An accuracy that is none is not shown: pages draw it.</summary>
    private static double? ToAccuracy(double? stated) => stated is >= 0 and <= 1 ? stated : null;
}
