using Marketplace.Agents;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Fleet.Accounts;
using Marketplace.Fleet.Databases;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Fleet.Updates;

/// <summary>
/// What the account has decided, for a silo that serves a project while another one owns the account: it writes in the epoch of the account's
/// grain, and asks for the next one when that is over.
/// </summary>
internal sealed class GrainUpdateStore(FleetDatabase database, GrainSender account, UpdateSealing sealing, IContentStore content) : IUpdateStore
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public Task<StoredUpdate?> FindAsync(RoundId round, CancellationToken cancellationToken) =>
        InEpochAsync(store => store.FindAsync(round, cancellationToken), cancellationToken);

    public Task<StoredUpdate> DecideAsync(
        RoundId round, StoredUpdate update, Func<StoredUpdate, bool> fits, CancellationToken cancellationToken) =>
        InEpochAsync(store => store.DecideAsync(round, update, fits, cancellationToken), cancellationToken);

    public Task ForgetBeforeAsync(RoundId round, CancellationToken cancellationToken) => InEpochAsync(
        async store =>
        {
            await store.ForgetBeforeAsync(round, cancellationToken);
            return true;
        },
        cancellationToken);

    private async Task<T> InEpochAsync<T>(Func<PostgresUpdateStore, Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            AccountEpoch epoch = await account.ReadEpochAsync(cancellationToken);
            try
            {
                return await work(new PostgresUpdateStore(epoch.Open(database), sealing, content));
            }
            catch (AccountTakenOverException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
