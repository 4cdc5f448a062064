using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>Keeps a party's updates of the rounds that are not closed yet.</summary>
public interface IUpdateStore
{
    /// <summary>A round's update; null when none was kept.</summary>
    /// <exception cref="StoredUpdateException">One was kept, and cannot be read any more.</exception>
    /// <exception cref="UpdateStoreUnavailableException">The store cannot be reached.</exception>
    Task<StoredUpdate?> FindAsync(RoundId round, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a round's update, unless one that fits was kept before. What was kept and does not fit any more, or cannot be read any more, is
    /// written over. What this returns survives a crash.
    /// </summary>
    /// <param name="round">Which round.</param>
    /// <param name="update">What to keep.</param>
    /// <param name="fits">Whether what was kept is about the round as it is now.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>What counts: <paramref name="update"/>, or what was decided first.</returns>
    /// <exception cref="UpdateStoreUnavailableException">The store cannot be reached. Finding tells what was decided.</exception>
    Task<StoredUpdate> DecideAsync(RoundId round, StoredUpdate update, Func<StoredUpdate, bool> fits, CancellationToken cancellationToken);

    /// <summary>Drops what was kept of the project's rounds before <paramref name="round"/>.</summary>
    /// <exception cref="UpdateStoreUnavailableException">The store cannot be reached.</exception>
    Task ForgetBeforeAsync(RoundId round, CancellationToken cancellationToken);
}

/// <summary>An update that was kept cannot be read any more; the message says which, where and why.</summary>
public sealed class StoredUpdateException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The updates cannot be reached for now: nothing is decided until they can.</summary>
public sealed class UpdateStoreUnavailableException(string where, Exception innerException)
    : IOException($"The updates in {where} cannot be reached ({innerException.Message}); nothing is decided until they can.", innerException);
