using System.Net.Mime;
using System.Text;
using Marketplace.Content;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.ModelCards;
using Marketplace.Protocol.Rounds;
using Marketplace.Web.Market;
using Marketplace.Web.Models;
using Marketplace.Web.Verification;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Web.Downloads;

/// <summary>
/// Files for people and programs. They are always attachments, and what strangers have published is of a type that no browser runs: it must not
/// become a page of this origin.
/// </summary>
internal static class DownloadEndpoints
{
    private const long MaxContentBytes = 32L * 1024 * 1024;

    // Initial weights, all aggregates, and the result are held while a model is derived.
    private const long MaxModelBytes = 512L * 1024 * 1024;

    public static void MapDownloads(this WebApplication app)
    {
        RouteGroupBuilder downloads = app.MapGroup("").AddEndpointFilter<DownloadFilter>();
        downloads.RequireRateLimiting(DownloadLimits.Pace).WithRequestTimeout(DownloadLimits.Pace);
        downloads.MapGet("/content/{cid}", GetContentAsync);
        downloads.MapGet("/project/{id:long}/model.safetensors", GetModelAsync);
        downloads.MapGet("/project/{id:long}/model.md", GetModelCardAsync);
        downloads.MapGet("/project/{id:long}/terms.json", GetTermsAsync);
        downloads.MapGet("/audit/{id:long}/report.json", GetReport);
        downloads.MapGet("/audit/{id:long}/report.html", GetReportPage);
    }

    private static async Task<IResult> GetContentAsync(string cid, MarketHost host, HttpResponse response, CancellationToken cancellationToken)
    {
        if (!Cid.TryParse(cid, out Cid address))
        {
            return Results.Text(
                "This is not the address of a file. Expected a CID such as bafkrei…, bafybei… or Qm….", statusCode: StatusCodes.Status404NotFound);
        }

        if (host.State is not MarketState.Connected { Market: { } market })
            return NotYet();
        byte[] content = await market.Store.GetAsync(address, MaxContentBytes, cancellationToken);
        bool isJson = JsonText.IsObject(content);
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.File(
            content,
            isJson ? MediaTypeNames.Application.Json : MediaTypeNames.Application.Octet,
            $"{address}.{(isJson ? "json" : "bin")}",
            entityTag: new EntityTagHeaderValue($"\"{address}\""));
    }

    private static async Task<IResult> GetModelAsync(long id, MarketHost host, CancellationToken cancellationToken)
    {
        if (host.State is not MarketState.Connected { Market: { } market })
            return NotYet();
        if (await market.Model.FindProjectAsync(id, cancellationToken) is not { } project)
            return NoProject(id);
        long bytes = project.Terms.Dimension * (2L * sizeof(int) + project.Summary.SettledRounds * (long)sizeof(long));
        if (bytes > MaxModelBytes)
        {
            return Results.Text(
                $"Deriving this model takes {bytes:N0} bytes, at most {MaxModelBytes:N0} are spent here. The command line's 'model {id}' derives "
                    + "it on your machine.",
                statusCode: StatusCodes.Status413PayloadTooLarge);
        }
        ProjectView view = await ProjectView.OpenAsync(market.Chain, market.Store, id, cancellationToken);
        TrainedModel model = await view.TrainedModelAsync(market.Chain, cancellationToken);
        return Results.File(model.Write(), MediaTypeNames.Application.Octet, $"project-{id}-after-{model.Origin.Rounds}-rounds.safetensors");
    }

    private static async Task<IResult> GetModelCardAsync(
        long id, MarketHost host, ModelDesk desk, AuditReports reports, CancellationToken cancellationToken)
    {
        if (host.State is not MarketState.Connected { Market: { } market })
            return NotYet();
        if (await market.Model.FindProjectAsync(id, cancellationToken) is not { } project)
            return NoProject(id);
        string card = ModelCardMarkdown.Write(
            await desk.CardAsync(market, project, cancellationToken) with { Audit = reports.LatestOf(id) });
        return Results.File(Encoding.UTF8.GetBytes(card), "text/markdown", $"project-{id}-model-card.md");
    }

    private static async Task<IResult> GetTermsAsync(long id, MarketHost host, CancellationToken cancellationToken)
    {
        if (host.State is not MarketState.Connected { Market: { } market })
            return NotYet();
        if (await market.Model.FindProjectAsync(id, cancellationToken) is not { } project)
            return NoProject(id);
        byte[] terms = TermsJson.Write(market.Chain, project, await market.Tokens.ReadAsync(project.Terms.Token, cancellationToken));
        return Results.File(terms, MediaTypeNames.Application.Json, $"project-{id}-terms.json");
    }

    /// <param name="run">The name under which the report of the reader's audit is kept.</param>
    private static IResult GetReport(long id, string? run, AuditReports reports) =>
        Serve(id, run, reports, kept => kept.Report.ToJson(), MediaTypeNames.Application.Json, "json");

    /// <inheritdoc cref="GetReport"/>
    private static IResult GetReportPage(long id, string? run, AuditReports reports) =>
        Serve(id, run, reports, kept => AuditHtml.Write(kept.Report, kept.Made), MediaTypeNames.Text.Html, "html");

    private static IResult Serve(long id, string? run, AuditReports reports, Func<KeptReport, string> write, string type, string extension) =>
        reports.Find(run) is { Report: { } report } kept && report.Project == $"{id}"
            ? Results.File(Encoding.UTF8.GetBytes(write(kept)), type, $"project-{id}-audit-at-block-{report.Block}.{extension}")
            : Results.Text("This report is not kept any more. Run the audit again.", statusCode: StatusCodes.Status404NotFound);

    private static IResult NotYet() =>
        Results.Text("The dashboard is not connected to its market yet. Try again in a moment.", statusCode: StatusCodes.Status503ServiceUnavailable);

    private static IResult NoProject(long id) => Results.Text($"This market has no project {id}.", statusCode: StatusCodes.Status404NotFound);
}
