using System.Buffers.Binary;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Crypto;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Rounds;

/// <summary>
/// One party's training in one round: from the global model to a quantized update. Quantization is exact; the training before it gives the
/// same bytes again only on the same machine with the same number of threads, so whoever needs the update twice keeps it.
/// </summary>
public static class LocalUpdate
{
    /// <summary>Trains on <paramref name="data"/> and quantizes the difference.</summary>
    /// <param name="weights">The global model, d fixed-point weights.</param>
    /// <param name="party">Whose update it is; seeds the order of samples.</param>
    /// <param name="engine">What trains; null for one thread of the processor.</param>
    /// <returns>d entries.</returns>
    public static short[] Train(
        ProjectDocument document,
        HyperParameters hyperParameters,
        int[] weights,
        Dataset data,
        RoundId round,
        Address party,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken,
        ITrainingEngine? engine = null)
    {
        ulong seed = Seed(round, party);
        float[] start = Quantization.ToFloat(weights, document.FractionBits);
        LocalTraining options = document.Training.ForRound(hyperParameters, seed);
        TrainingResult result = (engine ?? TorchEngine.Cpu).Train(document.Model, start, data, options, progress, cancellationToken);
        return Quantize(document, result.Weights, weights, seed);
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
}
