using System.CommandLine;
using Marketplace.Hosting;
using Marketplace.Web;
using Marketplace.Web.Hosting;

var root = new RootCommand(
    """
    The marketplace's dashboard: owners post bounties, trainers see what they earn, anybody audits.

    Without a market to connect to it starts one of its own on this machine, with an aggregator and trainers that take on what you post.

    Examples:
      dotnet run --project web                                                   a market on this machine
      dotnet run --project web -- --rpc http://127.0.0.1:8545 --deployment deployments/local.json
      dotnet run --project web -- --postgres "Host=localhost;Database=market"    keeps what it has read in PostgreSQL

    Every option can also be set by an environment variable (MARKETPLACE_ and its name in capitals) or in marketplace.json.
    """);
root.WithSettings(WebSettings.All).Does(Dashboard.RunAsync);
return await CommandHost.RunAsync(root, args);
