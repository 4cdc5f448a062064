using System.Text.Json;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;
using Nethereum.RPC.Eth.DTOs;

namespace Marketplace.Chain.Sending;

/// <summary>What happened to an intent, as a journal records it.</summary>
/// <param name="Key">Names the intent; at most <see cref="MaxKeyLength"/> characters.</param>
public abstract record JournalEntry(string Key)
{
    /// <summary>Most characters of an intent's key.</summary>
    public const int MaxKeyLength = 500;

    /// <summary>A transaction was signed for it, and is broadcast once this is recorded. All of an intent's have the same nonce.</summary>
    public sealed record Signed(string Key, SignedTransaction Transaction) : JournalEntry(Key);

    /// <summary>One of its transactions is confirmed.</summary>
    public sealed record Mined : JournalEntry
    {
        /// <param name="key">Names the intent.</param>
        /// <param name="json">The receipt as the node gave it.</param>
        /// <exception cref="FormatException">It is no receipt.</exception>
        public Mined(string key, string json)
            : base(key)
        {
            try
            {
                TransactionReceipt? receipt = JsonSerializer.Deserialize<TransactionReceipt>(json, JsonText.Options);
                (Json, Receipt) = (json, NodeModels.ToReceipt(receipt ?? throw new FormatException("no receipt")));
            }
            catch (JsonException e)
            {
                throw new FormatException($"the receipt is no JSON of one: {e.Message}", e);
            }
        }

        public string Json { get; }

        public Receipt Receipt { get; }
    }

    /// <summary>The block of its confirmed transaction was reorganized away.</summary>
    public sealed record Reopened(string Key) : JournalEntry(Key);

    /// <summary>A foreign transaction has used its nonce for good: none of its own can be mined any more, and it may be signed anew.</summary>
    public sealed record Replaced(string Key) : JournalEntry(Key);
}
