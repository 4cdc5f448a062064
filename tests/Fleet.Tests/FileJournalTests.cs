using Marketplace.Chain.Sending;
using Marketplace.Testing.Files;

namespace Marketplace.Fleet.Tests;

/// <summary>The journal in a file.</summary>
public sealed class FileJournalTests : JournalTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITransactionJournal> OpenAsync(ChainAccount account, CancellationToken cancellationToken) =>
        Task.FromResult<ITransactionJournal>(FileJournal.Open(_folder.Path, account));
}
