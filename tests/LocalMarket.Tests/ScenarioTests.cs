using Marketplace.Chain;
using Marketplace.Learning.Models;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;

namespace Marketplace.LocalMarket.Tests;

/// <summary>What a local market trains, and on which images.</summary>
public sealed class ScenarioTests
{
    private static readonly string Models = Path.Combine(Repository.Root, "docs", "examples", "models");

    [Theory]
    [InlineData("resnet20.json", 32, 272_778)]
    [InlineData("transformer.json", 16, 69_706)]
    public void Example_models_fit_the_drawn_digits(string file, int size, int parameters)
    {
        Scenario scenario = Scenario.Create(new LocalMarketOptions { Model = Read(file) });
        Assert.Equal([1, size, size], scenario.Model.Input);
        Assert.Equal(parameters, scenario.Model.ParameterCount);
    }

    [Theory]
    [InlineData("""{"input":[256],"layers":[{"type":"linear","name":"out","out":10}],"loss":"crossEntropy"}""", "[256]")]
    [InlineData("""{"input":[1,16,16],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":9}],"loss":"crossEntropy"}""", "9 outputs")]
    [InlineData("""{"input":[1,16,8],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":10}],"loss":"crossEntropy"}""", "[1, 16, 8]")]
    public void A_model_for_other_data_is_refused(string model, string word)
    {
        LocalMarketException e = Assert.Throws<LocalMarketException>(
            () => Scenario.Create(new LocalMarketOptions { Model = ModelSpecification.Parse(model) }));
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_cannot_be_drawn_are_refused()
    {
        LocalMarketOptions options = new()
        {
            Model = ModelSpecification.Parse(
                """{"input":[1,65,65],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":10}],"loss":"crossEntropy"}"""),
        };
        LocalMarketException e = Assert.Throws<LocalMarketException>(() => ScenarioData.Prepare(Scenario.Create(options), options, "unused"));
        Assert.Contains("8 to 64", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_terms_name_the_court()
    {
        var court = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
        string terms = Scenario.Create(new LocalMarketOptions()).TermsJson(court);
        var read = TermsFile.Parse(System.Text.Encoding.UTF8.GetBytes(terms));
        Assert.Equal($"{court}", read.Arbitrator);
        Assert.Empty(read.FindProblems(decimals: 18));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    public void A_lie_is_told_in_a_round_that_is_played(int rounds, int expected)
    {
        Scenario scenario = Scenario.Create(new LocalMarketOptions { Rounds = rounds, Forger = true });
        Assert.Equal(expected, scenario.Lie?.Round);
        Assert.Equal(Behavior.Honest, scenario.Lie?.Victim.Behavior);
    }

    private static ModelSpecification Read(string file) => ModelSpecification.Parse(File.ReadAllBytes(Path.Combine(Models, file)));
}
