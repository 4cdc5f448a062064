using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Telemetry;

namespace Marketplace.Proofs.Split;

/// <summary>
/// Proves with many workers, each of which holds a slice of the rows and of the reference string. The proof is of the same form as
/// <see cref="GramProver"/>'s and for the same verifier.
/// </summary>
/// <remarks>
/// A worker that fails, or is found to be wrong, gets no more work (<see cref="Faults"/>), and the proof is begun anew by the others with
/// another mask. Three workers find out which of them is wrong. Workers are trusted with the rows and the mask; they are checked
/// against mistakes, not against a conspiracy. One call at a time.
/// </remarks>
/// <param name="srs">The SRS that workers have slices of.</param>
/// <param name="dimension">d.</param>
/// <param name="workers">As many slices are made as the largest power of two among them has; the others stand by.</param>
/// <param name="lost">Told at once of every worker that gets no more work.</param>
public sealed class SplitProver(
    SrsParameters srs, int dimension, IReadOnlyList<NamedWorker> workers, Action<WorkerFault>? lost = null)
{
    private readonly List<NamedWorker> _workers = WithDistinctNames(workers);
    private readonly List<WorkerFault> _faults = [];
    private Handout? _handout;

    /// <summary>The workers that get no more work, and why.</summary>
    public IReadOnlyList<WorkerFault> Faults => _faults;

    /// <summary>Commits to all rows.</summary>
    /// <param name="blinders">ρ_0 … ρ_{N−1} in row order.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="NoWorkersException">All workers failed.</exception>
    public Task<G1[]> CommitAsync(IReadOnlyList<Fr> blinders, CancellationToken cancellationToken) =>
        WithWorkersAsync(handout => handout.CommitAsync(blinders, cancellationToken), cancellationToken);

    /// <summary>The Gram matrix of all rows.</summary>
    /// <param name="updates">n.</param>
    /// <param name="publicRows">P.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="NoWorkersException">All workers failed.</exception>
    public Task<GramMatrix> MultiplyAsync(int updates, int publicRows, CancellationToken cancellationToken) =>
        WithWorkersAsync(handout => handout.MultiplyAsync(updates, publicRows, cancellationToken), cancellationToken);

    /// <summary>Makes a proof and verifies it.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="blinders">The blinders of its commitments, ρ_0 … ρ_{N−1} in row order.</param>
    /// <param name="progress">Told the done fraction, 0 to 1; it starts over with another mask.</param>
    /// <param name="cancellationToken">Stops waiting, and the workers' steps.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the SRS is too short.</exception>
    /// <exception cref="InvalidOperationException">The rows and blinders do not open the commitments or have another Gram matrix, or
    /// there are too few workers to tell who is wrong.</exception>
    /// <exception cref="NoWorkersException">All workers failed.</exception>
    public async Task<GramProof> ProveAsync(
        GramStatement statement, IReadOnlyList<Fr> blinders, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        CheckShapes(statement, blinders);
        using TimedWork work = MarketTelemetry.Proof(statement.Commitments.Count);
        GramProof proof = await WithWorkersAsync(
            handout => TryProveAsync(handout, statement, blinders, progress, cancellationToken), cancellationToken);
        progress?.Report(1);
        work.Succeed();
        return proof;
    }

    private async Task<GramProof> TryProveAsync(
        Handout handout,
        GramStatement statement,
        IReadOnlyList<Fr> blinders,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            SplitRun run = new(statement, blinders, Mask.Draw(), progress);
            GramProof? proof = await run.ProveAsync(handout, cancellationToken);
            if (proof is null) continue;
            if (GramVerifier.Verify(srs, statement, proof.ToBytes()).Failure is { } failure)
                throw await ExplainAsync(handout, run, statement, failure, cancellationToken);
            await ReleaseAsync(handout, cancellationToken);
            return proof;
        }
    }

    private async Task ReleaseAsync(Handout handout, CancellationToken cancellationToken)
    {
        try
        {
            await handout.ReleaseAsync(cancellationToken);
        }
        catch (WorkerFaultException exception)
        {
            // The proof is good all the same.
            Lose(exception);
        }
    }

    /// <summary>
    /// Why a proof came out wrong. Others repeat it with its own mask, which they learn as the first ones did; it is never published.
    /// </summary>
    private async Task<Exception> ExplainAsync(
        Handout handout, SplitRun run, GramStatement statement, GramCheck failure, CancellationToken cancellationToken)
    {
        WorkerFault? fault = await SecondOpinions.FindFaultAsync(handout, _workers, AgainAsync, cancellationToken);
        if (fault is null) return new InvalidOperationException(GramProver.Refusal(failure));
        WorkerFaultException exception = new(fault);
        if (fault.Phase is not (ProofPhase.Commitments or ProofPhase.InnerProducts)) return exception;
        Lose(exception);
        return new InvalidOperationException($"The statement is false because of a worker; compute it anew. {fault}.");

        async Task AgainAsync(Handout other)
        {
            if (handout.Answers.ContainsKey(ProofPhase.Commitments))
                await other.CommitAsync([.. statement.Commitments.Select(_ => Fr.Zero)], cancellationToken);
            if (handout.Answers.ContainsKey(ProofPhase.InnerProducts))
                await other.MultiplyAsync(statement.Gram.Updates, statement.Gram.PublicRows, cancellationToken);
            await run.ProveAsync(other, cancellationToken);
        }
    }

    /// <summary>Does something with slices handed out, and begins anew with fewer workers when one fails.</summary>
    private async Task<T> WithWorkersAsync<T>(Func<Handout, Task<T>> action, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await action(await HandOutAsync(cancellationToken));
            }
            catch (WorkerFaultException exception)
            {
                Lose(exception);
            }
            catch
            {
                // Calls may still be under way, and late ones are told by the hand-out that they belong to.
                _handout = null;
                throw;
            }
        }
    }

    private async Task<Handout> HandOutAsync(CancellationToken cancellationToken)
    {
        if (_workers.Count == 0) throw new NoWorkersException(_faults);
        if (_handout is null)
        {
            var slicing = new Slicing(dimension, Slicing.Largest(dimension, _workers.Count));
            Handout handout = new(slicing, _workers[..slicing.Count]);
            await handout.HoldAsync(cancellationToken);
            _handout = handout;
        }

        return _handout;
    }

    private void Lose(WorkerFaultException exception)
    {
        _faults.Add(exception.Fault);
        _workers.RemoveAll(worker => worker.Name == exception.Fault.Worker);
        _handout = null;
        lost?.Invoke(exception.Fault);
    }

    private static List<NamedWorker> WithDistinctNames(IReadOnlyList<NamedWorker> workers)
    {
        NamedWorker? twice = workers.GroupBy(worker => worker.Name).FirstOrDefault(same => same.Count() > 1)?.First();
        return twice is null ? [.. workers] : throw new ArgumentException($"Workers need names of their own; there are two of '{twice.Name}'.");
    }

    private void CheckShapes(GramStatement statement, IReadOnlyList<Fr> blinders)
    {
        if (statement.Dimension != dimension || dimension > srs.MaxDimension)
        {
            throw new ArgumentException(
                $"The workers' rows have {dimension} entries and the SRS covers {srs.MaxDimension}, the statement is of {statement.Dimension}.");
        }

        int rows = statement.Gram.Rows;
        if (blinders.Count != rows || statement.Commitments.Count != rows)
        {
            throw new ArgumentException(
                $"{rows} rows need as many commitments and blinders, got {statement.Commitments.Count} and {blinders.Count}.");
        }
    }
}
