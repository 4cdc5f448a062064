using System.CommandLine;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Chain.Sending;
using Marketplace.Fleet.Accounts;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Updates;
using Marketplace.Hosting;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Fleet.Tests;

/// <summary>Parties as programs open them, with their state in the fleet's database.</summary>
public sealed class SharedStateTests(PostgresFixture fixture)
{
    [Fact]
    public async Task A_party_goes_on_where_another_machine_was_and_keeps_nothing_on_its_own()
    {
        await using FleetDatabase database = await fixture.CreateDatabaseAsync();
        await using TestMarket market = await TestMarket.DeployAsync(Srs.CreateDevelopment(1 + Srs.ReservedCoordinates));
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["deployment.json"], market.DeploymentJson);
        Environment.SetEnvironmentVariable(PartyKey.KeyVariable, EthereumNode.Keys[3]);

        SharedState firstState = new(database), secondState = new(database);
        await using Party first = await OpenAsync("first", firstState);
        Address payee = Payments.PayeeOf("pay");
        await first.SendToAsync(payee, "pay", default, 1, CancellationToken.None);
        Assert.IsType<PostgresUpdateStore>(firstState.OpenUpdates(new UpdateSealing(first.Secrets, AgentRole.Aggregator, 6, 14), first.Store));

        Assert.Throws<InvalidOperationException>(
            () => secondState.OpenUpdates(new UpdateSealing(first.Secrets, AgentRole.Aggregator, 6, 14), first.Store));
        await using Party second = await OpenAsync("second", secondState);
        Assert.True(await second.IsDoneAsync("pay", CancellationToken.None));
        await second.SendToAsync(payee, "pay", default, 1, CancellationToken.None);
        await Assert.ThrowsAsync<AccountTakenOverException>(() => first.SendToAsync(payee, "other", default, 1, CancellationToken.None));
        Assert.Equal(1, await market.Chain.Client.GetBalanceAsync(payee));
        Assert.False(Directory.Exists(folder["first"]), "something was kept on the first machine");
        Assert.False(Directory.Exists(folder["second"]), "something was kept on the second machine");

        Task<Party> OpenAsync(string machine, SharedState state)
        {
            Setting[] known = [.. SharedSettings.Network, .. SharedSettings.Account];
            RootCommand command = [.. known.Select(setting => setting.Option)];
            SettingsReader settings = new(command.Parse(
            [
                "--rpc", $"{market.Node.Url}", "--deployment", folder["deployment.json"], "--store", folder["blocks"], "--state", folder[machine],
            ]));
            return Party.OpenAsync(
                settings, NullLogger.Instance, CancellationToken.None, new PartyState(state.OpenJournalAsync, state.OpenUpdates));
        }
    }
}
