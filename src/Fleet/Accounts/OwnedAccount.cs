using Marketplace.Chain.Sending;
using Marketplace.Fleet.Databases;
using Npgsql;

namespace Marketplace.Fleet.Accounts;

/// <summary>
/// An account that this machine owns until another one takes it. Taking it begins a new epoch, and whatever is written of the account
/// names the epoch of its writer in the same statement: a machine that was believed dead, and wakes up, writes nothing any more.
/// </summary>
/// <remarks>
/// A write holds the account's row, and whoever takes the account waits for it. So a write is either committed before the epoch ends, and
/// the next owner reads it, or it is refused.
/// </remarks>
public sealed class OwnedAccount
{
    private const string Owner = "owner AS (SELECT id FROM fleet.accounts WHERE id = $1 AND epoch = $2 FOR SHARE)";

    private readonly long _id;

    private OwnedAccount(FleetDatabase database, ChainAccount account, long id, long epoch) =>
        (Database, Account, _id, Epoch) = (database, account, id, epoch);

    public ChainAccount Account { get; }

    /// <summary>How often the account was taken, this time included.</summary>
    public long Epoch { get; }

    internal FleetDatabase Database { get; }

    /// <summary>Takes the account; whoever owned it does not any more once this returns.</summary>
    internal static async Task<OwnedAccount> TakeAsync(FleetDatabase database, ChainAccount account, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand take = database.Source.CreateCommand(
            """
            INSERT INTO fleet.accounts AS known (chain_id, genesis, address, epoch, taken_at) VALUES ($1, $2, $3, 1, now())
            ON CONFLICT (chain_id, genesis, address) DO UPDATE SET epoch = known.epoch + 1, taken_at = now()
            RETURNING id, epoch
            """);
        Add(take, checked((long)account.ChainId), account.Genesis.ToArray(), account.Address.ToArray());
        await using NpgsqlDataReader taken = await take.ExecuteReaderAsync(cancellationToken);
        await taken.ReadAsync(cancellationToken);
        return new OwnedAccount(database, account, taken.GetInt64(0), taken.GetInt64(1));
    }

    /// <summary>The account in an epoch that this machine did not begin, for which it may write while that lasts.</summary>
    internal static OwnedAccount InEpoch(FleetDatabase database, ChainAccount account, long id, long epoch) => new(database, account, id, epoch);

    /// <summary>This epoch, as another machine is told of it.</summary>
    internal AccountEpoch ToEpoch() =>
        new(Account.ChainId, Account.Genesis.ToString(), Account.Address.ToString(), _id, Epoch);

    /// <summary>Returns while the account is this machine's.</summary>
    /// <exception cref="AccountTakenOverException">It is not any more.</exception>
    internal async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand ask = Command("SELECT true FROM fleet.accounts WHERE id = $1 AND epoch = $2");
        if (await ask.ExecuteScalarAsync(cancellationToken) is null)
            throw new AccountTakenOverException(Account.Address);
    }

    /// <summary>Writes, if the account is this machine's, in one statement.</summary>
    /// <param name="statement">
    /// Common table expressions of which one is named <c>written</c>, and returns what was written. They take the account's id from
    /// <c>owner</c>, which is empty when it is another's. Their own parameters begin with <c>$3</c>; <c>$1</c> is the id, <c>$2</c> the epoch.
    /// </param>
    /// <param name="values">The parameters; a <see cref="DBNull"/> has to have its type told by a cast.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="AccountTakenOverException">It is another's; nothing was written.</exception>
    internal async Task<long> WriteAsync(string statement, params object[] values)
    {
        await using NpgsqlCommand write = Command(
            $"WITH {Owner}, {statement} SELECT (SELECT count(*) FROM owner), (SELECT count(*) FROM written)", values);
        await using NpgsqlDataReader counts = await write.ExecuteReaderAsync();
        await counts.ReadAsync();
        return counts.GetInt64(0) == 1 ? counts.GetInt64(1) : throw new AccountTakenOverException(Account.Address);
    }

    /// <summary>A statement whose <c>$1</c> is the account's id, and <c>$2</c> the epoch.</summary>
    internal NpgsqlCommand Command(string sql, params object[] values)
    {
        NpgsqlCommand command = Database.Source.CreateCommand(sql);
        Add(command, _id, Epoch);
        Add(command, values);
        return command;
    }

    private static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
    }
}
