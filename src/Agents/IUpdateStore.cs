using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>Keeps a party's updates of the rounds that are not closed yet.</summary>
public interface IUpdateStore
{
    /// <summary>A round's update; null when none was kept.</summary>
    /// <exception cref="StoredUpdateException">One was kept, and cannot be read any more.</exception>
    Task<StoredUpdate?> FindAsync(RoundId round, CancellationToken cancellationToken);

    /// <summary>Keeps a round's update instead of what was kept of it before. It survives a crash once this returns.</summary>
    Task PutAsync(RoundId round, StoredUpdate update, CancellationToken cancellationToken);

    /// <summary>Drops what was kept of the project's rounds before <paramref name="round"/>.</summary>
    Task ForgetBeforeAsync(RoundId round, CancellationToken cancellationToken);
}

/// <summary>An update that was kept cannot be read any more; the message says which, where and why.</summary>
public sealed class StoredUpdateException(string message, Exception? inner = null) : Exception(message, inner);
