using System.Collections.Concurrent;
using Marketplace.Testing;

namespace Marketplace.Fleet.Tests;

/// <summary>What a sender says.</summary>
internal sealed class Reports : IProgress<string>
{
    private readonly ConcurrentQueue<string> _lines = new();

    public void Report(string value) => _lines.Enqueue(value);

    public Task WaitForAsync(string words) => Polling.WaitUntilAsync(
        () => _lines.Any(line => line.Contains(words, StringComparison.Ordinal)),
        Payments.Patience,
        () => $"no report of '{words}': {string.Join("; ", _lines)}");
}
