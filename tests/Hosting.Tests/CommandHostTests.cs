using System.CommandLine;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Hosting.Tests;

/// <summary>What a program says, and with which code it ends, when something goes wrong.</summary>
[Collection("process")]
public sealed class CommandHostTests
{
    public static TheoryData<Exception, int> Foreseen => new()
    {
        { new UsageException("say"), CommandHost.WrongUsage },
        { new AgentException("say"), CommandHost.WrongUsage },
        { new DocumentException("say"), CommandHost.WrongUsage },
        { new AccountInUseException("say", new IOException()), CommandHost.WrongUsage },
        { new SenderStoppedException(new IOException("say")), CommandHost.Failed },
        { new AccountTakenOverException(Address.Zero), CommandHost.Failed },
        { new PublishedException("say"), CommandHost.Failed },
        { new ContentStoreException("say"), CommandHost.Failed },
        { new RpcTransportException("node", "eth_call", "say"), CommandHost.Failed },
    };

    public static TheoryData<Exception> Unforeseen =>
        [new InvalidOperationException("say"), new ObjectDisposedException("say"), new ArgumentException("say"), new NullReferenceException("say")];

    [Theory]
    [MemberData(nameof(Foreseen))]
    public async Task What_was_foreseen_is_said_in_one_line(Exception thrown, int code)
    {
        (int actual, string said) = await RunAsync(thrown);
        Assert.Equal(code, actual);
        Assert.StartsWith("error: ", said, StringComparison.Ordinal);
        Assert.Contains(thrown.Message, said, StringComparison.Ordinal);
        Assert.DoesNotContain("not foreseen", said, StringComparison.Ordinal);
        Assert.Single(said.TrimEnd().Split('\n'));
    }

    [Theory]
    [MemberData(nameof(Unforeseen))]
    public async Task What_was_not_foreseen_is_said_to_be_so(Exception thrown)
    {
        (int code, string said) = await RunAsync(thrown);
        Assert.Equal(CommandHost.Failed, code);
        Assert.Contains($"not foreseen ({thrown.GetType().Name}: ", said, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said)> RunAsync(Exception thrown)
    {
        var root = new RootCommand();
        root.Does((_, _, _) => throw thrown);
        TextWriter before = Console.Error;
        using StringWriter said = new();
        Console.SetError(said);
        try
        {
            return (await CommandHost.RunAsync(root, []), said.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
