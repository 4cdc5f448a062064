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
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;
using Nethereum.RPC.Eth.DTOs;

namespace Marketplace.Chain.Sending;

/// <summary>One thing to be done on chain, and the transactions signed for it, all with the same nonce: at most one is mined.</summary>
internal sealed class Intent(string key)
{
    private TaskCompletionSource<Receipt> _completion = NewCompletion();

    public string Key { get; } = key;

    public ulong Nonce => Attempts[^1].Transaction.Nonce;

    /// <summary>Oldest first. The newest pays most.</summary>
    public List<SignedTransaction> Attempts { get; } = [];

    /// <summary>The receipt, once confirmed.</summary>
    public Receipt? Receipt { get; private set; }

    public bool IsPending => Receipt is null && Attempts.Count > 0;

    /// <summary>Completes with the receipt, or fails when the nonce was used by a foreign transaction.</summary>
    public Task<Receipt> Completion => _completion.Task;

    /// <summary>When the newest attempt was first broadcast by this process; null when it was not yet.</summary>
    public DateTimeOffset? BroadcastAt { get; set; }

    /// <summary>Whether the node refused the newest attempt when it was last broadcast.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The newest block when this process last raised the fees; null when it has not.</summary>
    public ulong? RaisedAtHead { get; set; }

    /// <summary>How often in a row the nonce was seen used without a receipt of ours.</summary>
    public int MissingReceipts { get; set; }

    public void Sign(SignedTransaction transaction)
    {
        if (Attempts.Count > 0 && Attempts[^1].Transaction.Nonce != transaction.Transaction.Nonce)
        {
            throw new InvalidOperationException(
                $"The intent {Key} has nonce {Nonce}; signing {transaction.Transaction.Nonce} could execute it twice.");
        }

        Attempts.Add(transaction);
        BroadcastAt = null;
        if (_completion.Task.IsCompleted) _completion = NewCompletion();
    }

    public void Mine(Receipt receipt)
    {
        Receipt = receipt;
        _completion.TrySetResult(receipt);
    }

    public void Reopen()
    {
        Receipt = null;
        BroadcastAt = null;
        if (_completion.Task.IsCompleted) _completion = NewCompletion();
    }

    public void Replace()
    {
        Attempts.Clear();
        MissingReceipts = 0;
        Fail(new IntentReplacedException(Key));
    }

    public void Fail(Exception failure)
    {
        _completion.TrySetException(failure);
        _ = _completion.Task.Exception; // Marks it as observed: nobody may be waiting.
    }

    private static TaskCompletionSource<Receipt> NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The journal of one account on one chain, held open for this process alone.</summary>
internal sealed class TransactionJournal : IDisposable
{
    private readonly FileStream _file;

    private TransactionJournal(FileStream file) => _file = file;

    /// <summary>All intents ever journaled, by key.</summary>
    public Dictionary<string, Intent> Intents { get; } = new(StringComparer.Ordinal);

    /// <summary>What is not settled, by nonce.</summary>
    public Intent[] Pending => [.. Intents.Values.Where(i => i.IsPending).OrderBy(i => i.Nonce)];

    /// <summary>The first nonce above all that were signed.</summary>
    public ulong NextNonce => Intents.Values.Where(i => i.Attempts.Count > 0).Select(i => i.Nonce + 1).DefaultIfEmpty(0UL).Max();

    /// <summary>Opens or creates a journal and replays it.</summary>
    /// <exception cref="AccountInUseException">Another process holds it.</exception>
    /// <exception cref="InvalidDataException">A line other than a torn last one is damaged.</exception>
    public static TransactionJournal Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new AccountInUseException(path, e);
        }

        try
        {
            TransactionJournal journal = new(file);
            journal.Replay(path);
            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public Intent AppendSigned(string key, SignedTransaction transaction)
    {
        Append(new JsonObject
        {
            ["kind"] = "signed",
            ["key"] = key,
            ["nonce"] = transaction.Transaction.Nonce,
            ["hash"] = transaction.Hash.ToString(),
            ["raw"] = Hex.Format(transaction.Raw.Span),
        });
        Intent intent = IntentOf(key);
        intent.Sign(transaction);
        return intent;
    }

    public void AppendMined(Intent intent, Receipt receipt, JsonElement json)
    {
        Append(new JsonObject { ["kind"] = "mined", ["key"] = intent.Key, ["receipt"] = JsonNode.Parse(json.GetRawText()) });
        intent.Mine(receipt);
    }

    public void AppendReopened(Intent intent)
    {
        Append(new JsonObject { ["kind"] = "reopened", ["key"] = intent.Key });
        intent.Reopen();
    }

    public void AppendReplaced(Intent intent)
    {
        Append(new JsonObject { ["kind"] = "replaced", ["key"] = intent.Key });
        intent.Replace();
    }

    public void Dispose() => _file.Dispose();

    private void Append(JsonObject entry)
    {
        long start = _file.Position;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(entry.ToJsonString() + "\n"));
            _file.Flush(flushToDisk: true);
        }
        catch
        {
            // A half-written line must not get others behind it.
            _file.SetLength(start);
            throw;
        }
    }

    private void Replay(string path)
    {
        byte[] content = new byte[_file.Length];
        _file.ReadExactly(content);
        int start = 0;
        for (int line = 1; start < content.Length; line++)
        {
            int end = Array.IndexOf(content, (byte)'\n', start);
            if (end < 0) break;
            try
            {
                Apply(JsonNode.Parse(content.AsSpan(start, end - start)) as JsonObject ?? throw new FormatException("not an object"));
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
            {
                throw new InvalidDataException(
                    $"Line {line} of the journal {path} is damaged ({e.Message}). It says which transactions were signed; do not delete it "
                    + "while any of them may be pending. Restore it from a backup, or move it away once the account has none.", e);
            }

            start = end + 1;
        }

        _file.SetLength(start);
        _file.Position = start;
    }

    private void Apply(JsonObject entry)
    {
        Intent intent = IntentOf(Text(entry, "key"));
        switch (Text(entry, "kind"))
        {
            case "signed":
                intent.Sign(SignedTransaction.Parse(Hex.Parse(Text(entry, "raw"))));
                break;
            case "mined":
                TransactionReceipt? receipt =
                    (entry["receipt"] ?? throw new FormatException("no receipt")).Deserialize<TransactionReceipt>(JsonText.Options);
                intent.Mine(NodeModels.ToReceipt(receipt!));
                break;
            case "reopened":
                intent.Reopen();
                break;
            case "replaced":
                intent.Replace();
                break;
            case string kind:
                throw new FormatException($"unknown kind {Hex.Excerpt(kind)}");
        }
    }

    private Intent IntentOf(string key)
    {
        if (!Intents.TryGetValue(key, out Intent? intent)) Intents.Add(key, intent = new Intent(key));
        return intent;
    }

    private static string Text(JsonObject entry, string name) =>
        entry[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw new FormatException($"no text {name}");
}
