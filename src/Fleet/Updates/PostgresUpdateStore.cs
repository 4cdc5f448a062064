using Marketplace.Agents;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Fleet.Accounts;
using Marketplace.Protocol.Rounds;
using Npgsql;

namespace Marketplace.Fleet.Updates;

/// <summary>
/// What a party has decided, for all machines that act for its account: the first to decide about a round decides for all, and a machine
/// that was followed decides nothing any more.
/// </summary>
/// <remarks>
/// Small updates are in the database. Large ones are in the content store, and the database has their CID. Both are sealed under a key that
/// is derived from the account's, as files are; a content store that anybody can read shows their size, and when they were made.
/// </remarks>
/// <param name="owner">The account, as <see cref="Journals.PostgresJournal.Owner"/> has it.</param>
/// <param name="sealing">Seals them, for their party and its role.</param>
/// <param name="content">Where large ones are; the caller disposes it.</param>
public sealed class PostgresUpdateStore(OwnedAccount owner, UpdateSealing sealing, IContentStore content) : IUpdateStore
{
    /// <summary>Most bytes that are kept in the database.</summary>
    public const int MostInDatabase = 64 * 1024;

    private const string Round = "account = $1 AND role = $3 AND market = $4 AND project = $5";

    private readonly string _role = $"{sealing.Role}".ToLowerInvariant();

    public async Task<StoredUpdate?> FindAsync(RoundId round, CancellationToken cancellationToken) =>
        await FindRowAsync(round, cancellationToken) is { } row ? await OpenAsync(round, row, cancellationToken) : null;

    /// <inheritdoc/>
    /// <exception cref="AccountTakenOverException">Another machine owns the account by now; nothing was decided.</exception>
    /// <exception cref="ContentStoreException">A large update cannot be stored, or what was decided cannot be fetched for now.</exception>
    public async Task<StoredUpdate> DecideAsync(
        RoundId round, StoredUpdate update, Func<StoredUpdate, bool> fits, CancellationToken cancellationToken)
    {
        Row made = await StoreAsync(sealing.Seal(round, update), cancellationToken);
        while (true)
        {
            Row? before = await FindRowAsync(round, cancellationToken);
            if (before is not null && await FindFittingAsync(round, before, fits, cancellationToken) is { } decided)
            {
                await ReleaseAsync(made, cancellationToken);
                return decided;
            }

            // Refused when somebody decided since; then that is looked at.
            if (await TryWriteAsync(round, before, made))
            {
                await ReleaseAsync(before, cancellationToken);
                return update;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AccountTakenOverException">Another machine owns the account by now; nothing was dropped.</exception>
    public async Task ForgetBeforeAsync(RoundId round, CancellationToken cancellationToken)
    {
        List<Row> dropped = await SelectAsync(round, $"{Round} AND round < $6", cancellationToken);
        if (dropped.Count == 0)
            return;
        await GuardAsync(() => owner.WriteAsync(
            $"written AS (DELETE FROM fleet.updates USING owner WHERE account = owner.id AND {Round} AND round < $6 RETURNING round)",
            KeyOf(round)));
        foreach (Row row in dropped)
            await ReleaseAsync(row, cancellationToken);
    }

    private object[] KeyOf(RoundId round)
    {
        if (round.ChainId != owner.Account.ChainId)
            throw new ArgumentException($"the account is one of chain {owner.Account.ChainId}, the round of chain {round.ChainId}", nameof(round));
        return [_role, round.Market.ToArray(), round.Project, round.Round];
    }

    private async Task<Row?> FindRowAsync(RoundId round, CancellationToken cancellationToken) =>
        (await SelectAsync(round, $"{Round} AND round = $6", cancellationToken)).SingleOrDefault();

    private Task<List<Row>> SelectAsync(RoundId round, string condition, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using NpgsqlCommand select = owner.Command($"SELECT version, sealed, content FROM fleet.updates WHERE {condition}", KeyOf(round));
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        List<Row> found = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            found.Add(new Row(
                rows.GetInt32(0),
                rows.IsDBNull(1) ? null : rows.GetFieldValue<byte[]>(1),
                rows.IsDBNull(2) ? null : rows.GetString(2)));
        }

        return found;
    });

    /// <summary>Writes what was made, unless the row is another than before.</summary>
    private async Task<bool> TryWriteAsync(RoundId round, Row? before, Row made)
    {
        const string Statement =
            """
            written AS (
                INSERT INTO fleet.updates AS known (account, role, market, project, round, version, sealed, content)
                SELECT id, $3, $4, $5, $6, 1, $7::bytea, $8::text FROM owner
                ON CONFLICT (account, role, market, project, round) DO UPDATE
                    SET version = known.version + 1, sealed = excluded.sealed, content = excluded.content, decided_at = now()
                    WHERE known.version = $9
                RETURNING version)
            """;
        object[] values = [.. KeyOf(round), (object?)made.Sealed ?? DBNull.Value, (object?)made.Content ?? DBNull.Value, before?.Version ?? 0];
        return await GuardAsync(() => owner.WriteAsync(Statement, values)) == 1;
    }

    private async Task<Row> StoreAsync(byte[] bytes, CancellationToken cancellationToken) => bytes.Length <= MostInDatabase
        ? new Row(0, bytes, null)
        : new Row(0, null, $"{await content.AddAsync(bytes, cancellationToken)}");

    /// <summary>What was decided, if it can be read and fits.</summary>
    private async Task<StoredUpdate?> FindFittingAsync(
        RoundId round, Row row, Func<StoredUpdate, bool> fits, CancellationToken cancellationToken)
    {
        try
        {
            StoredUpdate decided = await OpenAsync(round, row, cancellationToken);
            return fits(decided) ? decided : null;
        }
        catch (StoredUpdateException)
        {
            // What cannot be read any more decides nothing.
            return null;
        }
    }

    /// <exception cref="ContentStoreException">The content store does not have it, or does not answer, for now.</exception>
    private async Task<StoredUpdate> OpenAsync(RoundId round, Row row, CancellationToken cancellationToken)
    {
        string where = $"the update of {round} in the database {owner.Database.Location}";
        if (row.Content is null)
            return sealing.Open(round, row.Sealed, where);
        if (!Cid.TryParse(row.Content, out Cid cid))
            throw new StoredUpdateException($"{where} cannot be read: the row names no content");
        try
        {
            return sealing.Open(round, await content.GetAsync(cid, sealing.MaxLength, cancellationToken), $"{where}, content {cid},");
        }
        catch (ContentStoreException e) when (e.IsAboutContent || e is ContentMismatchException)
        {
            throw new StoredUpdateException($"{where} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Lets go of what no row names any more. That some is left costs space alone.</summary>
    private async Task ReleaseAsync(Row? row, CancellationToken cancellationToken)
    {
        if (row?.Content is not { } text || !Cid.TryParse(text, out Cid cid))
            return;
        try
        {
            await content.ReleaseAsync(cid, cancellationToken);
        }
        catch (ContentStoreException)
        {
            // The store keeps it, then.
        }
    }

    private Task<T> GuardAsync<T>(Func<Task<T>> work) =>
        owner.Database.GuardAsync(work, (where, e) => new UpdateStoreUnavailableException(where, e));

    private sealed record Row(int Version, byte[]? Sealed, string? Content);
}
