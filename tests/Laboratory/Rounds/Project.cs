using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Rounds;

/// <summary>One round as it was played.</summary>
/// <param name="Submissions">What came in.</param>
/// <param name="Decision">What the aggregator made of it.</param>
public sealed record PlayedRound(Submissions Submissions, Decision Decision)
{
    /// <summary>Whether nobody was paid.</summary>
    public bool IsEmpty => Decision.Pay.All(share => share <= 0);
}

/// <summary>A project played from its first round to its last.</summary>
/// <param name="Federation">Who had what.</param>
/// <param name="Rounds">The rounds.</param>
/// <param name="Attackers">How many of the submitters, the first ones, were an attacker's names.</param>
public sealed record Project(Federation Federation, IReadOnlyList<PlayedRound> Rounds, int Attackers)
{
    private const ulong AttackStream = 0x61747461636B;

    /// <summary>The model at the end.</summary>
    public int[] Weights => Rounds[^1].Decision.Weights;

    /// <summary>Number of submitters.</summary>
    public int Submitters => Rounds[0].Submissions.Updates.Count;

    /// <summary>
    /// What each submitter was paid from a round on, as a share of all that was paid then. What is left at the end is split by what each has earned
    /// in all rounds, or in equal parts where nobody has, as the contract does.
    /// </summary>
    /// <param name="from">The first round to count.</param>
    public double[] PayShares(int from = 0)
    {
        double[] earned = Earned(0), late = Earned(from);
        double total = earned.Sum(), left = Rounds.Count - total;
        double[] paid = [.. late.Zip(earned, (part, all) => part + left * (total > 0 ? all / total : 1.0 / earned.Length))];
        return [.. paid.Select(part => part / paid.Sum())];
    }

    /// <summary>What the attackers' names were paid together, as a share.</summary>
    /// <param name="from">The first round to count.</param>
    public double AttackersPay(int from = 0) => PayShares(from).Take(Attackers).Sum();

    /// <summary>Plays a project in which all are honest.</summary>
    public static Project Play(Federation federation, IAggregator aggregator, int rounds) =>
        Play(federation, aggregator, rounds, new HonestTrainer(), attackers: 0);

    /// <summary>Plays a project against an attacker.</summary>
    /// <param name="federation">Who has what: the attacker has the samples of the first trainers.</param>
    /// <param name="aggregator">Decides about each round.</param>
    /// <param name="rounds">Number of rounds, at least 1.</param>
    /// <param name="attack">What the attacker does.</param>
    /// <param name="attackers">How many trainers the attacker is.</param>
    public static Project Play(Federation federation, IAggregator aggregator, int rounds, IAttack attack, int attackers)
    {
        var random = new RandomStream(federation.Seed, AttackStream);
        Dataset[] own = [.. federation.Trainers.Take(attackers).Select(data => attack.Poison(data, random))];
        Dataset[] honest = [.. federation.Trainers.Skip(attackers)];
        List<PlayedRound> played = [];
        List<int[]> models = [federation.InitialWeights()];
        int names = 0;
        for (int round = 0; round < rounds; round++)
        {
            int[] weights = models[^1];
            short[] reference = federation.Train(weights, federation.Root, round, Federation.Aggregator);
            short[][] others = [.. honest.Select((data, i) => federation.Train(weights, data, round, attackers + i))];
            IReadOnlyList<short[]> crafted =
                attackers == 0 ? [] : attack.Craft(new AttackerView(federation, round, models, own, others, reference, random));
            names = crafted.Count;

            // What an attacker says about its size costs nothing: each of its names claims what its data would be, shared out.
            int claimed = names == 0 ? 0 : Math.Max(1, own.Sum(data => data.Count) / names);
            Submissions submissions = new(
                weights, reference, [.. crafted, .. others], [.. Enumerable.Repeat(claimed, names), .. honest.Select(data => data.Count)]);
            Decision decision = aggregator.Decide(submissions);
            played.Add(new PlayedRound(submissions, decision));
            models.Add(decision.Weights);
        }

        return new Project(federation, played, names);
    }

    private double[] Earned(int from) => [.. Enumerable.Range(0, Submitters).Select(i => Rounds.Skip(from).Sum(round => round.Decision.Pay[i]))];
}
