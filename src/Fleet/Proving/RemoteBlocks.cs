using Marketplace.Proofs.Split;

namespace Marketplace.Fleet.Proving;

/// <summary>The blocks of a worker on another machine.</summary>
internal sealed class RemoteBlocks(IProofWorkerGrain grain) : IBlockHolder
{
    public async Task<byte[]> ReadAsync(Guid order, Exchange exchange, int reader, int piece, CancellationToken cancellationToken) =>
        (await grain.ReadAsync(order, exchange, reader, piece, cancellationToken)).Bytes;
}
