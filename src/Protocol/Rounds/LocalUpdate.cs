using System.Buffers.Binary;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Crypto;
using Marketplace.Learning;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Rounds;

/// <summary>
/// One party's training in one round: from the global model to a quantized update. Whoever needs the update twice keeps it: training
/// again may give other bits.
/// </summary>
public static class LocalUpdate
{
    /// <summary>Trains the built-in engine on <paramref name="data"/> and quantizes the difference.</summary>
    /// <param name="weights">The global model, d fixed-point weights.</param>
    /// <param name="party">Whose update it is; seeds the order of samples.</param>
    /// <returns>d entries.</returns>
    public static short[] Train(
        ProjectDocument document,
        HyperParameters hyperParameters,
        int[] weights,
        Dataset data,
        RoundId round,
        Address party,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        ulong seed = Seed(round, party);
        using Network network = Network.Create(document.Model);
        Quantization.ToFloat(weights, document.FractionBits, network.Parameters);
        Learning.Trainer.Train(network, data, Options(document.Training, hyperParameters, seed), progress, cancellation);
        return Quantize(document, network.Parameters, weights, seed);
    }

    /// <summary>The quantized difference between locally trained weights and the global model.</summary>
    public static short[] Quantize(ProjectDocument document, float[] local, int[] global, ulong seed) =>
        Quantization.QuantizeUpdate(
            local,
            global,
            document.FractionBits,
            document.Training.Rounding == "stochastic" ? Rounding.Stochastic : Rounding.Nearest,
            seed);

    /// <summary>A seed that is public, and different for every party and round.</summary>
    public static ulong Seed(RoundId round, Address party) =>
        BinaryPrimitives.ReadUInt64BigEndian(Keccak256.HashData([.. round.ToBytes(), .. party.ToArray()]));

    private static LocalTraining Options(TrainingRules rules, HyperParameters round, ulong seed) => new()
    {
        Optimizer = rules.Optimizer == "adam" ? OptimizerKind.Adam : OptimizerKind.Sgd,
        Momentum = (float)rules.Momentum,
        WeightDecay = (float)rules.WeightDecay,
        LearningRate = round.LearningRate / 1e6f,
        Epochs = round.LocalEpochs,
        BatchSize = round.BatchSize,
        Seed = seed,
    };
}
