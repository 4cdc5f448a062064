using Marketplace.Learning.Storage;
using Marketplace.Testing.Files;

namespace Marketplace.Commands.Tests;

/// <summary>A model out of the market's hands: files in, answers out, and no market needed.</summary>
public class PredictTests(LocalMarket market)
{
    [Fact]
    public async Task A_model_is_taken_from_the_market_and_asked_without_it()
    {
        using TemporaryFolder folder = new();
        (await Programs.RunAsync(Programs.Owner, $"model {market.OpenCsv} --out m.safetensors", market.Settings(), folder.Path)).Succeeded();
        folder.Write("rows.csv", "a,b\n1,2\n3,4\n");

        string csv = (await Programs.RunAsync(Programs.Owner, "predict m.safetensors --input rows.csv", folder: folder.Path)).Succeeded();
        Assert.Equal("sample,class,no,yes\n0,no,0.5,0.5\n1,no,0.5,0.5\n", csv);

        const string Json = "predict m.safetensors --input rows.csv --format json --out a.json";
        (await Programs.RunAsync(Programs.Owner, Json, folder: folder.Path)).Succeeded();
        Assert.Contains("\"class\": \"no\"", File.ReadAllText(folder["a.json"]), StringComparison.Ordinal);

        (await Programs.RunAsync(Programs.Owner, "export m.safetensors --to onnx --out m.onnx", folder: folder.Path)).Succeeded();
        (await Programs.RunAsync(Programs.Owner, "export m.safetensors --to pytorch --out m", folder: folder.Path)).Succeeded();
        Assert.Contains("class Model(nn.Module)", File.ReadAllText(folder["m", "model.py"]), StringComparison.Ordinal);
        Assert.NotEmpty(File.ReadAllBytes(folder["m.onnx"]));
        (await Programs.RunAsync(Programs.Owner, "export m.safetensors --to pytorch --out m.onnx", folder: folder.Path)).IsWrongUsage("is a file");

        folder.Write("wrong.csv", "a\n1\n");
        (await Programs.RunAsync(Programs.Owner, "predict m.safetensors --input wrong.csv", folder: folder.Path)).IsWrongUsage("1 fields", "a, b");
        (await Programs.RunAsync(Programs.Owner, "predict m.safetensors --input none.csv", folder: folder.Path)).IsWrongUsage("there is no file");
        (await Programs.RunAsync(Programs.Owner, "predict rows.csv --input rows.csv", folder: folder.Path)).IsWrongUsage("is no model");
        byte[] bare = ModelFile.ExportFloat(Learning.Models.ModelSpecification.Parse(LocalMarket.Model), new int[10], 14);
        folder.Write("bare.safetensors", bare);
        (await Programs.RunAsync(Programs.Owner, "predict bare.safetensors --input rows.csv", folder: folder.Path))
            .IsWrongUsage("architecture", "marketplace model");
    }

    [Fact]
    public async Task A_card_says_what_the_model_is_and_how_it_is_used()
    {
        using TemporaryFolder folder = new();
        (await Programs.RunAsync(Programs.Owner, $"card {market.OpenCsv} --out card.md", market.Settings(), folder.Path)).Succeeded();

        string card = File.ReadAllText(folder["card.md"]);
        Assert.StartsWith("# For refusals\n", card, StringComparison.Ordinal);
        Assert.Contains("The owner has named none", card, StringComparison.Ordinal);
        Assert.Contains("| linear | out | [2] | 6 |", card, StringComparison.Ordinal);
        Assert.Contains("Classes, in the order of the outputs: no, yes.", card, StringComparison.Ordinal);
        Assert.Contains("marketplace export model.safetensors --to onnx", card, StringComparison.Ordinal);
        Assert.Contains("Nobody has audited the project for this card.", card, StringComparison.Ordinal);
        string said = (await Programs.RunAsync(
            Programs.Owner, $"card {market.OpenCsv} --out card.md --audit", market.Settings(), folder.Path)).Succeeded();
        Assert.Contains("everything holds", said, StringComparison.Ordinal);
        Assert.Contains(said.Trim().Split('\n')[^1], File.ReadAllText(folder["card.md"]), StringComparison.Ordinal);
        (await Programs.RunAsync(Programs.Owner, "card 99 --out card.md", market.Settings(), folder.Path)).IsWrongUsage("no project 99");
    }
}
