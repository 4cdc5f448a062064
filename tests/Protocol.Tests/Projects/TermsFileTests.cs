using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;

namespace Marketplace.Protocol.Tests.Projects;

public class TermsFileTests
{
    private const ulong Now = 1_800_000_000;

    private static readonly Cid Document = new(CidCodec.Raw, Bytes32.Keccak("document").ToArray());
    private static readonly Bytes32 SrsId = Bytes32.Keccak("srs");

    private const string Least = """
        {
          "aggregator": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
          "payment": { "bounty": "10" },
          "rounds": 3,
          "trainers": {
            "minimum": 2, "maximum": 5, "joinWithin": "1h",
            "allowlist": ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"]
          },
          "deadlines": { "open": "10m", "training": "2h", "settling": "1d" },
          "document": "project.json"
        }
        """;

    [Fact]
    public void What_is_left_out_has_the_documented_defaults()
    {
        Terms terms = Convert(Least);
        Assert.Equal(Address.Zero, terms.Arbitrator);
        Assert.Equal(Address.Zero, terms.Token);
        Assert.Equal(BigInteger.Zero, terms.AggregatorFee);
        Assert.Equal(BigInteger.Zero, terms.TrainerStake);
        Assert.Equal(1, terms.ToleratedExpiries);
        Assert.Equal(1, terms.ToleratedAbsences);
        Assert.Equal(0, terms.AbsencePenaltyBps);
        Assert.Equal(0U, terms.ContestDuration);
        Assert.Equal(new HyperBounds(1_000, 1_000_000, 1, 10, 8, 256), terms.HyperBounds);
    }

    [Fact]
    public void Units_are_the_contracts()
    {
        Terms terms = Convert(Least);
        Assert.Equal(Units.ParseEther("10"), terms.Bounty);
        Assert.Equal(Now + 3600, terms.JoinDeadline);
        Assert.Equal((600U, 7200U, 86_400U), (terms.OpenDuration, terms.TrainingDuration, terms.SettlingDuration));
        Assert.Equal((SrsId, Document, 1234U, (byte)14), (terms.SrsId, terms.Document, terms.Dimension, terms.FractionBits));
        Assert.Equal(50_000_000, Convert(Least, decimals: 6).Bounty * 5);
    }

    [Theory]
    [InlineData(3, null, "6666666666666666668")]
    [InlineData(3, "[1,1,8]", "16000000000000000000")]
    public void The_least_bond_covers_the_tolerated_expiries_and_is_never_short(int rounds, string? weights, string bond)
    {
        JsonObject json = JsonNode.Parse(Least)!.AsObject();
        json["rounds"] = rounds;
        if (weights is not null)
            json["rewardWeights"] = JsonNode.Parse(weights);
        Assert.Equal(BigInteger.Parse(bond), Convert(json.ToJsonString()).AggregatorBond);
        json["payment"]!["aggregatorBond"] = Units.FormatEther(BigInteger.Parse(bond) - 1);
        Assert.Contains("payment.aggregatorBond", Refusal(json.ToJsonString()), StringComparison.Ordinal);
        json["payment"]!["aggregatorBond"] = Units.FormatEther(BigInteger.Parse(bond) + 1);
        Assert.Equal(BigInteger.Parse(bond) + 1, Convert(json.ToJsonString()).AggregatorBond);
    }

