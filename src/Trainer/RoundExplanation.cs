using System.Globalization;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Hosting;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Trainer;

/// <summary>Why a trainer was paid what it was paid in a round, by the numbers that follow from the round's Gram matrix.</summary>
internal static class RoundExplanation
{
    /// <param name="chain">The market.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="number">The round, from 1; null for all that are settled.</param>
    /// <param name="trainer">Whose update it is.</param>
    /// <param name="output">Gets one screen a round.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UsageException">There is no such round, or it is not settled.</exception>
    public static async Task WriteAsync(
        MarketChain chain, BigInteger projectId, int? number, Address trainer, TextWriter output, CancellationToken cancellationToken)
    {
        ProjectHistory history = await ProjectFollower.ReadAsync(chain, projectId, cancellationToken);
        RoundHistory[] rounds = number is { } one
            ? [RequireSettled(history, one)]
            : [.. history.Rounds.Where(round => round.Settled is not null)];
        if (rounds.Length == 0)
            throw new UsageException($"project {projectId} has no settled round yet");
        TokenUnit unit = await TokenUnit.ReadAsync(chain, history.Terms.Token, cancellationToken);
        foreach (RoundHistory round in rounds)
            Write(chain.Round(projectId, round.Index), history, round, trainer, unit, output);
    }

    private static RoundHistory RequireSettled(ProjectHistory history, int number)
    {
        if (history.Rounds.ElementAtOrDefault(number - 1) is not { } round)
            throw new UsageException($"--round expects 1 to {history.Rounds.Count}, which project {history.Id} has begun; got {number}");
        return round.Settled is not null
            ? round
            : throw new UsageException($"round {number} of project {history.Id} is {(round.Expired is null ? "not settled yet" : "expired")}");
    }

    private static void Write(RoundId id, ProjectHistory history, RoundHistory round, Address trainer, TokenUnit unit, TextWriter output)
    {
        string name = $"round {round.Index + 1} of {history.Terms.Rounds}";
        if (round.ResultOf(trainer) is not { } result)
        {
            output.WriteLine($"{name}: {trainer} has {(round.Refusals.Contains(trainer) ? "refused" : "not submitted")}");
            return;
        }

        output.WriteLine($"{name}: {result.Outcome.ToString().ToLowerInvariant()}, paid {unit.Format(result.Payout)}");
        RoundOutcome outcome = new RoundRecomputation(id, history, round, round.Settled!).Outcome;
        if (result.Update is { } update && outcome.Scoring is { } scoring)
        {
            WriteNumbers(scoring, update, outcome.Payouts, result.Payout, output);
            BigInteger recomputed = outcome.Payouts[round.Results.Select(each => each.Trainer).ToList().IndexOf(trainer)];
            output.WriteLine(recomputed == result.Payout
                ? "Recomputed from the matrix it is the same to the last unit."
                : $"Recomputed from the matrix it is {unit.Format(recomputed)}: the contract has paid something else.");
        }

        output.WriteLine(RoundAdvice.Of(outcome, result.Update, !history.Terms.Arbitrator.IsZero));
        if (RoundAdvice.OfNobody(outcome) is { } why)
            output.WriteLine(why);
    }

    private static void WriteNumbers(
        ScoringOutcome scoring, int update, IReadOnlyList<BigInteger> payouts, BigInteger payout, TextWriter output)
    {
        int k = update - 1;
        BigInteger paid = payouts.Aggregate(BigInteger.Zero, BigInteger.Add);
        string cap = Part(scoring.NormCap, scoring.ReferenceNorm);
        Line("length", Part(scoring.Norms[k], scoring.ReferenceNorm), $"of the reference's; longer than {cap} is cut");
        Line("cosine", Unit(scoring.Cosines[k]), $"with the reference; the weight is full from {Number(UpdateAdvice.FullFrom(scoring))} on");
        Line("copies", Unit(scoring.Copies[k]), "as how many updates it counts");
        Line("weight", Unit(scoring.Weights[k]), "in the aggregate, at most 1");
        Line("of its own", Unit(scoring.OwnParts[k]), $"of it is not public; beside the others' {Unit(scoring.Novelties[k])}, whose square counts");
        Line("share", Part(payout, paid), "of what the round has paid");

        void Line(string what, string value, string about) => output.WriteLine($"  {what,-11}{value,8}  {about}");
    }

    private static string Unit(int value) => Number((double)value / RoundScoring.One);

    private static string Part(BigInteger part, BigInteger whole) => Number(whole.IsZero ? 0 : (double)part / (double)whole);

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
