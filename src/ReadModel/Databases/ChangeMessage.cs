using System.Text.Json;
using Marketplace.Chain;

namespace Marketplace.ReadModel.Databases;

/// <summary>A change as the database's notifications carry it from the writer to the others.</summary>
internal static class ChangeMessage
{
    /// <summary>PostgreSQL takes less than 8,000 bytes; an id or an address needs at most 45.</summary>
    private const int EntriesOfAMessage = 170;

    /// <summary>One or more messages; none when nothing changed.</summary>
    public static IEnumerable<string> Write(MarketChange change) => change.Projects
        .Select(project => (Project: (long?)project, Account: (Address?)null))
        .Concat(change.Accounts.Select(account => (Project: (long?)null, Account: (Address?)account)))
        .Chunk(EntriesOfAMessage)
        .Select(part => JsonSerializer.Serialize(new Message(
            change.Block,
            [.. part.Select(entry => entry.Project).OfType<long>()],
            [.. part.Select(entry => entry.Account).OfType<Address>()])));

    /// <summary>Null for a message that is none of ours.</summary>
    public static MarketChange? TryRead(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Message>(text) is { Projects: { } projects, Accounts: { } accounts } message
                ? new MarketChange(message.Block, projects.ToHashSet(), accounts.ToHashSet())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Message(ulong Block, long[] Projects, Address[] Accounts);
}
