using System.CommandLine;
using Marketplace.Hosting;
using Marketplace.Web.Accounts;
using Marketplace.Web.Downloads;
using Marketplace.Web.Layout;
using Marketplace.Web.Market;
using Marketplace.Web.Models;
using Marketplace.Web.Posting;
using Marketplace.Web.Shared;
using Marketplace.Web.Transactions;
using Marketplace.Web.Verification;
using Marketplace.Web.Wallets;
using Microsoft.AspNetCore.DataProtection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Radzen;

namespace Marketplace.Web.Hosting;

/// <summary>The web server: what it is made of, and in which order a request goes through it.</summary>
internal static class Dashboard
{
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>The longest text that a form takes has 20,000 characters, of at most three bytes, and more for those that JSON escapes.</summary>
    private const int MaxMessageBytes = 256 * 1024;

    public static async Task<int> RunAsync(SettingsReader settings, ParseResult arguments, CancellationToken cancellationToken)
    {
        // A wrong setting is said now, not on a page.
        WebSettings.ReadPoll(settings);
        WebSettings.ReadSimulations(settings);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(Dashboard).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        // The files of the build are served as the build has compressed them, not looked at anew for every request.
        builder.Configuration["ReloadStaticAssetsAtRuntime"] = "false";
        builder.WebHost.UseUrls(settings.Require(WebSettings.Urls));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        AddLogging(builder.Logging, settings);
        AddTelemetry(builder.Services);
        AddServices(builder.Services, settings);

        await using WebApplication app = builder.Build();
        Use(app);
        await app.StartAsync(cancellationToken);
        Console.WriteLine($"The dashboard is at {string.Join(" and ", app.Urls)}");
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static void AddServices(IServiceCollection services, SettingsReader settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<MarketHost>();
        services.AddHostedService(provider => provider.GetRequiredService<MarketHost>());
        services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            // A reader whose connection drops comes back to the page as it was.
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            circuit.DisconnectedCircuitMaxRetained = 200;
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = MaxMessageBytes);
        services.AddScoped<BrowserStorage>();
        services.AddScoped<WalletSession>();
        services.AddScoped<TransactionTracker>();
        services.AddScoped<Notifications>();
        services.AddRadzenComponents();
        services.AddDataProtection()
            .SetApplicationName("Marketplace.Web")
            .PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(settings.Require(WebSettings.Data), "form-keys")));
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.SameSite = SameSiteMode.Strict);
        services.AddHealthChecks().AddCheck<MarketHealth>("market", tags: [MarketHealth.Readiness]);
        services.AddResponseCompression();
        services.AddDownloadLimits();
        services.AddSingleton<VerificationLimits>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<AuditReports>();
        services.AddSingleton<ModelDesk>();
        services.AddSingleton(new SimulationDesk(WebSettings.ReadSimulations(settings)));
    }

    private static void Use(WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseSecurityHeaders();
        app.UseResponseCompression();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseRequestTimeouts();
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapMarketHealth();
        app.MapPrometheusScrapingEndpoint();
        app.MapDownloads();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = "'none'");
    }

    private static void AddLogging(ILoggingBuilder logging, SettingsReader settings)
    {
        logging.AddConsoleLog(settings);
        // Whoever asks for the health gets the answer; and the keys lie in a folder of the user's own.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    private static void AddTelemetry(IServiceCollection services) => services.AddMarketTelemetry(
        "Marketplace.Web",
        metrics => metrics.AddAspNetCoreInstrumentation().AddPrometheusExporter(),
        traces => traces.AddAspNetCoreInstrumentation());
}
