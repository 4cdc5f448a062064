using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Models of other kinds go the same way: trained, proven, settled and audited.</summary>
public sealed class ModelTests(SmallMarketFixture market)
{
    private const string Residual = """
        {
          "input": [1, 16, 16],
          "layers": [
            { "type": "conv2d", "name": "stem", "out": 4, "kernel": 3, "padding": 1, "stride": 2 },
            { "type": "residual", "name": "same", "layers": [
              { "type": "conv2d", "name": "a", "out": 4, "kernel": 3, "padding": 1 },
              { "type": "groupNorm", "name": "norm", "groups": 2 },
              { "type": "relu" },
              { "type": "conv2d", "name": "b", "out": 4, "kernel": 3, "padding": 1 }
            ] },
            { "type": "relu" },
            { "type": "residual", "name": "down",
              "layers": [
                { "type": "conv2d", "name": "a", "out": 8, "kernel": 3, "padding": 1, "stride": 2 },
                { "type": "groupNorm", "name": "norm", "groups": 2 }
              ],
              "shortcut": [{ "type": "conv2d", "name": "c", "out": 8, "kernel": 1, "stride": 2 }] },
            { "type": "relu" },
            { "type": "adaptiveAvgPool2d", "size": 2 },
            { "type": "flatten" },
            { "type": "linear", "name": "output", "out": 10 }
          ],
          "loss": "crossEntropy"
        }
        """;

    /// <summary>The image's rows are the sequence.</summary>
    private const string Transformer = """
        {
          "input": [1, 16, 16],
          "layers": [
            { "type": "flatten" },
            { "type": "unflatten", "shape": [16, 16] },
            { "type": "positionalEmbedding", "name": "position" },
            { "type": "transformerEncoder", "name": "encoder", "heads": 2, "feedForward": 32, "activation": "gelu" },
            { "type": "sequenceMean" },
            { "type": "linear", "name": "output", "out": 10 }
          ],
          "loss": "crossEntropy"
        }
        """;

    /// <summary>273,418 parameters, more than 2^18: its powers of the reference string are made when it is first trained.</summary>
    private const string Wide = """
        {
          "input": [1, 16, 16],
          "layers": [
            { "type": "flatten" },
            { "type": "linear", "name": "hidden", "out": 1024 },
            { "type": "relu" },
            { "type": "linear", "name": "output", "out": 10 }
          ],
          "loss": "crossEntropy"
        }
        """;

    [Theory]
    [InlineData("residual", Residual)]
    [InlineData("transformer", Transformer)]
    [InlineData("wide", Wide)]
    public async Task Model_is_trained_proven_settled_and_audited(string title, string model)
    {
        await using SmallMarketRun run = await market.BeginAsync();
        int[] trainers = [SmallMarketRun.FirstTrainer, SmallMarketRun.FirstTrainer + 1];
        int project = await run.CreateAsync(new ProjectFiles(title, SmallMarketRun.TermsOf(trainers) with { Rounds = 1 }) { Model = model });
        MarketProgram[] programs = [run.StartAggregator(null, project), .. trainers.Select(trainer => run.StartTrainer(trainer, project))];
        await SmallMarketRun.FinishAsync(programs);

        ProjectHistory history = (await run.ReadAsync(project)).History;
        Assert.Equal(ProjectStatus.Completed, history.Status);
        MarketEvents.RoundSettled settled = Assert.Single(history.Rounds).Settled!;
        Assert.Equal(trainers.Length, settled.Payouts.Count);
        Assert.All(settled.Payouts, payout => Assert.True(payout > 0, $"the {title} project paid {payout} wei"));
        await run.AssertAuditPassesAsync(project);
    }
}
