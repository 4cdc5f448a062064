using System.Buffers.Binary;
using Marketplace.Content;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.Commands.Tests;

/// <summary>Trainers and aggregators with the wrong project, account, data or training command. Nothing is staked or sent.</summary>
public class ParticipantTests(LocalMarket market)
{
    [Theory]
    [InlineData(Programs.Trainer, "run --project 99 --data x", 2, "no project 99")]
    [InlineData(Programs.Trainer, "status --project 99", 2, "no project 99")]
    [InlineData(Programs.Trainer, "leave --project 99", 2, "no project 99")]
    [InlineData(Programs.Aggregator, "run --project 99=x", 2, "no project 99")]
    [InlineData(Programs.Aggregator, "collect --project 99", 2, "no project 99")]
    [InlineData(Programs.Owner, "watch 99", 2, "no project 99")]
    [InlineData(Programs.Owner, "audit 99", 2, "no project 99")]
    [InlineData(Programs.Owner, "show 99", 2, "no project 99")]
    [InlineData(Programs.Owner, "model 99 --out model.safetensors", 2, "no project 99")]
    [InlineData(Programs.Owner, "start 99", 1, "reverted")]
    [InlineData(Programs.Owner, "cancel 99", 1, "reverted")]
    [InlineData(Programs.Owner, "stop 99", 1, "reverted")]
    public async Task A_project_that_is_not_there_is_refused(string program, string arguments, int exitCode, string word)
    {
        Outcome outcome = (await Programs.RunAsync(program, arguments, market.Settings(LocalMarket.StrangerKey))).Hides(LocalMarket.StrangerKey[2..]);
        if (exitCode == 2)
            outcome.IsWrongUsage(word);
        else
            outcome.IsFailure(word);
        await market.HasNotMovedAsync();
    }

    [Theory]
    [InlineData(nameof(LocalMarket.DocumentAbsent), "does not have")]
    [InlineData(nameof(LocalMarket.DocumentGarbage), "project document")]
    [InlineData(nameof(LocalMarket.DocumentContradicts), "10 parameters", "terms say 9")]
    [InlineData(nameof(LocalMarket.ModelGarbage), "what was published is wrong")]
    public async Task What_others_published_wrongly_is_a_failure(string project, params string[] words)
    {
        int id = (int)typeof(LocalMarket).GetProperty(project)!.GetValue(market)!;
        (await Programs.RunAsync(Programs.Trainer, $"run --project {id} --data x", market.Settings(LocalMarket.TrainerKey))).IsFailure(words);
        await market.HasNotMovedAsync();
    }

    [Fact]
    public async Task Another_account_is_no_aggregator()
    {
        (await Programs.RunAsync(Programs.Aggregator, $"run --project {market.Open}=x", market.Settings(LocalMarket.StrangerKey)))
            .IsWrongUsage($"{LocalMarket.Aggregator}", $"{LocalMarket.Stranger}");
        await market.HasNotMovedAsync();
    }

    [Fact]
    public async Task A_trainer_that_is_not_invited_is_refused()
    {
        using TemporaryFolder folder = Data();
        (await Programs.RunAsync(Programs.Trainer, $"run --project {market.Invited} --data .", market.Settings(LocalMarket.StrangerKey), folder.Path))
            .IsWrongUsage($"{LocalMarket.Stranger}", "allowlist of 1 accounts");
        await market.HasNotMovedAsync();
    }

    [Fact]
    public async Task A_project_that_has_begun_without_the_trainer_is_not_waited_for()
    {
        using TemporaryFolder folder = Data();
        string command = $"run --project {market.Training} --data .";
        (await Programs.RunAsync(Programs.Trainer, command, market.Settings(LocalMarket.StrangerKey), folder.Path))
            .IsWrongUsage($"project {market.Training} has begun", $"{LocalMarket.Stranger} has not joined", "marketplace list");
        await market.HasNotMovedAsync();
    }

    [Fact]
    public async Task A_refusal_of_the_market_is_told_in_words() =>
        (await Programs.RunAsync(Programs.Owner, $"start {market.Open}", market.Settings(LocalMarket.StrangerKey)))
            .IsFailure("this becomes possible after", "Market_DeadlineNotPassed");

    [Fact]
    public async Task A_stake_that_the_account_does_not_have_is_a_failure()
    {
        using TemporaryFolder folder = Data();
        (await Programs.RunAsync(Programs.Trainer, $"run --project {market.Open} --data .", market.Settings(LocalMarket.PoorKey), folder.Path))
            .Hides(LocalMarket.PoorKey[^8..])
            .IsFailure("insufficient funds", $"{DevelopmentAccounts.AddressOf(LocalMarket.PoorKey)} has 0.0 ETH", "needs at least 0.1");
        await market.HasNotMovedAsync();
    }

    [Fact]
    public async Task No_data_says_how_to_give_them() =>
        (await Programs.RunAsync(Programs.Trainer, $"run --project {market.Open}", market.Settings(LocalMarket.StrangerKey)))
            .IsWrongUsage("--data", "IDX");

