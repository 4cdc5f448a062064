using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Content;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Testing.Files;

namespace Marketplace.Commands.Tests;

/// <summary>Terms, documents and initial models that owners write. A project that could not run is not paid for.</summary>
public class CreateTests(LocalMarket market)
{
    [Theory]
    [InlineData("rounds", "0", "rounds", "1 to 1024", "'0'")]
    [InlineData("rounds", "1025", "rounds", "1 to 1024")]
    [InlineData("rounds", "\"two\"", "rounds", "whole number")]
    [InlineData("rounds", "2.5", "rounds", "whole number")]
    [InlineData("rounds", "null", "rounds")]
    [InlineData("rounds", null, "expected also 'rounds'")]
    [InlineData("round", "2", "no setting 'round'")]
    [InlineData("rewardWeights", "[1]", "rewardWeights", "2 weights")]
    [InlineData("rewardWeights", "[1,0]", "rewardWeights[1]", "1 to 65535")]
    [InlineData("aggregator", "\"bob\"", "aggregator", "40 hexadecimal digits", "'bob'")]
    [InlineData("aggregator", "\"0x0000000000000000000000000000000000000000\"", "aggregator", "zero address")]
    [InlineData("payment", "{}", "payment", "bounty")]
    [InlineData("payment.bounty", "\"0\"", "payment.bounty", "above 0")]
    [InlineData("payment.bounty", "\"-1\"", "payment.bounty")]
    [InlineData("payment.bounty", "\"much\"", "payment.bounty", "decimal number", "much")]
    [InlineData("payment.bounty", "1", "payment.bounty", "expected a text")]
    [InlineData("payment.bounty", "\"0.0000000000000000001\"", "payment.bounty", "fraction digits")]
    [InlineData("payment.bounty", "\"1000000000000000000000000\"", "payment.bounty", "2^128")]
    [InlineData("payment.aggregatorBond", "\"0.5\"", "payment.aggregatorBond", "at least 1.0", "2 rounds")]
    [InlineData("payment.token", "\"gold\"", "payment.token", "address")]
    [InlineData("payment.token", "\"0x70997970C51812dc3A010C7d01b50e0d17dc79C8\"", "no ERC-20 token at")]
    [InlineData("trainers.minimum", "0", "trainers.minimum", "1 to 65535")]
    [InlineData("trainers.maximum", "0", "trainers.maximum", "1 to 65535")]
    [InlineData("trainers.joinWithin", "\"soon\"", "trainers.joinWithin", "10m", "'soon'")]
    [InlineData("trainers.joinWithin", null, "joinWithin")]
    [InlineData("trainers.allowlist", null, "arbitrator", "expected a court", "trainers.allowlist")]
    [InlineData("trainers.allowlist", "[]", "trainers.allowlist", "no allowlist at all")]
    [InlineData("trainers.allowlist", "[null]", "trainers.allowlist[0]", "address")]
    [InlineData("deadlines.training", "\"0s\"", "deadlines.training", "from 1s to 365d")]
    [InlineData("deadlines.contest", "\"366d\"", "deadlines.contest", "to 365d")]
    [InlineData("deadlines.settling", "\"99999d\"", "deadlines.settling", "3650d")]
    [InlineData("tolerance", """{"expiries":255}""", "tolerance.expiries", "0 to 254")]
    [InlineData("tolerance", """{"absencePenaltyPercent":100.001}""", "absencePenaltyPercent", "0 to 100")]
    [InlineData("hyperParameters", """{"learningRate":[1,0.1]}""", "learningRate", "[low, high]")]
    [InlineData("hyperParameters", """{"learningRate":[0.0000015,1]}""", "learningRate", "six decimals")]
    [InlineData("hyperParameters", """{"batchSize":[8]}""", "batchSize", "two numbers")]
    [InlineData("document", "\"absent.json\"", "absent.json", "no file")]
    [InlineData("document", "\"\"", "no file")]
    public async Task Terms_that_are_wrong_name_their_field(string field, string? value, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write("terms.json", Change(Encoding.UTF8.GetString(LocalMarket.Terms.ToBytes()), field, value));
        folder.Write("project.json", ProjectJson);
        await RefusesAsync(folder, words);
    }

