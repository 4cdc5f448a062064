using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Simulation;

/// <summary>What an owner should change before money is escrowed, told from a simulation.</summary>
public static class SimulationAdvice
{
    /// <summary>
    /// The least squared correlation of the reference with what the updates have in common. Below a tenth the reference is nearly all noise of its
    /// own: it stands at more than 71 degrees to what trainers agree on, and falsified updates come as near to it as honest ones.
    /// </summary>
    private const double LeastReliability = 0.1;

    /// <summary>The most honest updates that may be left out: a tenth.</summary>
    private const double MostLeftOut = 0.1;

    /// <summary>The most entries of an update that may be as large as an update can hold.</summary>
    private const double MostLongEntries = 0.01;

    /// <summary>Attackers that are paid more than this part of an honest trainer's pay are not kept out.</summary>
    private const double MostAttackersPay = 0.5;

    /// <summary>All that applies, the gravest first.</summary>
    public static IReadOnlyList<string> Of(SimulatedProject project, SimulationResult result)
    {
        string?[] training = [OfFailure(result), OfRates(result), OfLength(project, result)];
        // Where training itself goes wrong, nothing can be told about what measures it.
        string?[] measure = training.All(warning => warning is null) ? [OfRootSet(result), OfAttackers(result)] : [];
        string?[] terms =
            [OfTime(project, result), OfReward(project, result), OfFee(project, result), OfTrainers(project, result), OfUnfilled(project)];
        return [.. training.Concat(measure).Concat(terms).OfType<string>()];
    }

    /// <summary>Why a round kept or paid nobody, and what to do; null where it paid somebody.</summary>
    public static string? ReasonOf(SimulatedRound round) => round switch
    {
        { KeptNobody: true } => $"nobody was kept: {RoundAdvice.KeptNobody}. Give a larger root set, or one that is more like the trainers' data, or "
            + "lower hyperParameters.learningRate",
        { PaidNobody: true } => $"nobody was paid: {RoundAdvice.PaidNobody}. Plan fewer rounds, or raise hyperParameters.learningRate",
        _ => null,
    };

    private static string? OfFailure(SimulationResult result) =>
        result.Failure is { } failure ? $"{failure}; lower the upper bound of hyperParameters.learningRate, or set training.clipNorm" : null;

    private static string? OfRates(SimulationResult result)
    {
        int rises = result.Rounds.Count(round => !(round.After.Loss <= round.Before.Loss));
        if (result.Rounds is not [.., var last] || (rises * 2 <= result.Rounds.Count && last.Test.Loss <= result.Start.Loss))
            return null;
        return $"the loss rose in {rises} of {result.Rounds.Count} rounds, and went from {result.Start.Loss:0.000} to {last.Test.Loss:0.000} on the "
                + $"test set: the steps are too long; lower hyperParameters.learningRate or localEpochs";
    }

    private static string? OfLength(SimulatedProject project, SimulationResult result)
    {
        double most = result.Rounds.Select(round => round.LongEntries).DefaultIfEmpty(0).Max();
        return most <= MostLongEntries
            ? null
            : $"up to {most:0.0%} of an honest update's entries were cut, since an update holds changes up to "
                    + $"{32767.0 / (1 << project.Document.FractionBits):0.0}: lower hyperParameters.learningRate or localEpochs, or fractionBits";
    }

    private static string? OfRootSet(SimulationResult result)
    {
        if (result.Rounds.Count == 0)
            return null;
        HashSet<string> honest = [.. result.Trainers.Where(total => total.Trainer.IsHonest).Select(total => total.Trainer.Name)];
        SimulatedUpdate[] updates = [.. result.Rounds.SelectMany(round => round.Updates).Where(update => honest.Contains(update.Trainer))];
        int leftOut = updates.Count(update => !update.IsKept);
        double[] reliabilities = [.. result.Rounds.Select(round => round.Reliability).Order()];
        double reliability = reliabilities[reliabilities.Length / 2];
        if (leftOut <= MostLeftOut * updates.Length && reliability >= LeastReliability)
            return null;
        return $"the root set ({result.RootSamples:N0} samples) is a poor measure: {leftOut} of {updates.Length} honest updates were left out, and "
                + $"in the middle round {reliability:0%} of its update, squared, was what the trainers' have in common; at least "
                + $"{LeastReliability:0%} should be. Give a larger root set, or one that is more like the trainers' data";
    }

