using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Agents;

/// <summary>Proves on this machine, in this process.</summary>
/// <param name="srs">The reference string that the market's verifier pins.</param>
public sealed class LocalProver(Srs srs) : IRoundProver
{
    public string? WhyUnavailable => null;

    public Task<GramProof> ProveAsync(GramStatement statement, GramWitness witness, CancellationToken cancellationToken) =>
        Task.Run(() => GramProver.Prove(srs, statement, witness, null, cancellationToken), cancellationToken);
}
