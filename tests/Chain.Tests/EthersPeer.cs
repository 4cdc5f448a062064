using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Chain.Tests;

/// <summary>ethers in a Node process, as a second opinion. One question at a time.</summary>
public sealed class EthersPeer : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Process? _process;

    public async ValueTask InitializeAsync()
    {
        NodeToolchain node = await NodeToolchain.FindAsync();
        await node.RequireRepositoryPackageAsync("ethers", CancellationToken.None);
        string script = Repository.Path("tests", "Chain.Tests", "peers", "ethers-peer.mjs");
        _process = Process.Start(node.Start(Repository.Root, script)) ?? throw new InvalidOperationException("Node did not start.");
    }

    /// <summary>Asks, and expects an answer.</summary>
    public async Task<JsonElement> AskAsync(string operation, JsonObject arguments)
    {
        arguments["op"] = operation;
        await _gate.WaitAsync();
        try
        {
            await _process!.StandardInput.WriteLineAsync(arguments.ToJsonString());
            await _process.StandardInput.FlushAsync();
            string line = await _process.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException($"The ethers peer ended: {await _process.StandardError.ReadToEndAsync()}");
            using JsonDocument answer = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 });
            return answer.RootElement.TryGetProperty("ok", out JsonElement result)
                ? result.Clone()
                : throw new InvalidOperationException($"ethers refuses {arguments.ToJsonString()}: {line}");
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
