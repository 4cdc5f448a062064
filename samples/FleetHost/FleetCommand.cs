using Marketplace.Hosting;
using Marketplace.LocalMarket;
using Microsoft.Extensions.Logging;

namespace Marketplace.FleetHost;

/// <summary>Starts everything, waits to be stopped, and ends everything.</summary>
internal static class FleetCommand
{
    /// <param name="options">What the user chose.</param>
    /// <param name="chosen">Folder of all data; null for one that is deleted in the end.</param>
    /// <param name="context">Has the log.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(HostOptions options, string? chosen, CommandContext context, CancellationToken cancellationToken)
    {
        if (chosen is not null && Directory.Exists(chosen) && Directory.EnumerateFileSystemEntries(chosen).Any())
        {
            throw new UsageException(
                $"--folder names '{chosen}', which is not empty; every start makes a new chain, and an old one's data would confuse it: "
                    + "delete the folder, or name another");
        }
        string folder = chosen is null ? Directory.CreateTempSubdirectory("marketplace-fleet-").FullName : Directory.CreateDirectory(chosen).FullName;
        bool kept = chosen is not null;
        try
        {
            await ServeAsync(options, folder, context, cancellationToken);
            return 0;
        }
        catch (LocalMarketException e)
        {
            kept = true;
            context.Log.LogError("{Message}; logs are in {Folder}", e.Message, folder);
            return CommandHost.Failed;
        }
        finally
        {
            if (!kept)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ServeAsync(HostOptions options, string folder, CommandContext context, CancellationToken cancellationToken)
    {
        await using FleetApplication fleet = await FleetApplication.StartAsync(options, folder, context, cancellationToken);
        context.Say($"Aspire's dashboard is at {fleet.AspireUrl}");
        try
        {
            RunningMarket market = await fleet.Market.WaitAsync(cancellationToken);
            context.Say($"the market runs: --rpc {market.Rpc} --deployment {market.DeploymentFile} --store {market.StoreLocation}");
            context.Say($"its dashboard is at {fleet.DashboardUrl}");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Say("stopping");
        }
        finally
        {
            await fleet.StopAsync();
            context.Say("everything is stopped");
        }
    }
}