    private static string? OfAttackers(SimulationResult result)
    {
        TrainerTotal[] honest = [.. result.Trainers.Where(total => total.Trainer.IsHonest)];
        TrainerTotal[] others = [.. result.Trainers.Where(total => !total.Trainer.IsHonest)];
        if (others.Length == 0 || result.Rounds.Count == 0)
            return null;
        double honestPay = honest.Average(total => (double)total.Paid), pay = others.Average(total => (double)total.Paid);
        return pay <= MostAttackersPay * honestPay
            ? null
            : $"an attacker was paid {pay / honestPay:0%} of what an honest trainer was: the root set does "
                    + "not tell them apart";
    }

    private static string? OfTime(SimulatedProject project, SimulationResult result)
    {
        double slowest = result.Rounds.Select(round => round.SlowestTraining).DefaultIfEmpty(0).Max();
        uint deadline = project.Offer.Terms.TrainingDuration;
        return slowest < deadline
            ? null
            : $"a trainer took {slowest:0} s for a round on one core of this machine, deadlines.training gives "
                    + $"{Duration.Format(TimeSpan.FromSeconds(deadline))}: give more";
    }

    private static string? OfReward(SimulatedProject project, SimulationResult result)
    {
        Terms terms = project.Offer.Terms;
        BigInteger[] paid = [.. result.Trainers.Where(total => total.Trainer.IsHonest).Select(total => total.Paid)];
        BigInteger cost = result.Costs.PriceOf(result.Costs.Trainer);
        int losing = paid.Count(amount => amount < cost);
        return !terms.Token.IsZero || result.Rounds.Count == 0 || losing == 0
            ? null
            : $"{losing} of {paid.Length} honest trainers were paid less than the {Ether(cost)} ETH that their gas costs at "
                    + $"{Units.FormatGwei(result.Costs.GasPrice)} gwei: raise payment.bounty, or plan fewer rounds";
    }

    private static string? OfFee(SimulatedProject project, SimulationResult result)
    {
        Terms terms = project.Offer.Terms;
        BigInteger fee = terms.AggregatorFee / terms.Rounds * result.Rounds.Count(round => !round.PaidNobody);
        BigInteger cost = result.Costs.PriceOf(result.Costs.Aggregator);
        return !terms.Token.IsZero || result.Rounds.Count == 0 || fee >= cost
            ? null
            : $"the aggregator would earn {Ether(fee)} ETH and pay {Ether(cost)} ETH for gas at "
                    + $"{Units.FormatGwei(result.Costs.GasPrice)} gwei: raise payment.aggregatorFee, or nobody may want to aggregate";
    }

    private static string? OfTrainers(SimulatedProject project, SimulationResult result)
    {
        Terms terms = project.Offer.Terms;
        int count = result.Trainers.Count;
        return count >= terms.MinTrainers && count <= terms.MaxTrainers
            ? null
            : $"{count} trainers were simulated, the terms take {terms.MinTrainers} to {terms.MaxTrainers}: change --trainers or the terms";
    }

    private static string? OfUnfilled(SimulatedProject project) => project.Unfilled.Count == 0
        ? null
        : $"{string.Join(" and ", project.Unfilled)} in the terms {(project.Unfilled.Count == 1 ? "is" : "are")} still the zero address: "
            + "fill in whose account it is, or 'create' refuses the terms";

    /// <summary>Six decimals are enough to compare by, rounded to the nearest.</summary>
    private static string Ether(BigInteger wei) => $"{(decimal)wei / 1_000_000_000_000_000_000m:0.######}";
}