    [Theory]
    [InlineData("", "terms file")]
    [InlineData("null", "terms file is empty")]
    [InlineData("[]", "JSON object")]
    [InlineData("{\"aggregator\": ", "line 1")]
    [InlineData("rounds: 2", "line 1")]
    public async Task A_terms_file_that_is_none_is_refused(string text, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write("terms.json", text);
        await RefusesAsync(folder, words);
    }

    [Theory]
    [InlineData("title", "\"\"", "title", "1 to 200 characters")]
    [InlineData("title", null, "title")]
    [InlineData("title", "\"\\u001b[2Jfree money\"", "title", "control characters")]
    [InlineData("titel", "\"x\"", "no setting 'titel'")]
    [InlineData("version", "2", "version", "expected 1")]
    [InlineData("fractionBits", "0", "fractionBits", "1 to 24")]
    [InlineData("training", """{"optimizer":"lion"}""", "training.optimizer", "sgd, adam or adamw", "lion")]
    [InlineData("training", """{"momentum":1}""", "training.momentum", "[0, 1)")]
    [InlineData("training", "null", "training")]
    [InlineData("data", """{"kind":"parquet"}""", "data.kind", "idx or csv", "parquet")]
    [InlineData("data", """{"kind":"csv"}""", "data.schema")]
    [InlineData(
        "data", """{"kind":"csv","schema":{"columns":[{"name":"a","kind":"vector"}]}}""", "data.schema.columns[0].kind", "numeric, categorical")]
    [InlineData("model", null, "model")]
    [InlineData("model", "[]", "model")]
    [InlineData("model.loss", "\"hinge\"", "model", "crossEntropy", "hinge")]
    [InlineData("model.input", "[0,2,2]", "model", "input")]
    [InlineData("model.layers", "[]", "layers", "1 to 256")]
    [InlineData("model.layers", """[{"type":"attention"}]""", "unknown layer type", "attention")]
    [InlineData("model.layers", """[{"type":"linear","name":"out","out":2}]""", "flatten")]
    [InlineData("model.layers", """[{"type":"flatten"},{"type":"linear","name":"out","out":99999999}]""", "linear")]
    [InlineData("model.layers", """[{"type":"flatten"},{"type":"linear","name":"out","out":9}]""", "45 parameters", "at most 16")]
    [InlineData("initialModel", "\"QmNonsense\"", "initialModel", "CID", "QmNonsense")]
    [InlineData("initialModel", "\"terms.json\"", "initialModel", "no model of this document")]
    [InlineData("testSet", """{"file":"project.json"}""", "testSet", "images and labels", "data.kind is idx")]
    [InlineData("testSet", """{"images":"absent","labels":"absent"}""", "testSet", "no file", "absent")]
    [InlineData("testSet", """{"images":"project.json","labels":"project.json"}""", "testSet", "images", "IDX")]
    public async Task Documents_that_are_wrong_name_their_field(string field, string? value, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write("terms.json", LocalMarket.Terms.ToBytes());
        folder.Write("project.json", Change(ProjectJson, field, value));
        await RefusesAsync(folder, words);
    }

    [Theory]
    [InlineData("garbage", "no model of this document")]
    [InlineData("truncated", "no model of this document")]
    [InlineData("another model", "no model of this document", "shape")]
    [InlineData("floats", "no model of this document")]
    [InlineData("fraction bits", "14 fraction bits", "has 10")]
    [InlineData("a gigabyte", "no model of this document")]
    public async Task An_initial_model_that_is_none_is_refused(string which, params string[] words)
    {
        var model = ModelSpecification.Parse(LocalMarket.Model);
        var wider = ModelSpecification.Parse(LocalMarket.Model.Replace("\"out\":2", "\"out\":3", StringComparison.Ordinal));
        byte[] good = ModelFile.Write(model, new int[10], 14);
        Cid cid = await market.PublishAsync(which switch
        {
            "garbage" => "not a model"u8.ToArray(),
            "truncated" => good[..^4],
            "another model" => ModelFile.Write(wider, new int[15], 14),
            "floats" => ModelFile.ExportFloat(model, new int[10], 14),
            "fraction bits" => ModelFile.Write(model, new int[10], 10),
            // A header that claims to be this long.
            _ => [0, 0, 0, 64, 0, 0, 0, 0, .. "{}"u8],
        });
        using TemporaryFolder folder = new();
        folder.Write("terms.json", LocalMarket.Terms.ToBytes());
        folder.Write("project.json", Change(ProjectJson, "initialModel", $"\"{cid}\""));
        await RefusesAsync(folder, words);
    }

