using Marketplace.Chain;
using Marketplace.Fleet.Silos;
using Marketplace.Hosting;
using Marketplace.Proofs.ReferenceStrings;
using Microsoft.Extensions.Logging;

namespace Marketplace.Fleet.Proving;

/// <summary>
/// The reference strings that a machine without a node proves with: the one that its operator gave, or on local chains development ones. The
/// given one is checked once and stays in its file, of which each proof's slice alone is read.
/// </summary>
public sealed class ReferenceStrings
{
    private readonly Srs? _given;
    private readonly ILogger _log;

    private ReferenceStrings(Srs? given, ILogger log) => (_given, _log) = (given, log);

    /// <param name="fleet">Tells which chain.</param>
    /// <param name="path">The file that was given; null for none.</param>
    /// <param name="log">Told when powers are made.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UsageException">A chain that is not local needs one of a ceremony, and there is none.</exception>
    /// <exception cref="FormatException">The file is none, or is damaged.</exception>
    public static ReferenceStrings Open(FleetName fleet, string? path, ILogger log, CancellationToken cancellationToken)
    {
        Srs? given = path is null ? null : Srs.Open(path, cancellationToken);
        return given is { IsDevelopment: false } || MarketSession.IsLocalChain(fleet.ChainId)
            ? new ReferenceStrings(given, log)
            : throw new UsageException($"chain {fleet.ChainId} is no local chain: give the market's reference string, of a ceremony, by --srs FILE");
    }

    /// <summary>The string that a proof is made with.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="dimension">The longest vector that it commits to.</param>
    /// <exception cref="InvalidOperationException">This machine has another one.</exception>
    internal Srs Find(byte[] id, int dimension)
    {
        Srs found = _given ?? MarketSession.OpenDevelopmentSrs(dimension, _log);
        return found.Id.AsSpan().SequenceEqual(id)
            ? found
            : throw new InvalidOperationException(
                $"this machine's reference string is {new Bytes32(found.Id)}, the market's verifier pins {new Bytes32(id)}; give it the right --srs");
    }
}
