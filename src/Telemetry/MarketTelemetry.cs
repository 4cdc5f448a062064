using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Marketplace.Telemetry;

/// <summary>
/// Everything of the market's own that is measured, by name. Names and units follow OpenTelemetry's conventions
/// (https://opentelemetry.io/docs/specs/semconv/general/metrics/). Tags hold no address, key or URL.
/// </summary>
public static class MarketTelemetry
{
    /// <summary>The name of both the meter and the source of traces.</summary>
    public const string Name = "Marketplace";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Rounds = Meter.CreateCounter<long>(
        "marketplace.rounds", "{round}", "Rounds that this process has opened, settled or closed as expired.");

    private static readonly Counter<long> Submissions = Meter.CreateCounter<long>(
        "marketplace.submissions", "{submission}", "Updates that this process has submitted.");

    private static readonly Histogram<double> Transactions = Meter.CreateHistogram<double>(
        "marketplace.transaction.duration", "s", "Time from a transaction's intent to its receipt, waits for its depth included.");

    private static readonly Counter<long> Replacements = Meter.CreateCounter<long>(
        "marketplace.transaction.replacements", "{transaction}", "Transactions that were sent again with a higher fee.");

    private static readonly Histogram<double> Proofs = Meter.CreateHistogram<double>(
        "marketplace.proof.duration", "s", "Time to prove a round's Gram matrix.");

    private static readonly Histogram<double> Slices = Meter.CreateHistogram<double>(
        "marketplace.slice.duration", "s", "Time that a machine of a fleet has worked on its slice of a proof.");

    private static readonly Histogram<double> Rpc = Meter.CreateHistogram<double>(
        "marketplace.rpc.duration", "s", "Time of one attempt at a JSON-RPC request, failed ones included.");

    private static readonly ObservableGauge<long> FollowerLag = Meter.CreateObservableGauge(
        "marketplace.follower.lag", ObserveLag, "{block}", "Blocks that the read model is behind the chain's head.");

    private static Func<long>? _lag;

    /// <summary>Measures what becomes of a transaction.</summary>
    /// <param name="intent">What it is for; the first part, as in <c>settle/3/1</c>, is its kind.</param>
    public static TimedWork Transaction(string intent)
    {
        string kind = intent.Split('/', 2)[0];
        return new TimedWork(Source, "transaction", Transactions, new("kind", kind), succeeded: () => CountStep(kind));
    }

    /// <summary>Counts a transaction that was stuck and is sent again with a higher fee.</summary>
    public static void CountReplacement() => Replacements.Add(1);

    /// <summary>Measures a proof.</summary>
    /// <param name="rows">Vectors that it is about.</param>
    public static TimedWork Proof(int rows) => new(Source, "proof", Proofs, new("rows", rows));

    /// <summary>Measures a machine's part of a proof.</summary>
    /// <param name="slices">How many machines share it.</param>
    public static TimedWork Slice(int slices) => new(Source, "slice", Slices, new("slices", slices));

    /// <summary>Measures one attempt at a JSON-RPC request.</summary>
    /// <param name="method">The method, or <c>batch</c>.</param>
    public static TimedWork RpcAttempt(string method) => new(Source, "rpc", Rpc, new("method", method));

    /// <summary>Says where the lag of this process's read model can be asked, in blocks.</summary>
    public static void FollowLag(Func<long> lag) => _lag = lag;

    private static IEnumerable<Measurement<long>> ObserveLag() => _lag is { } lag ? [new(lag())] : [];

    private static void CountStep(string kind)
    {
        if (kind == "submit")
            Submissions.Add(1);
        else if (kind is "open" or "settle" or "expire")
            Rounds.Add(1, new KeyValuePair<string, object?>("step", kind));
    }
}
