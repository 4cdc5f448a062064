// What an account has signed, on disk. One JSON object a line, appended and forced to disk before its effect leaves the process:
//
//   {"kind":"signed","key":"…","nonce":7,"hash":"0x…","raw":"0x…"}    before the transaction is broadcast
//   {"kind":"mined","key":"…","receipt":{…}}                          once it is confirmed
//   {"kind":"reopened","key":"…"}                                     its block was reorganized away
//   {"kind":"replaced","key":"…"}                                     its nonce was used by a foreign transaction for good
//
// A crash can tear the last line only; what it was to record has then not happened, and the line is cut off.

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Chain.Signing;

namespace Marketplace.Chain.Sending;

/// <summary>The journal of an account that sends from one machine: a file, held open by this process alone.</summary>
public sealed class FileJournal : ITransactionJournal
{
    private readonly FileStream _file;

    private FileJournal(FileStream file) => _file = file;

    /// <summary>Opens or creates the journal of an account.</summary>
    /// <param name="folder">Folder of the journals; created when absent.</param>
    /// <param name="account">Whose journal; it has a file of its own.</param>
    /// <exception cref="AccountInUseException">Another process holds it.</exception>
    public static FileJournal Open(string folder, ChainAccount account)
    {
        string name = $"{account.ChainId}-{account.Genesis.ToString()[2..10]}-{account.Address.ToString()[2..].ToLowerInvariant()}.jsonl";
        string path = Path.Combine(Path.GetFullPath(folder), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileJournal(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new AccountInUseException(path, e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A line other than a torn last one is damaged.</exception>
    public Task<IReadOnlyList<JournalEntry>> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] content = new byte[_file.Length];
        _file.Position = 0;
        _file.ReadExactly(content);
        List<JournalEntry> entries = [];
        int start = 0;
        for (int line = 1; start < content.Length; line++)
        {
            int end = Array.IndexOf(content, (byte)'\n', start);
            if (end < 0) break;
            try
            {
                entries.Add(Parse(JsonNode.Parse(content.AsSpan(start, end - start)) as JsonObject ?? throw new FormatException("not an object")));
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
            {
                throw new InvalidDataException(
                    $"Line {line} of the journal {_file.Name} is damaged ({e.Message}). It says which transactions were signed; do not delete it "
                    + "while any of them may be pending. Restore it from a backup, or move it away once the account has none.", e);
            }

            start = end + 1;
        }

        _file.SetLength(start);
        _file.Position = start;
        return Task.FromResult<IReadOnlyList<JournalEntry>>(entries);
    }

    /// <inheritdoc/>
    public Task AppendAsync(JournalEntry entry)
    {
        long start = _file.Position;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(Format(entry).ToJsonString() + "\n"));
            _file.Flush(flushToDisk: true);
        }
        catch
        {
            // A half-written line must not get others behind it.
            _file.SetLength(start);
            throw;
        }

        return Task.CompletedTask;
    }

    /// <summary>Nobody else can open the file.</summary>
    public Task ConfirmOwnerAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static JsonObject Format(JournalEntry entry) => entry switch
    {
        JournalEntry.Signed { Transaction: { } signed } => new JsonObject
        {
            ["kind"] = "signed",
            ["key"] = entry.Key,
            ["nonce"] = signed.Transaction.Nonce,
            ["hash"] = signed.Hash.ToString(),
            ["raw"] = Hex.Format(signed.Raw.Span),
        },
        JournalEntry.Mined mined => new JsonObject { ["kind"] = "mined", ["key"] = entry.Key, ["receipt"] = JsonNode.Parse(mined.Json) },
        JournalEntry.Reopened => new JsonObject { ["kind"] = "reopened", ["key"] = entry.Key },
        JournalEntry.Replaced => new JsonObject { ["kind"] = "replaced", ["key"] = entry.Key },
        _ => throw new ArgumentException($"no line is made of {entry.GetType().Name}", nameof(entry)),
    };

    private static JournalEntry Parse(JsonObject line)
    {
        string key = Text(line, "key");
        return Text(line, "kind") switch
        {
            "signed" => new JournalEntry.Signed(key, SignedTransaction.Parse(Hex.Parse(Text(line, "raw")))),
            "mined" => new JournalEntry.Mined(key, (line["receipt"] ?? throw new FormatException("no receipt")).ToJsonString()),
            "reopened" => new JournalEntry.Reopened(key),
            "replaced" => new JournalEntry.Replaced(key),
            string kind => throw new FormatException($"unknown kind {Hex.Excerpt(kind)}"),
        };
    }

    private static string Text(JsonObject line, string name) =>
        line[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw new FormatException($"no text {name}");
}
