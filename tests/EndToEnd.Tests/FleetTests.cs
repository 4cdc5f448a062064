using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Networks;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>
/// Several machines serve the projects of one account, and some of them are killed, frozen or stopped. The chain tells whether they
/// have done what one machine does: same payouts, same models, and not a transaction more.
/// </summary>
public sealed class FleetTests(SmallMarketFixture market, ITestOutputHelper output) : FleetScene(market)
{
    [Fact]
    public async Task Three_machines_do_what_one_does()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await Market.BeginAsync();
        FleetRun fleet = await BeginAsync(run);
        MarketProgram[] trainers = [.. StartSteady(run), run.StartTrainer(First)];
        await FinishAsync(run, fleet, trainers);
        Assert.Equal(expected, await ProjectEndings.ReadAsync(run, Projects));
    }

    [Fact]
    public async Task A_project_goes_on_elsewhere_when_its_machine_is_killed_frozen_or_stopped()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await Market.BeginAsync();
        FleetRun fleet = await BeginAsync(run);
        MarketProgram server = await fleet.WaitForLineAsync("project 1: taken up");
        MarketProgram[] trainers = StartSteady(run);

        // The first project's second trainer is killed before it submits, so that the round stays open until it is started again. From then
        // on it is killed once its submission is mined: that round is settled, and the next one misses it.
        await HoldRoundAsync(run, fleet, 1, new(Moment.Estimate, "submit"));
        MarketProgram killed = server;
        killed.Kill();
        server = await TimeAsync("killed", fleet.WaitForLineAsync("project 1: taken over in round 1 of 3", except: killed));
        await fleet.StartAsync();

        await HoldRoundAsync(run, fleet, 2, new(Moment.Broadcast, "submit"));
        MarketProgram frozen = server;
        frozen.Signal("STOP");
        server = await TimeAsync("frozen", fleet.WaitForLineAsync("project 1: taken over in round 2 of 3", except: frozen));
        frozen.Signal("CONT");
        Assert.Equal(1, await frozen.WaitAsync());
        Assert.Contains("error: this machine is none of the fleet any more, start it again", frozen.Written, StringComparison.Ordinal);
        await fleet.StartAsync();

        await HoldRoundAsync(run, fleet, 3, new(Moment.Broadcast, "submit"));
        MarketProgram stopped = server;
        stopped.Signal("TERM");
        server = await TimeAsync("stopped", fleet.WaitForLineAsync("project 1: taken over in round 3 of 3", except: stopped));
        Assert.Equal(0, await stopped.WaitAsync());

        await FinishAsync(run, fleet, [.. trainers, run.StartTrainer(First)]);
        Assert.Equal(expected, await ProjectEndings.ReadAsync(run, Projects));
    }

    [Fact]
    public async Task Without_the_database_nothing_is_sent_and_with_it_all_goes_on()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await Market.BeginAsync();
        FleetRun fleet = await BeginAsync(run);
        MarketProgram[] trainers = StartSteady(run);
        await HoldRoundAsync(run, fleet, 1, new(Moment.Estimate, "submit"));

        await Server.StopServerAsync();
        using (MarketChain chain = await run.ConnectAsync())
        {
            // What was on its way to the node arrives.
            await Task.Delay(TimeSpan.FromSeconds(1));
            ulong sent = await chain.Client.GetTransactionCountAsync(SmallMarket.AccountOf(SmallMarketRun.Aggregator));
            trainers = [.. trainers, run.StartTrainer(First)];
            // Longer than silos wait for each other's signs of life in it.
            await Task.Delay(TimeSpan.FromSeconds(25));
            Assert.Equal(sent, await chain.Client.GetTransactionCountAsync(SmallMarket.AccountOf(SmallMarketRun.Aggregator)));
        }

        await Server.StartServerAsync();
        Assert.Equal(3, fleet.Running);
        await FinishAsync(run, fleet, trainers);
        Assert.Equal(expected, await ProjectEndings.ReadAsync(run, Projects));
    }

    [Fact]
    public async Task Machines_with_certificates_let_in_nobody_who_has_none_of_their_authority()
    {
        await using SmallMarketRun run = await Market.BeginAsync();
        FleetRun fleet = new(Market, run, await Server.CreateDatabaseAsync(), Folder.CreateFolder("secured"));
        using TestAuthority authority = new(Folder.CreateFolder("certificates"), "fleet");
        using TestAuthority stranger = new(Folder.CreateFolder("others"), "stranger");
        int port = LoopbackPort.FindFree();
        await fleet.StartAsync(port, Certified(authority));
        await fleet.StartAsync(null, Certified(authority));
        await fleet.WaitForLineAsync("the fleet has 2 machines");

        Assert.True(await IsLetInAsync(port, authority.Issue()));
        Assert.False(await IsLetInAsync(port, stranger.Issue()));
        Assert.False(await IsLetInAsync(port, authority.Issue(isValid: false)));
        Assert.False(await IsLetInAsync(port, null));
        await fleet.StopAsync();

        static string[] Certified(TestAuthority by)
        {
            (string certificate, string key) = by.Issue();
            return ["--tls-certificate", certificate, "--tls-key", key, "--tls-authority", by.File];
        }
    }

    /// <summary>Whether a machine keeps a connection by TLS, or ends it once it has seen who that is.</summary>
    private static async Task<bool> IsLetInAsync(int port, (string Certificate, string Key)? shown)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using SslStream stream = new(client.GetStream(), false, (_, _, _, _) => true);
        using X509Certificate2? own = shown is { } files ? X509Certificate2.CreateFromPemFile(files.Certificate, files.Key) : null;
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "fleet", ClientCertificates = own is null ? [] : [own] });
            // Who is let in is greeted; to others nothing is said any more.
            return await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Limit) == 1;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private async Task<MarketProgram> TimeAsync(string what, Task<MarketProgram> takeover)
    {
        long start = Stopwatch.GetTimestamp();
        MarketProgram server = await takeover;
        output.WriteLine($"{what}: served elsewhere after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        return server;
    }
}
