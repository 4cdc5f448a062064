using Marketplace.Fleet.Databases;
using Npgsql;

namespace Marketplace.Fleet.Tests;

/// <summary>The tables, however many machines make them, and what is said when they cannot be had.</summary>
public sealed class FleetDatabaseTests(PostgresFixture fixture)
{
    [Fact]
    public async Task Machines_can_start_together_and_start_again()
    {
        string connection = await fixture.Server.CreateDatabaseAsync();
        for (int k = 0; k < 2; k++)
        {
            FleetDatabase[] all = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(_ => FleetDatabase.OpenAsync(connection, CancellationToken.None)));
            await using (NpgsqlCommand count = all[0].Source.CreateCommand("SELECT count(*) = max(number) FROM fleet.migrations"))
                Assert.Equal(true, await count.ExecuteScalarAsync());
            foreach (FleetDatabase database in all) await database.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("UPDATE fleet.migrations SET sha256 = sha256('other') WHERE number = 1", "it was migrated by another 0001_journal.sql")]
    [InlineData("INSERT INTO fleet.migrations VALUES (999, '0999_later.sql', '')", "0999_later.sql, which this version does not know")]
    public async Task A_database_of_another_version_is_refused(string change, string words)
    {
        string connection = await fixture.Server.CreateDatabaseAsync();
        await using (FleetDatabase database = await FleetDatabase.OpenAsync(connection, CancellationToken.None))
        await using (NpgsqlCommand command = database.Source.CreateCommand(change))
            await command.ExecuteNonQueryAsync();
        IOException refusal = await Assert.ThrowsAsync<IOException>(() => FleetDatabase.OpenAsync(connection, CancellationToken.None));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=fleet;Username=me;Password=hush", "fleet at 127.0.0.1:1 cannot be used")]
    [InlineData("Host=127.0.0.1;Prot=hush", "connection string is malformed")]
    public async Task Trouble_with_the_connection_shows_no_password(string connection, string words)
    {
        IOException refusal = await Assert.ThrowsAsync<IOException>(() => FleetDatabase.OpenAsync(connection, CancellationToken.None));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Timeout=0;Command Timeout=0", 5, 10)]
    [InlineData("Timeout=300;Command Timeout=300", 5, 10)]
    [InlineData("Timeout=2;Command Timeout=3", 2, 3)]
    public async Task Nothing_is_waited_for_without_end(string settings, int toConnect, int toAnswer)
    {
        string connection = $"{await fixture.Server.CreateDatabaseAsync()};{settings}";
        await using FleetDatabase database = await FleetDatabase.OpenAsync(connection, CancellationToken.None);
        NpgsqlConnectionStringBuilder built = new(database.Source.ConnectionString);
        Assert.Equal((toConnect, toAnswer), (built.Timeout, built.CommandTimeout));
    }
}
