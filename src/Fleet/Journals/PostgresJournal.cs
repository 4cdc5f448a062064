using System.Data.Common;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Fleet.Accounts;
using Marketplace.Fleet.Databases;
using Npgsql;

namespace Marketplace.Fleet.Journals;

/// <summary>
/// An account's journal in PostgreSQL: whichever machine opens it goes on where another one was, which from then on writes nothing.
/// </summary>
/// <remarks>What it holds is public, or about to be: signed transactions and their receipts. No key reaches the database.</remarks>
public sealed class PostgresJournal : ITransactionJournal
{
    private PostgresJournal(OwnedAccount owner) => Owner = owner;

    /// <summary>The account, in the epoch that began when this journal was opened.</summary>
    public OwnedAccount Owner { get; }

    /// <summary>Takes the account, and opens its journal.</summary>
    /// <exception cref="JournalUnavailableException">The database cannot be reached.</exception>
    public static Task<PostgresJournal> OpenAsync(FleetDatabase database, ChainAccount account, CancellationToken cancellationToken) =>
        GuardAsync(database, async () => new PostgresJournal(await OwnedAccount.TakeAsync(database, account, cancellationToken)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalEntry>> ReadAsync(CancellationToken cancellationToken) => GuardAsync(Owner.Database, async () =>
    {
        List<JournalEntry> entries = [];
        await using (NpgsqlCommand read = Owner.Command(
            """
            SELECT intents.key, intents.nonce, attempts.hash, attempts.raw,
                CASE WHEN attempts.number = (SELECT max(number) FROM fleet.attempts AS others WHERE others.intent = intents.id)
                    THEN intents.receipt END
            FROM fleet.intents JOIN fleet.attempts ON attempts.intent = intents.id
            WHERE intents.account = $1 AND NOT intents.replaced
            ORDER BY intents.nonce, attempts.number
            """))
        await using (NpgsqlDataReader rows = await read.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken)) entries.AddRange(Parse(rows));
        }

        // If the account is ours still, nobody has written meanwhile.
        await Owner.ConfirmAsync(cancellationToken);
        return (IReadOnlyList<JournalEntry>)entries;
    });

    /// <inheritdoc/>
    public Task AppendAsync(JournalEntry entry) => GuardAsync(Owner.Database, async () =>
    {
        long written;
        try
        {
            written = await WriteAsync(entry);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new InvalidDataException($"{Name} has another intent with the nonce of {entry.Key} ({e.ConstraintName}).", e);
        }

        return written == 1 ? true : throw new InvalidDataException($"{Name} has no {entry.Key} with this nonce; nothing was recorded.");
    });

    /// <inheritdoc/>
    public Task ConfirmOwnerAsync(CancellationToken cancellationToken) => GuardAsync(Owner.Database, async () =>
    {
        try
        {
            await Owner.ConfirmAsync(cancellationToken);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            // A connection of the pool breaks when the server is started again; another one may be whole, and asking twice does no harm.
            await Owner.ConfirmAsync(cancellationToken);
        }

        return true;
    });

    /// <summary>Nothing is held open. The account stays this machine's until another one takes it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Name => $"The journal of {Owner.Account.Address} in {Owner.Database.Location}";

    private Task<long> WriteAsync(JournalEntry entry) => entry switch
    {
        JournalEntry.Signed { Transaction: { } signed } => Owner.WriteAsync(
            """
            made AS (
                INSERT INTO fleet.intents (account, key, nonce) SELECT id, $3, $4 FROM owner
                ON CONFLICT (account, key) WHERE NOT replaced DO NOTHING
                RETURNING id),
            intent AS (
                SELECT id FROM made
                UNION ALL
                SELECT id FROM fleet.intents WHERE account = (SELECT id FROM owner) AND key = $3 AND nonce = $4 AND NOT replaced),
            written AS (
                INSERT INTO fleet.attempts (intent, number, hash, raw, epoch)
                SELECT id, (SELECT count(*) FROM fleet.attempts WHERE attempts.intent = intent.id), $5, $6, $2 FROM intent
                RETURNING number)
            """,
            entry.Key, checked((long)signed.Transaction.Nonce), signed.Hash.ToArray(), signed.Raw.ToArray()),
        JournalEntry.Mined mined => UpdateAsync("receipt = $4", entry.Key, mined.Json),
        JournalEntry.Reopened => UpdateAsync("receipt = NULL", entry.Key),
        JournalEntry.Replaced => UpdateAsync("receipt = NULL, replaced = true", entry.Key),
        _ => throw new ArgumentException($"no row is made of {entry.GetType().Name}", nameof(entry)),
    };

    private Task<long> UpdateAsync(string assignments, params object[] values) => Owner.WriteAsync(
        $"""
        written AS (
            UPDATE fleet.intents SET {assignments} FROM owner
            WHERE intents.account = owner.id AND intents.key = $3 AND NOT intents.replaced
            RETURNING intents.id)
        """,
        values);

    /// <summary>What a row says: an attempt and, with an intent's last one, its receipt.</summary>
    private IEnumerable<JournalEntry> Parse(DbDataReader row)
    {
        string key = row.GetString(0);
        List<JournalEntry> entries = [];
        try
        {
            SignedTransaction signed = SignedTransaction.Parse(row.GetFieldValue<byte[]>(3));
            if (signed.Transaction.Nonce != (ulong)row.GetInt64(1) || !signed.Hash.ToArray().AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(2)))
                throw new FormatException($"the transaction {signed.Hash} with nonce {signed.Transaction.Nonce} is not the one that its row names");
            entries.Add(new JournalEntry.Signed(key, signed));
            if (!row.IsDBNull(4)) entries.Add(new JournalEntry.Mined(key, row.GetString(4)));
            return entries;
        }
        catch (FormatException e)
        {
            throw new InvalidDataException(
                $"{Name} is damaged at {key} ({e.Message}). It says which transactions were signed; restore it from a backup.", e);
        }
    }

    private static Task<T> GuardAsync<T>(FleetDatabase database, Func<Task<T>> work) =>
        database.GuardAsync(work, (where, e) => new JournalUnavailableException(where, e));
}
