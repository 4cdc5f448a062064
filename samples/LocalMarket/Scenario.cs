using Marketplace.Chain;

namespace Marketplace.LocalMarket;

/// <summary>Who takes part in a local market, with how much data, and in what project.</summary>
/// <param name="Owner">Posts the project.</param>
/// <param name="Aggregator">Combines updates.</param>
/// <param name="Trainers">The honest ones first, as they are chosen for projects that take fewer.</param>
/// <param name="RootSamples">Samples of the aggregator's root set.</param>
/// <param name="Terms">The project's terms file; its document is <c>project.json</c>.</param>
/// <param name="Document">The draft of the project's document.</param>
public sealed record Scenario(
    LocalParty Owner, LocalParty Aggregator, IReadOnlyList<LocalTrainer> Trainers, int RootSamples, string Terms, string Document)
{
    public static Scenario Create(LocalMarketOptions options)
    {
        // MNIST is larger and its network deeper: more data for everybody, gentler steps.
        bool drawn = options.Data is null;
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

        var aggregator = new LocalParty("aggregator");
        return new Scenario(
            new LocalParty("owner"),
            aggregator,
            trainers,
            4 * unit,
            TermsJson(aggregator.Address, trainers.Count, options.Rounds, drawn),
            DocumentJson(options.Seed, drawn));
    }

    /// <summary>Everybody, as people should see them.</summary>
    public IReadOnlyList<NamedParty> Parties =>
    [
        new(Owner.Name, "owner", Owner.Address, "posts the project and pays"),
        new(Aggregator.Name, "aggregator", Aggregator.Address, $"combines updates, measures them on {RootSamples:N0} samples"),
        .. Trainers.Select(trainer => new NamedParty(trainer.Name, "trainer", trainer.Party.Address, trainer.Description)),
    ];

    private static string TermsJson(Address aggregator, int trainers, int rounds, bool drawn) => $$"""
        {
          "aggregator": "{{aggregator}}",
          "payment": { "bounty": "10", "aggregatorFee": "0.5", "trainerStake": "0.1" },
          "rounds": {{rounds}},
          "trainers": { "minimum": {{trainers}}, "maximum": {{trainers}}, "joinWithin": "1h" },
          "deadlines": { "open": "10m", "training": "30m", "settling": "30m" },
          "hyperParameters": {
            "learningRate": [0.001, {{(drawn ? "0.03" : "0.02")}}],
            "localEpochs": [{{(drawn ? 2 : 1)}}, 4],
            "batchSize": [16, 64]
          },
          "document": "project.json"
        }
        """;

    private static string DocumentJson(ulong seed, bool drawn) => $$"""
        {
          "title": "{{(drawn ? "Reading drawn digits" : "Reading handwritten digits")}}",
          "description": "Ten classes, one digit an image.",
          "model": {{(drawn ? Perceptron : Convolutional)}},
          "initialSeed": {{seed}},
          "training": { "optimizer": "sgd", "momentum": 0.9 },
          "data": { "kind": "idx", "conditions": "Grayscale images of single digits with their labels." },
          "testSet": { "images": "data/test/t10k-images-idx3-ubyte", "labels": "data/test/t10k-labels-idx1-ubyte" },
          "license": "CC0-1.0"
        }
        """;

    /// <summary>The model that fits the parties' drawn digits, as a project document describes it.</summary>
    public const string Perceptron = """
        {
          "input": [1, 16, 16],
          "layers": [
            { "type": "flatten" },
            { "type": "linear", "name": "hidden", "out": 64 },
            { "type": "relu" },
            { "type": "linear", "name": "output", "out": 10 }
          ],
          "loss": "crossEntropy"
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
