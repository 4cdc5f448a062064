using System.CommandLine;
using Marketplace.FleetHost;
using Marketplace.Hosting;

var folder = new Option<DirectoryInfo?>("--folder")
{
    Description = "Keep data, state and logs in this folder, which must be new or empty; without it, they are deleted in the end",
};
var machines = new Option<int>("--machines") { Description = "Machines of the fleet, 1 to 8", DefaultValueFactory = _ => 2 };
var projects = new Option<int>("--projects") { Description = "Projects that are posted, 1 to 16", DefaultValueFactory = _ => 2 };
var rounds = new Option<int>("--rounds") { Description = "Rounds of every project, 1 to 100", DefaultValueFactory = _ => 5 };
var port = new Option<int>("--port") { Description = "TCP port of Aspire's dashboard, 0 for any that is free", DefaultValueFactory = _ => 18888 };
var webPort = new Option<int>("--web-port")
{
    Description = "TCP port of the market's dashboard, 0 for any that is free",
    DefaultValueFactory = _ => 5080,
};

var root = new RootCommand(
    """
    A fleet of aggregators on this machine, with all that it needs: a chain with the market, a content store, PostgreSQL, projects, trainers
    and the market's dashboard. Aspire's dashboard shows the logs, traces and metrics of all of them; stop and start machines there, and see
    the others take over.

    The database is a PostgreSQL server that is started here out of what is installed, or --database: one that no fleet has used, because every
    start makes a new chain. Ctrl-C ends everything.

    Examples:
      dotnet run --project samples/FleetHost
      dotnet run --project samples/FleetHost -- --machines 3 --projects 4 --folder fleet
    """)
{
    folder, machines, projects, rounds, port, webPort,
};
root.WithSettings(HostOptions.Database, SharedSettings.Config).Does((context, cancellationToken) => FleetCommand.RunAsync(
    new HostOptions(
        context.Settings.Find(HostOptions.Database),
        HostOptions.Within(context.Arguments, machines, 1, 8),
        HostOptions.Within(context.Arguments, projects, 1, 16),
        HostOptions.Within(context.Arguments, rounds, 1, 100),
        HostOptions.Within(context.Arguments, port, 0, ushort.MaxValue),
        HostOptions.Within(context.Arguments, webPort, 0, ushort.MaxValue)),
    context.Arguments.GetValue(folder)?.FullName,
    context,
    cancellationToken));
return await CommandHost.RunAsync(root, args);