    [Theory]
    [InlineData("no folder", "train-images-idx3-ubyte")]
    [InlineData("no labels", "train-labels-idx1-ubyte")]
    [InlineData("not IDX", "begins with")]
    [InlineData("floats", "data type is 0x0D")]
    [InlineData("rank", "dimensions")]
    [InlineData("truncated", "promises 12 bytes", "has 11")]
    [InlineData("more data", "go on")]
    [InlineData("fewer labels", "3 images", "2 labels")]
    [InlineData("another shape", "[1, 3, 2]", "[1, 2, 2]")]
    [InlineData("another class", "label of sample 2 is 7", "classes 0 to 1")]
    [InlineData("terabytes", "dimension")]
    [InlineData("damaged gzip", "gzip")]
    public async Task Images_that_are_wrong_are_refused_before_a_stake_is_paid(string what, params string[] words)
    {
        using TemporaryFolder folder = Data();
        byte[] images = Idx(3, 2, 2), labels = [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 0];
        (string Name, byte[] Bytes)? file = what switch
        {
            "not IDX" => (Images, "PNG image data"u8.ToArray()),
            "floats" => (Images, [0, 0, 0x0D, 3, .. images[4..]]),
            "rank" => (Images, labels),
            "truncated" => (Images, images[..^1]),
            "more data" => (Images, [.. images, 0]),
            "fewer labels" => (Labels, [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]),
            "another shape" => (Images, Idx(3, 3, 2)),
            "another class" => (Labels, [.. labels[..^1], 7]),
            "terabytes" => (Images, [0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 2]),
            "damaged gzip" => ($"{Images}.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255, 255, 255, 255, 255]),
            _ => null,
        };
        if (what is "damaged gzip")
            File.Delete(Path.Combine(folder.Path, Images));
        if (what is "no labels")
            File.Delete(Path.Combine(folder.Path, Labels));
        if (file is { } bad)
            folder.Write(bad.Name, bad.Bytes);
        string path = what == "no folder" ? "absent" : ".";
        (await Programs.RunAsync(
            Programs.Trainer, $"run --project {market.Open} --data {path}", market.Settings(LocalMarket.StrangerKey), folder.Path))
            .IsWrongUsage(words);
        await market.HasNotMovedAsync();
    }

    [Theory]
    [InlineData("a,b,y\n1,2,yes\n3,no\n", "data.csv:3")]
    [InlineData("a,b,y\n1,2,yes\n3,x,no\n", "data.csv:3:3", "column \"b\"", "expected a number")]
    [InlineData("a,b,y\n1,2,perhaps\n", "data.csv:2:5", "perhaps")]
    [InlineData("a,b,y\n1,,no\n", "data.csv:2", "missing")]
    [InlineData("a,c,y\n1,2,no\n", "data.csv:1")]
    [InlineData("a,b,y\n", "data.csv")]
    [InlineData("", "data.csv")]
    [InlineData("a,b,y\n1,1e99,no\n", "data.csv:2", "too large")]
    [InlineData("a,b,y\n1,\"2,no\n", "data.csv:2")]
    [InlineData(null, "data.csv")]
    public async Task Tables_that_are_wrong_are_refused_before_a_stake_is_paid(string? text, params string[] words)
    {
        using TemporaryFolder folder = new();
        if (text is not null)
            folder.Write("data.csv", text);
        (await Programs.RunAsync(
            Programs.Trainer,
            $"run --project {market.OpenCsv} --data data.csv",
            market.Settings(LocalMarket.StrangerKey),
            folder.Path)).IsWrongUsage(words);
        await market.HasNotMovedAsync();
    }

    [Theory]
    [InlineData("absent-program", "", "absent-program", "cannot be started")]
    [InlineData("sh train.sh", "echo 'line one' >&2; echo 'no GPU' >&2; exit 3", "exit code 3", "no GPU")]
    [InlineData("sh train.sh", "exit 0", "wrote no file")]
    [InlineData("sh train.sh", "echo '<html>' > \"$2\"", "header")]
    [InlineData("sh train.sh", "cp \"$1/model.safetensors\" x; head -c 60 x > \"$2\"", "header")]
    [InlineData("sh train.sh", "cp shape.safetensors \"$2\"", "shape")]
    [InlineData("sh train.sh", "cp integers.safetensors \"$2\"", "out.weight")]
    [InlineData("sh train.sh", "cp infinite.safetensors \"$2\"", "finite")]
    [InlineData("sh train.sh", "head -c 1000000 /dev/zero > \"$2\"", "1,000,000 bytes", "at most")]
    [InlineData("sh train.sh", "test -z \"$MARKETPLACE_KEY\" && echo 'no key' >&2; exit 4", "exit code 4", "no key")]
    public async Task A_training_command_that_fails_submits_nothing(string command, string script, params string[] words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The training commands of this test are shell scripts; there is no sh on Windows.");
        var model = ModelSpecification.Parse(LocalMarket.Model);
        var wider = ModelSpecification.Parse(LocalMarket.Model.Replace("\"out\":2", "\"out\":3", StringComparison.Ordinal));
        byte[] infinite = ModelFile.ExportFloat(model, new int[10], 14);
        BinaryPrimitives.WriteSingleLittleEndian(infinite.AsSpan(infinite.Length - 4), float.PositiveInfinity);
        using TemporaryFolder folder = new();
        folder.Write("train.sh", script);
        folder.Write("shape.safetensors", ModelFile.ExportFloat(wider, new int[15], 14));
        folder.Write("integers.safetensors", ModelFile.Write(model, new int[10], 14));
        folder.Write("infinite.safetensors", infinite);
        (await Programs.RunAsync(
            Programs.Trainer, $"run --project {market.Training} --train-command \"{command}\"", market.Settings(LocalMarket.TrainerKey), folder.Path))
            .Hides(LocalMarket.TrainerKey[2..]).IsWrongUsage(words);
        await market.HasNotMovedAsync();
    }

    [Theory]
    [InlineData("absent-program", "no such program on the PATH")]
    [InlineData("./absent.sh", "no such file")]
    public async Task A_training_command_that_is_not_there_is_refused_before_a_stake_is_paid(string command, string word)
    {
        (await Programs.RunAsync(
            Programs.Trainer, $"run --project {market.OpenCsv} --train-command \"{command}\"", market.Settings(LocalMarket.StrangerKey)))
            .IsWrongUsage("cannot be started", word);
        await market.HasNotMovedAsync();
    }

    [Fact]
    public async Task A_model_that_can_not_be_derived_replaces_no_file()
    {
        using TemporaryFolder folder = new();
        folder.Write("model.safetensors", "last year's");
        (await Programs.RunAsync(Programs.Owner, $"model {market.ModelGarbage} --out model.safetensors", market.Settings(), folder.Path))
            .IsFailure("what was published is wrong");
        Assert.Equal("last year's", File.ReadAllText(Path.Combine(folder.Path, "model.safetensors")));
    }

    [Fact]
    public async Task A_model_says_what_it_is_and_where_it_comes_from()
    {
        using TemporaryFolder folder = new();
        (await Programs.RunAsync(Programs.Owner, $"model {market.OpenCsv} --out model.safetensors", market.Settings(), folder.Path)).Succeeded();
        TrainedModel model = TrainedModel.Read(File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors")));
        Assert.Equal(["no", "yes"], model.ClassNames!);
        Assert.Equal(["a", "b", "y"], model.Input.Schema!.Columns.Select(column => column.Name));
        Assert.Equal(($"{market.OpenCsv}", "For refusals", 0), (model.Origin.Project, model.Origin.Title, model.Origin.Rounds));
        Assert.True(Cid.TryParse(model.Origin.ModelCid, out Cid cid));
        int[] weights = new int[6];
        Assert.Equal(cid, await market.PublishAsync(ModelFile.Write(model.Model, weights, 14)));
    }

    [Fact]
    public async Task Amounts_are_shown_with_their_unit()
    {
        string list = (await Programs.RunAsync(Programs.Owner, "list", market.Settings())).Succeeded();
        Assert.Contains("bounty 1.0 ETH", list, StringComparison.Ordinal);
        string status = (await Programs.RunAsync(
            Programs.Trainer, $"status --project {market.Training}", market.Settings(LocalMarket.TrainerKey))).Succeeded();
        Assert.Contains("stake 0.1 ETH", status, StringComparison.Ordinal);
        Assert.Contains("can withdraw 0.0 ETH", status, StringComparison.Ordinal);
        string withdrawn = (await Programs.RunAsync(Programs.Trainer, "withdraw", market.Settings(LocalMarket.StrangerKey))).Succeeded();
        Assert.Contains("nothing to withdraw", withdrawn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Programs.Trainer, "withdraw --amount 1", "at most 0.0 ETH", "got '1'")]
    [InlineData(Programs.Owner, "withdraw --amount 0", "more than 0")]
    [InlineData(Programs.Owner, "withdraw --amount x", "an amount of ETH")]
    [InlineData(Programs.Owner, "withdraw --to 0x12", "valid checksum", "got '0x12'")]
    [InlineData(Programs.Trainer, "withdraw --to 0x0000000000000000000000000000000000000000", "not the zero address")]
    public async Task A_withdrawal_that_makes_no_sense_is_refused(string program, string arguments, params string[] words)
    {
        (await Programs.RunAsync(program, arguments, market.Settings(LocalMarket.StrangerKey))).IsWrongUsage(words);
        await market.HasNotMovedAsync();
    }

    private const string Images = "train-images-idx3-ubyte", Labels = "train-labels-idx1-ubyte";

    /// <summary>Three samples as the open project wants them.</summary>
    private static TemporaryFolder Data()
    {
        TemporaryFolder folder = new();
        folder.Write(Images, Idx(3, 2, 2));
        folder.Write(Labels, [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 0]);
        return folder;
    }

    private static byte[] Idx(byte count, byte rows, byte columns) =>
        [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, rows, 0, 0, 0, columns, .. new byte[count * rows * columns]];
}
