using Orleans.Metadata;

namespace Marketplace.Fleet.Proving;

/// <summary>The machines of the fleet that prove and do nothing else.</summary>
internal sealed class ComputeMachines(IGrainFactory grains, IClusterMembershipService membership, IClusterManifestProvider manifests)
{
    private static readonly GrainType Worker = GrainType.Create(ProofWorkerGrain.TypeName);

    /// <summary>Those that are there now.</summary>
    public SiloAddress[] Find() =>
    [
        .. membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active)
            .Select(member => member.SiloAddress)
            .Where(address => manifests.Current.Silos.TryGetValue(address, out GrainManifest? manifest) && manifest.Grains.ContainsKey(Worker)),
    ];

    /// <summary>Reserves some of these machines, as many as are free, in no particular order.</summary>
    /// <param name="among">Which.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public async Task<IReadOnlyList<ReservedMachine>> ReserveAsync(SiloAddress[] among, int most, CancellationToken cancellationToken)
    {
        List<ReservedMachine> reserved = [];
        // Otherwise all proofs of the fleet would ask the same machine first.
        SiloAddress[] order = [.. among];
        Random.Shared.Shuffle(order);
        try
        {
            foreach (SiloAddress address in order)
            {
                if (reserved.Count == most)
                    break;
                if (await ReservedMachine.TryReserveAsync(grains, address, cancellationToken) is { } machine)
                    reserved.Add(machine);
            }
            return reserved;
        }
        catch
        {
            await FreeAsync(reserved);
            throw;
        }
    }

    /// <summary>Lets go of machines.</summary>
    public static Task FreeAsync(IEnumerable<ReservedMachine> machines) =>
        Task.WhenAll(machines.Select(machine => machine.DisposeAsync().AsTask()));
}
