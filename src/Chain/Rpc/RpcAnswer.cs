using System.Text.Json;
using Marketplace.Http;

namespace Marketplace.Chain.Rpc;

/// <summary>The answer to one request: a result or the node's refusal.</summary>
internal readonly record struct RpcAnswer(string Host, string Method, JsonElement Result, RpcException? Error)
{
    /// <summary>The result as Nethereum's type for it; null when the node answers null.</summary>
    /// <exception cref="RpcException">The node refused the request.</exception>
    /// <exception cref="RpcTransportException">The result has another shape.</exception>
    public T? Read<T>()
    {
        if (Error is not null) throw Error;
        try
        {
            return Result.Deserialize<T>(JsonText.Options);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            throw Malformed(e);
        }
    }

    /// <summary>The result as a type of ours.</summary>
    /// <exception cref="RpcException">The node refused the request.</exception>
    /// <exception cref="RpcTransportException">The result has another shape, or is null where
    /// <paramref name="convert"/> does not take it.</exception>
    public T Read<TDto, T>(Func<TDto?, T> convert)
    {
        try
        {
            return convert(Read<TDto>());
        }
        catch (FormatException e)
        {
            throw Malformed(e);
        }
    }

    private RpcTransportException Malformed(Exception e) => new(Host, Method, $"malformed result: {Printable.Line(e.Message)}", e);
}
