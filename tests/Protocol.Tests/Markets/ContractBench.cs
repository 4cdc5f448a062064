using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Testing.Files;
using Marketplace.Testing.Nodes;
using Nethereum.ABI.Model;

namespace Marketplace.Protocol.Tests.Markets;

/// <summary>Runs mock contracts' compiled code on a node of its own, by eth_call.</summary>
public sealed class ContractBench : IAsyncLifetime
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly Dictionary<string, (ContractABI Abi, string Address)> _placed = [];
    private AnvilNode? _node;

    public async ValueTask InitializeAsync()
    {
        _node = await AnvilNode.StartAsync("--accounts", "1", "--disable-block-gas-limit");
        await PlaceAsync("ScoringHarness", "0x00000000000000000000000000000000000a0001");
        await PlaceAsync("CohortHarness", "0x00000000000000000000000000000000000a0002");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
    }

    /// <summary>Calls a function of a mock contract.</summary>
    /// <exception cref="InvalidOperationException">The call reverted; the message holds the revert data.</exception>
    public async Task<object[]> CallAsync(string contract, string function, params object[] arguments)
    {
        (ContractABI abi, string address) = _placed[contract];
        FunctionABI called = abi.Function(function);
        JsonObject call = new()
        {
            ["to"] = address,
            ["gas"] = "0xffffffffffff",
            ["data"] = Hex.Format(called.EncodeCall(arguments)),
        };
        string result = await RequestAsync("eth_call", call, "latest");
        return called.OpenResult(Convert.FromHexString(result.AsSpan(2))).ReadValues(called.OutputParameters);
    }

    private async Task PlaceAsync(string contract, string address)
    {
        string path = Repository.Path("artifacts", "contracts", "mocks", $"{contract}.sol", $"{contract}.json");
        if (!File.Exists(path))
            throw new FileNotFoundException("The contracts are not compiled; run 'node eng/setup.mjs' first.", path);
        JsonNode artifact = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        await RequestAsync("anvil_setCode", address, artifact["deployedBytecode"]!.GetValue<string>());
        _placed[contract] = (AbiModel.Parse(artifact["abi"]!.ToJsonString()), address);
    }

    // Not the node fixture's own method, whose errors repeat the request: here that is megabytes.
    private async Task<string> RequestAsync(string method, params JsonNode[] parameters)
    {
        JsonObject request = new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = new JsonArray(parameters) };
        using HttpResponseMessage response = await _http.PostAsJsonAsync(_node!.Url, request);
        JsonObject reply = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        return reply["error"] is { } error
            ? throw new InvalidOperationException($"{method} failed: {error.ToJsonString()}")
            : reply["result"]?.GetValueKind() == JsonValueKind.String ? reply["result"]!.GetValue<string>() : "";
    }
}
