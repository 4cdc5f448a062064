using System.CommandLine;
using Marketplace.Chain.Signing;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Proving;
using Marketplace.Fleet.Silos;
using Marketplace.Hosting;

namespace Marketplace.Aggregator;

/// <summary>The command that makes this machine one of a fleet.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var projects = new Setting(
            "projects", "Folder with a folder for every project to serve, named by its number, that has its root set (root/ or root.csv) in it");
        var fleet = new FleetSettings();
        var measuring = new MeasureSettings();
        Option<double> poll = PollOption.Create();
        return new Command(
            "serve",
            """
            Serves every project that names the account as its aggregator, together with other machines that run the same command.

            All of them share one PostgreSQL database, one account and the same --projects folder. Each project is served by one machine at a time.
            When a machine is stopped, its projects go on elsewhere at once; when it dies, within seconds; and whatever happens, no transaction is
            sent twice. One machine alone needs none of this: see 'aggregator run'.

            A project is taken up, and its bond posted, once its folder is there, while this runs, too. Its folder may hold root/ with IDX files or
            root.csv, and test/ or test.csv; it may be empty where --train-command and --measure-command know the data, as in 'aggregator run'.

            Every machine proves the rounds of its projects itself. To keep proofs off these machines, start others with --role compute, which do
            nothing else, and these with --role control. A proof is made by one compute machine, or with --split by several.

            Machines reach each other at --address and --port. Beyond one machine they need certificates of an authority of the fleet's own.

            Examples:
              aggregator serve --projects /data/projects --database "Host=127.0.0.1;Database=fleet;Username=fleet"
              aggregator serve --projects /data/projects --address 10.0.0.5 --tls-certificate silo.pem --tls-key silo.key --tls-authority fleet.pem
              aggregator serve --role control --split 4 --projects /data/projects
              aggregator serve --role compute --fleet 1-0x5FbD…-0x7099… --srs market.srs

            SIGTERM hands over what is served, and ends with 0. docs/operations.md has the rest.
            """)
        {
            poll,
        }
        .WithSettings([
            projects, .. fleet.All, .. SharedSettings.Network, .. SharedSettings.Account, .. SharedSettings.Service, .. measuring.All
        ]).Does((context, cancellationToken) =>
        {
            FleetOptions options = fleet.Read(context.Settings);
            return options.Role == FleetRole.Compute
                ? ProveAsync(context, options, fleet.ReadFleet(context.Settings), cancellationToken)
                : ServeAsync(
                    context,
                    options,
                    ProjectFolders.Open(context.Settings.Require(projects), measuring, context),
                    context.Arguments.GetPoll(poll),
                    cancellationToken);
        });
    }

    private static async Task<int> ServeAsync(
        CommandContext context, FleetOptions options, ProjectFolders data, TimeSpan poll, CancellationToken cancellationToken)
    {
        PrivateKey key = PartyKey.Read(context.Settings, cancellationToken);
        MarketSession session = await MarketSession.OpenAsync(context.Settings, context.Log, cancellationToken);
        await using FleetDatabase database = await FleetDatabase.OpenAsync(options.Database, cancellationToken);
        var market = new ServedMarket(
            database,
            session,
            key,
            await session.SrsAsync(cancellationToken),
            Party.StateFolderOf(context.Settings, session, key.Address),
            data,
            poll);
        await using FleetSilo silo = await FleetSilo.StartAsync(
            options, market, logging => logging.AddConsoleLog(context.Settings), cancellationToken);
        context.Say($"serves the projects of {key.Address} at {options.Address}:{options.Port}, database {database.Location}, fleet {market.Fleet}");
        await silo.WaitAsync(cancellationToken);
        context.Say("handing over what is served here");
        context.Say(await silo.StopAsync() ? "handed over" : "could not hand over in time: the others take over once they miss this machine");
        return 0;
    }

    private static async Task<int> ProveAsync(
        CommandContext context, FleetOptions options, FleetName fleet, CancellationToken cancellationToken)
    {
        var strings = ReferenceStrings.Open(fleet, context.Settings.Find(SharedSettings.Srs), context.Log, cancellationToken);
        // Its tables may not be there yet.
        await using FleetDatabase database = await FleetDatabase.OpenAsync(options.Database, cancellationToken);
        await using FleetSilo silo = await FleetSilo.StartComputeAsync(
            options, fleet, strings, logging => logging.AddConsoleLog(context.Settings), cancellationToken);
        context.Say($"proves for the fleet {fleet} at {options.Address}:{options.Port}, database {database.Location}");
        await silo.WaitAsync(cancellationToken);
        await silo.StopAsync();
        context.Say("proves no longer");
        return 0;
    }
}
