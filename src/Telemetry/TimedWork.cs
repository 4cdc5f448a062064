using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Marketplace.Telemetry;

/// <summary>A piece of work that is timed and traced until it is disposed; it has failed unless <see cref="Succeed"/> was called.</summary>
public sealed class TimedWork : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Histogram<double> _histogram;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly Action? _succeeded;
    private readonly Activity? _activity;
    private bool _success;

    internal TimedWork(
        ActivitySource source, string name, Histogram<double> histogram, KeyValuePair<string, object?> tag, Action? succeeded = null)
    {
        (_histogram, _tag, _succeeded) = (histogram, tag, succeeded);
        _activity = source.StartActivity(name)?.SetTag(tag.Key, tag.Value);
    }

    /// <summary>Says that the work is done.</summary>
    public void Succeed()
    {
        _success = true;
        _succeeded?.Invoke();
    }

    /// <summary>Records how long it took, and whether it succeeded.</summary>
    public void Dispose()
    {
        _histogram.Record(
            Stopwatch.GetElapsedTime(_started).TotalSeconds, _tag, new("outcome", _success ? "success" : "failure"));
        _activity?.SetStatus(_success ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        _activity?.Dispose();
    }
}
