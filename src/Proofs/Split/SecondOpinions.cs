namespace Marketplace.Proofs.Split;

/// <summary>
/// Finds the worker whose wrong answer spoiled a proof. An answer depends on nothing but slices and earlier answers, so two more groups of
/// workers do all of it again, every slice on three workers in all, and in the first phase where answers differ two of three outvote the third.
/// </summary>
internal static class SecondOpinions
{
    private const int Opinions = 3;

    /// <summary>The worker that is outvoted; null when all agree in everything.</summary>
    /// <param name="first">What was answered.</param>
    /// <param name="workers">All workers, those of the first opinion among them.</param>
    /// <param name="again">Asks the same once more.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">There are too few workers, or too many are wrong, to tell.</exception>
    public static async Task<WorkerFault?> FindFaultAsync(
        Handout first, List<NamedWorker> workers, Func<Handout, Task> again, CancellationToken cancellationToken)
    {
        List<Handout> opinions = [first];
        for (int shift = 1; shift < Math.Min(Opinions, workers.Count); shift++)
        {
            int step = shift;
            Handout other = new(
                first.Slicing, [.. first.Workers.Select(worker => workers[(workers.IndexOf(worker) + step) % workers.Count])]);
            await other.HoldAsync(cancellationToken);
            await again(other);
            opinions.Add(other);
        }

        foreach (ProofPhase phase in first.Answers.Keys)
        {
            for (int slice = 0; slice < first.Workers.Count; slice++)
            {
                if (Vote(opinions, phase, slice) is { } fault) return fault;
            }
        }

        return opinions.Count == 1
            ? throw new InvalidOperationException(
                $"Either the statement does not fit the rows or {first.Workers[0].Name} is wrong: with no other worker that cannot be told.")
            : null;
    }

    private static WorkerFault? Vote(List<Handout> opinions, ProofPhase phase, int slice)
    {
        (string Worker, string Answer)[] votes =
            [.. opinions.Select(opinion => (opinion.Workers[slice].Name, AnswerOf(opinion, phase, slice)))];
        IGrouping<string, (string Worker, string Answer)>[] camps =
            [.. votes.GroupBy(vote => vote.Answer).OrderByDescending(camp => camp.Count())];
        if (camps.Length == 1) return null;
        if (camps[0].Count() == camps[1].Count())
        {
            throw new InvalidOperationException(
                $"{string.Join(" and ", votes.Select(vote => vote.Worker))} differ in {phase} of slice {slice}, "
                + "and only two that agree outvote a third. Add workers, or replace these.");
        }

        return new WorkerFault(
            camps[1].First().Worker,
            phase,
            $"its answer for slice {slice} differs from that of {string.Join(" and ", camps[0].Select(vote => vote.Worker))}");
    }

    private static string AnswerOf(Handout opinion, ProofPhase phase, int slice) =>
        opinion.Answers.TryGetValue(phase, out byte[][]? answers) ? Convert.ToHexString(answers[slice]) : "";
}
