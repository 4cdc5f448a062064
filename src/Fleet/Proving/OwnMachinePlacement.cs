using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Marketplace.Fleet.Proving;

/// <summary>Activates a grain on the machine that its key names, as <see cref="SiloAddress.ToParsableString"/> has it, and nowhere else.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("Marketplace.Fleet.OwnMachinePlacement")]
internal sealed class OwnMachinePlacement : PlacementStrategy
{
    /// <summary>The machine that a key names.</summary>
    private sealed class Director : IPlacementDirector
    {
        public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
        {
            var named = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString()!);
            return context.GetCompatibleSilos(target).Contains(named)
                ? Task.FromResult(named)
                : throw new SiloUnavailableException($"{named.Endpoint} is no machine of this fleet any more, or none that proves");
        }
    }

    /// <summary>Has a silo know it.</summary>
    public static void AddTo(ISiloBuilder silo) => silo.Services.AddPlacementDirector<OwnMachinePlacement, Director>();
}

/// <summary>Marks grains that are placed by <see cref="OwnMachinePlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OwnMachinePlacementAttribute() : PlacementAttribute(new OwnMachinePlacement());
