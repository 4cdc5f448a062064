namespace Marketplace.Chain.Sending;

/// <summary>
/// What an account has signed on one chain, kept where it survives the process. Whoever opens a journal owns the account until another
/// one opens it: two owners would use each other's nonces, or carry out an intent twice.
/// </summary>
/// <remarks>One sender uses it, one call at a time.</remarks>
public interface ITransactionJournal : IAsyncDisposable
{
    /// <summary>Reads what stands: entries which, applied in their order, give every intent as it is now.</summary>
    /// <exception cref="AccountTakenOverException">Another one owns the account by now.</exception>
    /// <exception cref="JournalUnavailableException">The journal cannot be reached.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    Task<IReadOnlyList<JournalEntry>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Records an entry, unless another one owns the account by now. Once this returns, no crash takes it back. It cannot be cancelled:
    /// nobody would know whether it was recorded.
    /// </summary>
    /// <exception cref="AccountTakenOverException">Another one owns the account; nothing was recorded.</exception>
    /// <exception cref="JournalUnavailableException">The journal cannot be reached. The entry may be recorded or not; reading it tells.</exception>
    Task AppendAsync(JournalEntry entry);

    /// <summary>Returns while the account is still this one's own; asked before anything is signed or sent again.</summary>
    /// <exception cref="AccountTakenOverException">Another one owns it.</exception>
    /// <exception cref="JournalUnavailableException">The journal cannot be reached.</exception>
    Task ConfirmOwnerAsync(CancellationToken cancellationToken);
}

/// <summary>An account on one chain: what a journal belongs to.</summary>
/// <param name="ChainId">The chain's EIP-155 id.</param>
/// <param name="Genesis">Hash of its first block. Development chains share one id but begin anew; this tells them apart.</param>
/// <param name="Address">The account.</param>
public sealed record ChainAccount(ulong ChainId, Bytes32 Genesis, Address Address);

/// <summary>Another process or machine has opened the account's journal: this one signs and sends nothing more.</summary>
public sealed class AccountTakenOverException(Address account)
    : Exception(
        $"The account {account} was taken over: another process or machine has opened its journal since. This one signs and sends nothing more; "
            + "what it had begun is carried on there.");

/// <summary>The journal cannot be reached for now: nothing is signed until it can.</summary>
public sealed class JournalUnavailableException(string where, Exception innerException)
    : IOException($"The journal in {where} cannot be reached ({innerException.Message}); nothing is signed until it can.", innerException);
