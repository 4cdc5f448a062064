using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Tests.Attacks;

/// <summary>What attackers know in a small federation.</summary>
internal static class Views
{
    private const int Trainers = 4;

    private static readonly Lazy<Federation> Dealt = new(() => Federation.Deal(
        new TaskLoader(null).Load(TaskLoader.Digits, default), Division.Iid, Trainers, samples: 20, root: 20, test: 20, seed: 2));

    /// <summary>A few trainers with twenty samples each.</summary>
    public static Federation Small => Dealt.Value;

    /// <summary>Attackers without data, in a round with a model of two weights.</summary>
    public static AttackerView Of(short[][]? others = null, int[][]? models = null, int attackers = 1)
    {
        models ??= [[0, 0]];
        Dataset nothing = Small.Test.Slice(0, 0);
        return new AttackerView(
            Small, models.Length - 1, models, [.. Enumerable.Repeat(nothing, attackers)], others ?? [], [0, 0], new RandomStream(1));
    }

    /// <summary>One attacker with data, in the first round.</summary>
    public static AttackerView Playing() => new(Small, 0, [Small.InitialWeights()], [.. Small.Trainers.Take(1)], [], [], new RandomStream(1));
}
