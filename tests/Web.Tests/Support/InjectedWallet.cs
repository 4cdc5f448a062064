using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Support;

/// <summary>
/// A browser wallet as an extension would put it into the page (EIP-1193, announced by EIP-6963). It forwards what it is asked to a node
/// that holds the account, so its signatures are real; what a person would decide, a test decides.
/// </summary>
public sealed class InjectedWallet(EthereumClient node, Address account)
{
    private const int UserRejected = 4001;

    private const string Script =
        """
        const listeners = {};
        const provider = {
          on: (name, handler) => { (listeners[name] ??= []).push(handler); },
          removeListener: (name, handler) => { listeners[name] = (listeners[name] ?? []).filter((other) => other !== handler); },
          request: async ({ method, params }) => {
            const answer = JSON.parse(await window.testWallet(JSON.stringify({ method, params: params ?? [] })));
            if (answer.event) for (const handler of listeners[answer.event] ?? []) handler(answer.result);
            if (answer.error) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
            return answer.result;
          },
        };
        const detail = Object.freeze({
          info: { uuid: "8f7d2c1e-0000-4000-8000-000000000001", name: "Test Wallet", icon: "data:image/svg+xml,<svg/>", rdns: "test.wallet" },
          provider,
        });
        const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
        window.addEventListener("eip6963:requestProvider", announce);
        announce();
        """;

    /// <summary>The chain that the wallet is on; another one than the market's is the wrong network.</summary>
    public ulong? ChainId { get; set; }

    /// <summary>Whether the person refuses the next signature.</summary>
    public bool RefusesNext { get; set; }

    /// <summary>What it answers instead of the next transaction's hash; null for the truth.</summary>
    public string? NextHash { get; set; }

    /// <summary>What it answers instead of its account; null for the truth.</summary>
    public string? ClaimedAccount { get; set; }

    /// <summary>Done just before the next transaction is sent: what happens on the chain between the look and the signature.</summary>
    public Func<Task>? BeforeNext { get; set; }

    /// <summary>Methods that the page has asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Puts the wallet into every page that <paramref name="page"/> will show.</summary>
    public async Task InjectAsync(IPage page)
    {
        await page.ExposeFunctionAsync<string, Task<string>>("testWallet", AnswerAsync);
        await page.AddInitScriptAsync(Script);
    }

    private async Task<string> AnswerAsync(string request)
    {
        using JsonDocument json = JsonDocument.Parse(request);
        string method = json.RootElement.GetProperty("method").GetString()!;
        JsonElement parameters = json.RootElement.GetProperty("params");
        Asked.Add(method);
        try
        {
            return method switch
            {
                "eth_requestAccounts" or "eth_accounts" => Result(new[] { ClaimedAccount ?? account.ToString() }),
                "eth_chainId" => Result(Hex.FormatQuantity(ChainId ?? await node.GetChainIdAsync())),
                "wallet_switchEthereumChain" => await SwitchAsync(),
                "eth_sendTransaction" => await SendAsync(parameters),
                _ => Result((await node.SendAsync(method, [.. parameters.EnumerateArray().Select(value => (object?)value)])).Clone()),
            };
        }
        catch (RpcException e)
        {
            return Error(-32603, e.Message);
        }
    }

    private async Task<string> SwitchAsync()
    {
        ChainId = null;
        return JsonSerializer.Serialize(new { result = Hex.FormatQuantity(await node.GetChainIdAsync()), @event = "chainChanged" });
    }

    private async Task<string> SendAsync(JsonElement parameters)
    {
        if (RefusesNext)
        {
            RefusesNext = false;
            return Error(UserRejected, "User rejected the request.");
        }
        if (NextHash is { } claimed)
        {
            NextHash = null;
            return Result(claimed);
        }
        if (BeforeNext is { } interlude)
        {
            BeforeNext = null;
            await interlude();
        }
        // With a gas limit, as wallets send it, the node takes also what will be reverted.
        JsonObject transaction = JsonObject.Create(parameters[0])!;
        transaction["gas"] ??= "0xf4240";
        return Result((await node.SendAsync("eth_sendTransaction", [transaction])).Clone());
    }

    private static string Result(object value) => JsonSerializer.Serialize(new { result = value });

    private static string Error(int code, string message) => JsonSerializer.Serialize(new { error = new { code, message } });
}
