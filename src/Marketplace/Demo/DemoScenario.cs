using Marketplace.Ethereum;

namespace Marketplace.Demo;

/// <summary>Who takes part in the demo, with how much data, and in what project.</summary>
internal sealed record DemoScenario(
    DemoParty Owner, DemoParty Aggregator, IReadOnlyList<DemoTrainer> Trainers, int RootSamples, string Terms, string Document)
{
    private const int DrawnTestSamples = 5000;

    public static DemoScenario Create(DemoOptions options)
    {
        // MNIST is larger and its network deeper: more data for everybody, gentler steps.
        bool drawn = options.Data is null;
        int unit = drawn ? 1000 : 3000;
        List<DemoTrainer> trainers =
        [
            new(new DemoParty("ada"), Behavior.Honest, unit),
            new(new DemoParty("ben"), Behavior.Honest, 2 * unit),
            new(new DemoParty("cleo"), Behavior.Honest, 4 * unit),
        ];
        if (options.Attackers)
            trainers.AddRange(
            [
                new DemoTrainer(new DemoParty("dora"), Behavior.Noisy, unit),
                new DemoTrainer(new DemoParty("emil"), Behavior.Flipping, 2 * unit),
                new DemoTrainer(new DemoParty("finn"), Behavior.Replaying, 0),
            ]);
        var aggregator = new DemoParty("aggregator");
        return new DemoScenario(
            new DemoParty("owner"),
            aggregator,
            trainers,
            4 * unit,
            TermsJson(aggregator.Address, trainers.Count, options.Rounds, drawn),
            DocumentJson(options.Seed, drawn));
    }

    public DemoData PrepareData(DemoOptions options, string folder)
    {
        int samples = RootSamples + Trainers.Sum(trainer => trainer.Samples);
        return options.Data is null
            ? DemoData.Draw(samples, DrawnTestSamples, options.Seed, folder)
            : DemoData.Load(options.Data, samples, options.Seed, folder);
    }

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
          "license": "CC0-1.0"
        }
        """;

    private const string Perceptron = """
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
