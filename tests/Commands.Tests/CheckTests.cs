using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.Commands.Tests;

/// <summary>What <c>trainer check</c> says before anything is staked. Nothing is sent.</summary>
public sealed class CheckTests(LocalMarket market) : IDisposable
{
    private const string Good = "a,b,y\n1,2,yes\n3,4,no\n5,6,no\n0,1,yes\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Data_machine_and_account_that_fit_are_told_so()
    {
        _folder.Write("data.csv", Good);
        await AssertAsync(
            0,
            $"check --project {market.OpenCsv} --data data.csv",
            LocalMarket.StrangerKey,
            "For refusals", "4, 0 of them incomplete", "classes   0: 2 (50 %), 1: 2 (50 %)", "a round", "allowed", "59 minutes", "0.1 ETH, locked",
            "estimated by the node", "1.0 ETH in all", $"{LocalMarket.Stranger} has", "fits: nothing speaks against");
    }

    [Fact]
    public async Task Values_that_do_not_fit_are_counted_and_the_first_is_shown()
    {
        _folder.Write("data.csv", "a,b,y\n1,2,perhaps\n,2,yes\nx,3,no\ny,4,no\n");
        await AssertAsync(
            1,
            $"check --project {market.OpenCsv} --data data.csv",
            LocalMarket.StrangerKey,
            "4, 1 of them incomplete", "missing   a: 1 rows", "a: 2 rows with what the document does not allow, first \"x\" in line 4",
            "y: 1 rows with what the document does not allow, first \"perhaps\" in line 2", "does not fit: the data cannot be used");
    }

    [Fact]
    public async Task An_account_without_money_is_told_what_it_needs()
    {
        _folder.Write("data.csv", Good);
        await AssertAsync(
            1,
            $"check --project {market.OpenCsv} --data data.csv --account {DevelopmentAccounts.AddressOf(LocalMarket.PoorKey)}",
            null,
            $"does not fit: {DevelopmentAccounts.AddressOf(LocalMarket.PoorKey)} has 0.0 ETH and needs about 0.1");
    }

    [Fact]
    public async Task Who_may_not_join_is_told_so_with_a_training_command_that_works()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The training command of this test is a shell script; there is no sh on Windows.");
        _folder.Write("train.sh", "cp \"$1/model.safetensors\" \"$2\"");
        await AssertAsync(
            1,
            $"check --project {market.Invited} --train-command \"sh train.sh\"",
            LocalMarket.StrangerKey,
            "the training command was measured for one of them", "measured in the contracts' tests",
            $"{LocalMarket.Stranger} is not among the accounts");
    }

    [Fact]
    public async Task A_training_command_that_fails_and_a_project_that_has_begun_do_not_fit()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The training command of this test is a shell script; there is no sh on Windows.");
        _folder.Write("train.sh", "echo 'no GPU' >&2; exit 3");
        await AssertAsync(
            1,
            $"check --project {market.Training} --train-command \"sh train.sh\"",
            LocalMarket.StrangerKey,
            "does not fit: training fails: the command 'sh' ended with exit code 3", "no GPU", "the project is running");
    }

    [Fact]
    public async Task Without_data_and_command_there_is_nothing_to_check() =>
        (await Programs.RunAsync(Programs.Trainer, $"check --project {market.Open}", market.Settings())).IsWrongUsage("--data", "IDX");

    private async Task AssertAsync(int exitCode, string command, string? key, params string[] words)
    {
        Outcome outcome = await Programs.RunAsync(Programs.Trainer, command, market.Settings(key), _folder.Path);
        Assert.True(outcome.ExitCode == exitCode, $"{outcome}");
        Assert.All(words, word => Assert.Contains(word, outcome.Output, StringComparison.Ordinal));
        await market.HasNotMovedAsync();
    }
}
