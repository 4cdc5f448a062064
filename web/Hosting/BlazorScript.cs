using Microsoft.Net.Http.Headers;

namespace Marketplace.Web.Hosting;

/// <summary>Serves Blazor's browser script where the build has embedded it; see <c>build/BlazorScript.targets</c>.</summary>
internal static class BlazorScript
{
    private const string Resource = "blazor.web.js";

    public static void MapBlazorScript(this WebApplication app)
    {
        using Stream? embedded = typeof(BlazorScript).Assembly.GetManifestResourceStream(Resource);
        if (embedded is null)
            return;
        using var buffer = new MemoryStream();
        embedded.CopyTo(buffer);
        byte[] script = buffer.ToArray();
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(script))[..32]}\"");
        app.MapGet($"/_framework/{Resource}", () => Results.File(script, "text/javascript", entityTag: tag));
    }
}
