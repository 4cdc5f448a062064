using Marketplace.Chain;
using Marketplace.Learning.Models;
using Marketplace.Protocol.Templates;

namespace Marketplace.LocalMarket;

/// <summary>Who takes part in a local market, with how much data, and in what project.</summary>
/// <param name="Owner">Posts the project.</param>
/// <param name="Aggregator">Combines updates.</param>
/// <param name="Trainers">The honest ones first, as they are chosen for projects that take fewer.</param>
/// <param name="Auditors">The court: a panel of whom most must agree.</param>
/// <param name="RootSamples">Samples of the aggregator's root set.</param>
/// <param name="Model">What is trained.</param>
/// <param name="Document">The draft of the project's document.</param>
/// <param name="Lie">What the aggregator lies about; null when it is honest.</param>
public sealed record Scenario(
    LocalParty Owner,
    LocalParty Aggregator,
    IReadOnlyList<LocalTrainer> Trainers,
    IReadOnlyList<LocalParty> Auditors,
    int RootSamples,
    ModelSpecification Model,
    string Document,
    LocalLie? Lie)
{
    /// <summary>How long the court's parties may take.</summary>
    public static readonly TimeSpan Contest = TimeSpan.FromMinutes(30);

    private const int LyingRound = 2;

    private int Rounds { get; init; }

    private bool Drawn { get; init; }

    /// <exception cref="LocalMarketException">The model is not for square grayscale images with ten classes.</exception>
    public static Scenario Create(LocalMarketOptions options)
    {
        // MNIST is larger and its network deeper: more data for everybody, gentler steps.
        bool drawn = options.Data is null;
        ModelSpecification model = options.Model
            ?? (drawn ? ProjectTemplate.Digits.Draft.ParseModel() : ModelSpecification.Parse(Convolutional));
        if (model is not { Input: [1, var height, var width], OutputSize: 10, Loss: LossKind.CrossEntropy } || height != width)
        {
            throw new LocalMarketException(
                "the model must take images [1, size, size] and tell ten classes by crossEntropy, "
                + $"it takes [{string.Join(", ", model.Input)}] and has {model.OutputSize} outputs for {model.Loss}");
        }
        int unit = drawn ? 1000 : 3000;
        List<LocalTrainer> trainers =
        [
            new(new LocalParty("ada"), Behavior.Honest, unit),
            new(new LocalParty("ben"), Behavior.Honest, 2 * unit),
            new(new LocalParty("cleo"), Behavior.Honest, 4 * unit),
        ];
        if (options.Attackers)
        {
            trainers.AddRange(
            [
                new LocalTrainer(new LocalParty("dora"), Behavior.Noisy, unit),
                new LocalTrainer(new LocalParty("emil"), Behavior.Flipping, 2 * unit),
                new LocalTrainer(new LocalParty("finn"), Behavior.Replaying, 0),
            ]);
        }

        return new Scenario(
            new LocalParty("owner"),
            new LocalParty("aggregator"),
            trainers,
            [new LocalParty("gina"), new LocalParty("hugo"), new LocalParty("iris")],
            4 * unit,
            model,
            DocumentJson(options.Seed, drawn, model),
            options.Forger ? new LocalLie(trainers[1], Math.Min(LyingRound, options.Rounds)) : null)
        {
            Rounds = options.Rounds,
            Drawn = drawn,
        };
    }

    /// <summary>Everybody, as people should see them.</summary>
    public IReadOnlyList<NamedParty> Parties =>
    [
        new(Owner.Name, "owner", Owner.Address, "posts the project and pays"),
        new(Aggregator.Name, "aggregator", Aggregator.Address, $"combines updates, measures them on {RootSamples:N0} samples", Model.Input[1]),
        .. Trainers.Select(trainer => new NamedParty(trainer.Name, "trainer", trainer.Party.Address, trainer.Description)),
        .. Auditors.Select(auditor => new NamedParty(auditor.Name, "auditor", auditor.Address, "judges what is claimed")),
    ];

    /// <summary>The project's terms file; its document is <c>project.json</c>.</summary>
    /// <param name="court">The panel's address.</param>
    public string TermsJson(Address court) => $$"""
        {
          "aggregator": "{{Aggregator.Address}}",
          "arbitrator": "{{court}}",
          "payment": { "bounty": "10", "aggregatorFee": "0.5", "trainerStake": "0.1" },
          "rounds": {{Rounds}},
          "trainers": { "minimum": {{Trainers.Count}}, "maximum": {{Trainers.Count}}, "joinWithin": "1h" },
          "deadlines": { "open": "10m", "training": "30m", "settling": "30m", "contest": "{{Contest.TotalMinutes}}m" },
          "hyperParameters": {
            "learningRate": [0.001, {{(Drawn ? "0.05" : "0.02")}}],
            "localEpochs": [{{(Drawn ? 2 : 1)}}, 4],
            "batchSize": [16, 64]
          },
          "document": "project.json"
        }
        """;

    private static string DocumentJson(ulong seed, bool drawn, ModelSpecification model) => $$"""
        {
          "title": "{{(drawn ? "Reading drawn digits" : "Reading handwritten digits")}}",
          "description": "Ten classes, one digit an image.",
          "model": {{model.ToJson()}},
          "initialSeed": {{seed}},
          "training": { "optimizer": "sgd", "momentum": 0.9 },
          "data": { "kind": "idx", "conditions": "Grayscale images of single digits with their labels." },
          "testSet": { "images": "data/test/t10k-images-idx3-ubyte", "labels": "data/test/t10k-labels-idx1-ubyte" },
          "license": "CC0-1.0"
        }
        """;

    private const string Convolutional = """
        {
            "input": [1, 28, 28],
            "layers": [
              { "type": "conv2d", "name": "conv1", "out": 8, "kernel": 5 },
              { "type": "relu" },
              { "type": "maxPool2d", "size": 2 },
              { "type": "conv2d", "name": "conv2", "out": 16, "kernel": 5 },
              { "type": "relu" },
              { "type": "maxPool2d", "size": 2 },
              { "type": "flatten" },
              { "type": "linear", "name": "hidden", "out": 64 },
              { "type": "relu" },
              { "type": "linear", "name": "output", "out": 10 }
            ],
            "loss": "crossEntropy"
          }
        """;
}
