using Marketplace.Proofs.Gram;

namespace Marketplace.Agents;

/// <summary>Proves rounds' Gram matrices, on this machine or on others.</summary>
public interface IRoundProver
{
    /// <summary>Why no proof can be made now, in words; null where one can. Cheap to ask.</summary>
    string? WhyUnavailable { get; }

    /// <summary>Makes a proof and verifies it.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="witness">Vectors and blinders that open the statement's commitments.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="InvalidOperationException">The witness does not open the commitments, or has another Gram matrix.</exception>
    /// <exception cref="ProverUnavailableException">No proof could be made for now.</exception>
    Task<GramProof> ProveAsync(GramStatement statement, GramWitness witness, CancellationToken cancellationToken);
}

/// <summary>No proof can be made for now; the message says what is missing.</summary>
public sealed class ProverUnavailableException(string message) : Exception(message);
