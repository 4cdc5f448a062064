using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Fleet.Silos;

/// <summary>Says which machines the fleet has, whenever that changes.</summary>
internal sealed class MemberLog(IClusterMembershipService membership, ILogger<MemberLog> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        string said = "";
        await foreach (ClusterMembershipSnapshot now in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            string[] active =
            [
                .. now.Members.Values.Where(member => member.Status == SiloStatus.Active)
                    .Select(member => member.SiloAddress.Endpoint.ToString()).Order(StringComparer.Ordinal),
            ];
            string list = string.Join(", ", active);
            if (active.Length > 0 && list != said)
                log.LogInformation("the fleet has {Count} machines: {Machines}", active.Length, said = list);
        }
    }
}