    [Theory]
    [InlineData(float.NaN, "finite")]
    [InlineData(131072, "14 fraction bits", "below 131072")]
    public async Task Initial_weights_that_cannot_be_units_are_refused(float weight, params string[] words)
    {
        using TemporaryFolder folder = new();
        folder.Write("terms.json", LocalMarket.Terms.ToBytes());
        folder.Write("project.json", Change(ProjectJson, "initialModel", "\"start.safetensors\""));
        float[] weights = [.. new float[7], weight];
        folder.Write("start.safetensors", Safetensors.Write(
        [
            SafetensorsTensor.From<float>("out.weight", [2, 4], weights), SafetensorsTensor.From<float>("out.bias", [2], [0, 0]),
        ]));
        await RefusesAsync(folder, words);
    }

    [Fact]
    public async Task A_test_set_is_refused_where_only_the_owner_s_program_could_measure_on_it()
    {
        using TemporaryFolder folder = new();
        folder.Write("terms.json", LocalMarket.Terms.ToBytes());
        string external = Change(ProjectJson, "model.layers", """[{"type":"external","name":"mine","out":2,"tensors":[{"name":"w","shape":[8]}]}]""");
        folder.Write("project.json", Change(external, "testSet", """{"images":"project.json","labels":"project.json"}"""));
        await RefusesAsync(folder, ["testSet", "external"]);
    }

    [Fact]
    public async Task An_initial_model_that_nobody_has_is_a_failure()
    {
        using TemporaryFolder folder = new();
        folder.Write("terms.json", LocalMarket.Terms.ToBytes());
        folder.Write("project.json", Change(ProjectJson, "initialModel", "\"bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy\""));
        (await CreateAsync(folder, LocalMarket.OwnerKey)).IsFailure("does not have bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy");
        await market.HasNotMovedAsync();
    }

    [Fact]
    public async Task A_bounty_that_the_account_does_not_have_is_a_failure()
    {
        using TemporaryFolder folder = new();
        folder.Write("terms.json", LocalMarket.Terms.ToBytes());
        folder.Write("project.json", ProjectJson);
        (await CreateAsync(folder, LocalMarket.PoorKey)).Hides(LocalMarket.PoorKey[^8..]).IsFailure("funds");
        await market.HasNotMovedAsync();
    }

    [Fact]
    public async Task A_terms_file_that_is_not_there_is_named() =>
        (await Programs.RunAsync(Programs.Owner, "create absent.json", market.Settings(LocalMarket.OwnerKey))).IsWrongUsage("no file", "absent.json");

    private static string ProjectJson => $$"""{"title":"Digits","model":{{LocalMarket.Model}},"license":"CC0-1.0"}""";

    private Task<Outcome> CreateAsync(TemporaryFolder folder, string key) =>
        Programs.RunAsync(Programs.Owner, "create terms.json", market.Settings(key), folder.Path);

    private async Task RefusesAsync(TemporaryFolder folder, string[] words)
    {
        (await CreateAsync(folder, LocalMarket.OwnerKey)).Hides(LocalMarket.OwnerKey[2..]).IsWrongUsage(words);
        await market.HasNotMovedAsync();
    }

    /// <summary>Sets a member, or takes it out when the value is null; a point goes into an object.</summary>
    private static string Change(string json, string path, string? value)
    {
        JsonNode root = JsonNode.Parse(json)!;
        string[] names = path.Split('.');
        JsonObject target = names[..^1].Aggregate(root, (node, name) => node[name]!).AsObject();
        if (value is null)
            target.Remove(names[^1]);
        else
            target[names[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }
}
