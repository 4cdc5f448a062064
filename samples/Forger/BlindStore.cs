using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Forger;

/// <summary>A store that shows its reader noise in place of one trainer's sealed update: to the aggregator the update is invalid.</summary>
/// <param name="store">The true store.</param>
/// <param name="project">Tells which content is the victim's.</param>
/// <param name="victim">Whose update it is.</param>
/// <param name="round">In which round, from 0.</param>
internal sealed class BlindStore(IContentStore store, ProjectView project, Address victim, int round) : IContentStore
{
    private const int NoiseLength = 300;

    public string Location => store.Location;

    public Task<Cid> AddAsync(Stream content, CancellationToken cancellationToken = default) => store.AddAsync(content, cancellationToken);

    public Task GetAsync(Cid cid, Stream destination, long maxBytes, CancellationToken cancellationToken = default) =>
        project.History.Rounds.ElementAtOrDefault(round)?.Submissions.Any(posted => posted.Trainer == victim && posted.Payload == cid) == true
            ? destination.WriteAsync(new byte[NoiseLength], cancellationToken).AsTask()
            : store.GetAsync(cid, destination, maxBytes, cancellationToken);

    public void Dispose() => store.Dispose();
}
