using System.Collections;
using System.Diagnostics;
using System.Globalization;
using Marketplace.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Marketplace.Hosting;

/// <summary>
/// What leaves a program of its metrics and traces: to an OTLP collector where the environment names one, to Prometheus where asked.
/// </summary>
public static class TelemetryExport
{
    /// <summary>OpenTelemetry's own variable: where a collector listens, such as <c>http://localhost:4317</c>.</summary>
    public const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Orleans' meter, which a machine of a fleet has: who is there, and what they ask each other.</summary>
    private const string FleetMeter = "Microsoft.Orleans";

    /// <summary>Collects the market's own measurements, those of HTTP requests that are sent, and the runtime's.</summary>
    /// <param name="service">The program's name.</param>
    /// <param name="metrics">Adds what the program alone has: other instruments, or an exporter.</param>
    /// <param name="traces">Adds the program's own sources of traces.</param>
    public static void AddMarketTelemetry(
        this IServiceCollection services,
        string service,
        Action<MeterProviderBuilder>? metrics = null,
        Action<TracerProviderBuilder>? traces = null)
    {
        bool isCollected = Environment.GetEnvironmentVariable(CollectorVariable) is { Length: > 0 };
        OpenTelemetryBuilder builder = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service))
            .WithMetrics(meters =>
            {
                meters.AddMeter(MarketTelemetry.Name).AddHttpClientInstrumentation().AddRuntimeInstrumentation();
                // Which servers a program asks is nobody's business; some hosts' names are credentials.
                meters.AddView(
                    "http.client.*", new MetricStreamConfiguration { TagKeys = ["http.request.method", "http.response.status_code", "error.type"] });
                meters.AddView("dns.*", new MetricStreamConfiguration { TagKeys = ["error.type"] });
                metrics?.Invoke(meters);
                if (isCollected)
                    meters.AddOtlpExporter();
            });
        // Without a collector nobody sees traces, so none are made.
        if (isCollected)
        {
            builder.WithTracing(tracing =>
            {
                tracing.AddSource(MarketTelemetry.Name).AddHttpClientInstrumentation();
                traces?.Invoke(tracing);
                tracing.AddProcessor(new WithoutServers()).AddOtlpExporter();
            });
        }
    }

    /// <summary>OpenTelemetry's own variables, which its exporters read as settings; no others, because some are keys.</summary>
    internal static IConfigurationBuilder AddCollectorSettings(this IConfigurationBuilder configuration) =>
        configuration.AddInMemoryCollection(
            Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value))
                .Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal)));

    /// <summary>Telemetry of a program without a web server of its own: nothing unless a port or a collector is named.</summary>
    /// <exception cref="UsageException">The port is none.</exception>
    internal static void AddAgentTelemetry(this IServiceCollection services, string service, SettingsReader settings)
    {
        int? port = ReadPort(settings);
        if (port is null && Environment.GetEnvironmentVariable(CollectorVariable) is not { Length: > 0 })
            return;
        services.AddMarketTelemetry(service, metrics =>
        {
            // From whom messages come, and to whom they go, is an address for every start of every machine.
            metrics.AddMeter(FleetMeter).AddView("orleans-messaging-*", new MetricStreamConfiguration { TagKeys = [] });
            if (port is { } number)
                metrics.AddPrometheusHttpListener(listener => (listener.Host, listener.Port) = ("127.0.0.1", number));
        });
    }

    private static int? ReadPort(SettingsReader settings)
    {
        if (settings.Find(SharedSettings.MetricsPort) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw new UsageException($"--metrics-port must be a port from 1 to {ushort.MaxValue}, got '{text}'");
    }

    /// <summary>Takes out of spans which servers a program asks: their names and paths can be credentials.</summary>
    private sealed class WithoutServers : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Kind != ActivityKind.Client)
                return;
            foreach (string tag in (ReadOnlySpan<string>)["url.full", "server.address", "server.port"])
                data.SetTag(tag, null);
        }
    }
}