    [Fact]
    public void An_arbitrator_takes_a_contest_and_one_more_reward_of_bond()
    {
        JsonObject json = JsonNode.Parse(Least)!.AsObject();
        json["arbitrator"] = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
        Assert.Contains("deadlines.contest", Refusal(json.ToJsonString()), StringComparison.Ordinal);
        json["deadlines"]!["contest"] = "1s";
        Terms terms = Convert(json.ToJsonString());
        Assert.Equal(Address.Parse("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"), terms.Arbitrator);
        Assert.Equal(3 * BigInteger.Parse("3333333333333333334"), terms.AggregatorBond);
        json["payment"]!["aggregatorBond"] = Units.FormatEther(terms.AggregatorBond - 1);
        Assert.Contains("the rewards of 3 rounds", Refusal(json.ToJsonString()), StringComparison.Ordinal);
        json["payment"]!.AsObject().Remove("aggregatorBond");
        json["arbitrator"] = $"{Address.Zero}";
        Assert.Contains("arbitrator", Refusal(json.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rounds", "1", "1024")]
    [InlineData("trainers.minimum", "1", "5")]
    [InlineData("trainers.maximum", "2", "65535")]
    [InlineData("tolerance.expiries", "0", "254")]
    [InlineData("tolerance.absences", "0", "255")]
    [InlineData("tolerance.absencePenaltyPercent", "0", "100")]
    public void Both_ends_of_a_range_are_in_it_and_nothing_beyond(string path, string least, string most)
    {
        foreach (string inside in new[] { least, most })
            Convert(With(path, inside));
        foreach (int step in new[] { -1, 1 })
        {
            string outside = (int.Parse(step < 0 ? least : most, null) + step).ToString(null, null);
            Assert.Contains(path.Split('.')[0], Refusal(With(path, outside)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0.01", 1)]
    [InlineData("12.5", 1250)]
    [InlineData("100.00", 10_000)]
    public void Percentages_are_exact_basis_points(string percent, int basisPoints) =>
        Assert.Equal(basisPoints, Convert(With("tolerance.absencePenaltyPercent", percent)).AbsencePenaltyBps);

    [Theory]
    [InlineData("0.001")]
    [InlineData("100.01")]
    [InlineData("-0.01")]
    public void Percentages_that_are_no_basis_points_are_refused(string percent) =>
        Assert.Contains("at most two decimals", Refusal(With("tolerance.absencePenaltyPercent", percent)), StringComparison.Ordinal);

    [Fact]
    public void An_allowlist_becomes_its_root() =>
        Assert.Equal(new AllowlistTree(TermsFile.Parse(Encoding.UTF8.GetBytes(Least)).Allowlist()).Root, Convert(Least).AllowlistRoot);

    [Fact]
    public void Without_an_allowlist_everybody_may_join_where_there_is_an_arbitrator_and_nobody_where_there_is_none()
    {
        JsonObject json = JsonNode.Parse(Least)!.AsObject();
        json["trainers"]!.AsObject().Remove("allowlist");
        DocumentException refusal = Assert.Throws<DocumentException>(() => Convert(json.ToJsonString()));
        Assert.Equal("arbitrator", refusal.Field);
        Assert.Contains("name one, or list in trainers.allowlist who may", refusal.Message, StringComparison.Ordinal);
        json["arbitrator"] = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
        json["deadlines"]!["contest"] = "1h";
        Assert.Equal(Bytes32.Zero, Convert(json.ToJsonString()).AllowlistRoot);
    }

    [Fact]
    public void Comments_and_trailing_commas_are_allowed() =>
        Assert.Equal(
            3,
            TermsFile.Parse(Encoding.UTF8.GetBytes(Least.Replace("\"rounds\": 3,", "// how many\n\"rounds\": 3,", StringComparison.Ordinal))).Rounds);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var file = TermsFile.Parse(Encoding.UTF8.GetBytes(Least));
        Assert.Equal(file.ToBytes(), TermsFile.Parse(file.ToBytes()).ToBytes());
    }

    [Fact]
    public void The_example_in_the_documentation_is_in_order()
    {
        string path = Repository.Path("docs", "examples", "terms.json");
        TermsFile file = TermsFile.Parse(File.ReadAllBytes(path));
        ProjectDocument.Draft draft = ProjectDocument.Draft.Parse(
            File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, file.Document)), "the example");
        file.ToContract(Document, draft.ParseModel().ParameterCount, draft.FractionBits, 18, Now, SrsId);
        ProjectDocument published = draft.Publish(Document);
        Assert.Equal(published.ToBytes(), ProjectDocument.Parse(published.ToBytes()).ToBytes());
    }

    [Fact]
    public void All_wrong_fields_are_named_at_once()
    {
        TermsFile file = TermsFile.Parse(Encoding.UTF8.GetBytes(Least));
        Assert.Empty(file.FindProblems(18));
        file = file with
        {
            Aggregator = "nobody",
            Payment = file.Payment with { Bounty = "0" },
            Rounds = 0,
            Trainers = file.Trainers with { JoinWithin = "soon" },
            HyperParameters = file.HyperParameters with { BatchSize = [64, 16] },
        };
        Assert.Equal(
            ["rounds", "payment.bounty", "aggregator", "trainers.joinWithin", "hyperParameters.batchSize"],
            file.FindProblems(18).Select(problem => problem.Field));
    }

    [Fact]
    public void A_file_that_is_too_long_is_not_read() =>
        Assert.Contains(
            "at most", Assert.Throws<DocumentException>(() => TermsFile.Parse(new byte[TermsFile.MaxBytes + 1])).Message, StringComparison.Ordinal);

    private static Terms Convert(string json, int decimals = 18) =>
        TermsFile.Parse(Encoding.UTF8.GetBytes(json)).ToContract(Document, 1234, 14, decimals, Now, SrsId);

    private static string Refusal(string json) => Assert.Throws<DocumentException>(() => Convert(json)).Message;

    private static string With(string path, string value)
    {
        JsonNode root = JsonNode.Parse(Least)!;
        string[] names = path.Split('.');
        JsonNode target = root;
        foreach (string name in names[..^1])
            target = target[name] ??= new JsonObject();
        target[names[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }
}
