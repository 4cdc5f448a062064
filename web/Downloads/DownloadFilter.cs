using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.Web.Models;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Downloads;

/// <summary>
/// What surrounds every download: nothing of it may act in this origin, and what goes wrong is said in words. Where the store or the node is, is
/// the log's business.
/// </summary>
internal sealed partial class DownloadFilter(ILogger<DownloadFilter> log) : IEndpointFilter
{
    private const string Policy = "default-src 'none'; sandbox; frame-ancestors 'none'";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // Whatever a browser takes the file for, it can do nothing.
        IHeaderDictionary headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        try
        {
            return await next(context);
        }
        catch (Exception e) when (Describe(e) is { } answer)
        {
            LogFailed(context.HttpContext.Request.Path, e.Message);
            return Results.Text(answer.Text, statusCode: answer.Status);
        }
    }

    private static (int Status, string Text)? Describe(Exception e) => e switch
    {
        ContentNotFoundException missing => (StatusCodes.Status404NotFound,
            $"This dashboard's content store does not have {missing.Cid}. Another IPFS node may: the address is the same everywhere."),
        ContentTooLargeException large => (StatusCodes.Status413PayloadTooLarge,
            $"{large.Cid} is larger than the {large.Limit:N0} bytes that are handed out here. Fetch it from an IPFS node."),
        ContentMismatchException mismatch => (StatusCodes.Status502BadGateway,
            $"The content store gave other bytes than {mismatch.Cid} names; they were thrown away."),
        MalformedContentException => (StatusCodes.Status502BadGateway, "What is published under this address is not a well-formed file."),
        ContentStoreException => (StatusCodes.Status502BadGateway, "The content store does not answer. Try again later."),
        DocumentException missing => (StatusCodes.Status404NotFound, missing.Message),
        WaitingLineFullException or TimeoutException or ModelTooLargeException => (StatusCodes.Status503ServiceUnavailable, e.Message),
        PublishedException published => (StatusCodes.Status502BadGateway, published.Message),
        RpcException or RpcTransportException or InvalidDataException =>
            (StatusCodes.Status502BadGateway, "The chain's node does not answer as it should. Try again later."),
        _ => null,
    };

    [LoggerMessage(LogLevel.Warning, "download {Path}: {Problem}")]
    private partial void LogFailed(string path, string problem);
}
