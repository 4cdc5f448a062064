using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Experiments;

/// <summary>What rules with other constants are judged by.</summary>
internal static class Measures
{
    private const int Names = 16;

    /// <summary>Whether honest trainers' pay follows what they bring.</summary>
    public static Measure Rank(Division division) => new(
        $"rank, {division.Name}",
        (yardsticks, constants, seed) => Correlation.Rank(
            Contribution.Play(yardsticks.At(division, seed), new ProductRule(constants)).PayShares(), yardsticks.Shapley(division, seed)));

    /// <summary>How differently honest trainers are paid, as a coefficient of variation.</summary>
    public static Measure Spread(Division division) => new(
        $"variation, {division.Name}",
        (yardsticks, constants, seed) =>
            Correlation.Variation(Contribution.Play(yardsticks.At(division, seed), new ProductRule(constants)).PayShares()));

    /// <summary>What the model of honest trainers ends with.</summary>
    public static Measure Accuracy(Division division) => new(
        $"accuracy, {division.Name}",
        (yardsticks, constants, seed) => Yardsticks.AccuracyOf(Contribution.Play(yardsticks.At(division, seed), new ProductRule(constants))));

    /// <summary>What the first honest trainers are paid, whose data the division makes special: as a share.</summary>
    public static Measure FirstTrainersPay(Division division, int trainers) => new(
        $"pay, {division.Name}",
        (yardsticks, constants, seed) =>
            Contribution.Play(yardsticks.At(division, seed), new ProductRule(constants)).PayShares().Take(trainers).Sum());

    /// <summary>A free rider's pay, where 1 is the honest trainer's under the same rule.</summary>
    public static Measure PayOfRider(Division division, string rider) =>
        PayOf(rider, division, FreeRiding.Riders.Single(candidate => candidate.Name == rider).Create);

    /// <summary>The pay of all names of one trainer, where 1 is the honest trainer's under the same rule.</summary>
    public static Measure PayOfNames(Division division, string sybil) =>
        PayOf($"{sybil} × {Names}", division, () => FreeRiding.Sybils.Single(candidate => candidate.Name == sybil).Create(Names));

    /// <summary>The same with noise that is as long as the update, which makes the names less alike.</summary>
    public static Measure PayOfNoisyNames(Division division) => PayOf($"copies under noise × {Names}", division, () => new Clones(Names, noise: 1));

    /// <summary>What three flippers of labels of ten trainers are paid once updates are small: as a share.</summary>
    public static Measure LatePayOfFlippers(Division division) => LatePayOf("flippers'", division, () => new LabelFlip());

    /// <summary>The same of three who send noise.</summary>
    public static Measure LatePayOfNoise(Division division) => LatePayOf("noise's", division, () => new GaussianNoise());

    /// <summary>How far below a rival's the accuracy under an attack ends.</summary>
    public static Measure AccuracyBelow(string rival, string attack, Division division) => new(
        $"{attack}, below {rival}",
        (yardsticks, constants, seed) => yardsticks.RivalsAccuracy(rival, attack, division, seed)
            - Yardsticks.AccuracyOf(Robustness.Play(yardsticks.At(division, seed), () => new ProductRule(constants), attack)));

    /// <summary>How far the worst attack takes the model below what federated averaging ends with when nobody attacks.</summary>
    public static Measure WorstAttack(Division division) => new(
        $"worst attack, {division.Name}",
        (yardsticks, constants, seed) => yardsticks.RivalsAccuracy("mean by size", "none", division, seed)
            - Robustness.AttacksOn(yardsticks.Task).Min(attack =>
                Yardsticks.AccuracyOf(Robustness.Play(yardsticks.At(division, seed), () => new ProductRule(constants), attack))));

    private static Measure LatePayOf(string whose, Division division, Func<IAttack> attack) => new(
        $"{whose} late pay, {division.Name}",
        (yardsticks, constants, seed) =>
        {
            (Project project, int late) = FreeRiding.PlayLong(yardsticks.At(division, seed), new ProductRule(constants), attack());
            return project.AttackersPay(late);
        });

    private static Measure PayOf(string name, Division division, Func<IAttack> attack) => new(
        name,
        (yardsticks, constants, seed) =>
            FreeRiding.Play(yardsticks.At(division, seed), new ProductRule(constants), attack()).AttackersPay()
            / yardsticks.HonestPay(division, constants));
}
