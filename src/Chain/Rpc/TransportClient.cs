using System.Text.Json;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;

namespace Marketplace.Chain.Rpc;

/// <summary>What Nethereum's services send through: one call's way to the guarded transport, with that call's cancellation.</summary>
internal sealed class TransportClient(RpcTransport transport, CancellationToken cancellationToken) : ClientBase
{
    private string _method = "";

    /// <inheritdoc/>
    public override T DecodeResult<T>(RpcResponseMessage rpcResponseMessage) =>
        new RpcAnswer(transport.Host, _method, (JsonElement)rpcResponseMessage.Result, null).Read<T>()!;

    /// <inheritdoc/>
    public override async Task<RpcResponseMessage> SendAsync(RpcRequestMessage rpcRequestMessage, string? route = null)
    {
        RpcRequest request = ToRequest(rpcRequestMessage);
        _method = request.Method;
        return ToMessage(rpcRequestMessage, await transport.SendAsync(request, cancellationToken));
    }

    /// <inheritdoc/>
    protected override async Task<RpcResponseMessage[]> SendAsync(RpcRequestMessage[] requests)
    {
        IReadOnlyList<RpcAnswer> answers = await transport.SendBatchAsync([.. requests.Select(ToRequest)], cancellationToken);
        return [.. requests.Select((request, i) => ToMessage(request, answers[i]))];
    }

    private static RpcRequest ToRequest(RpcRequestMessage message) =>
        new(message.Id, message.Method, message.RawParameters as object[] ?? []);

    private static RpcResponseMessage ToMessage(RpcRequestMessage request, RpcAnswer answer) =>
        answer.Error is null ? new RpcResponseMessage(request.Id, (object)answer.Result) : throw answer.Error;
}
