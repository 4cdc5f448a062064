using System.Diagnostics;
using Marketplace.Agents;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Split;

namespace Marketplace.Fleet.Proving;

/// <summary>
/// Has the fleet's compute machines prove, one proof on one of them or in slices on several. A machine that fails is given no more of the
/// proof, which others begin anew with another mask.
/// </summary>
/// <param name="machines">The machines that prove.</param>
/// <param name="srs">The reference string that the market's verifier pins.</param>
/// <param name="split">How many machines share one proof, at most.</param>
/// <param name="own">Proves where the fleet has no such machine; null where it has to have one.</param>
/// <param name="say">Told which machines prove.</param>
/// <param name="warn">Told of machines that failed.</param>
internal sealed class FleetProver(
    ComputeMachines machines, Srs srs, int split, IRoundProver? own, Action<string> say, Action<string> warn) : IRoundProver
{
    private const string NoMachine = "no machine of the fleet proves; start one with 'aggregator serve --role compute'";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a machine that is free is waited for, before the chain is looked at again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string? WhyUnavailable => own is null && machines.Find().Length == 0 ? NoMachine : null;

    public async Task<GramProof> ProveAsync(GramStatement statement, GramWitness witness, CancellationToken cancellationToken)
    {
        HashSet<SiloAddress> failed = [];
        InvalidOperationException? refusal = null;
        while (await ReserveAsync(statement.Dimension, failed, cancellationToken) is { Count: > 0 } reserved)
        {
            string[] names = [.. reserved.Select(machine => machine.Name)];
            try
            {
                var prover = new SplitProver(
                    srs.Parameters,
                    statement.Dimension,
                    [.. reserved.Select(machine => new NamedWorker(machine.Name, new RemoteWorker(machine, srs.Parameters, witness)))],
                    fault => warn($"the proof goes on without {fault}"));
                GramProof proof = await prover.ProveAsync(statement, witness.Blinders, null, cancellationToken);
                say($"proved on {InWords(names.Except(prover.Faults.Select(fault => fault.Worker)))}");
                return proof;
            }
            catch (NoWorkersException)
            {
                failed.UnionWith(reserved.Select(machine => machine.Address));
            }
            catch (InvalidOperationException e)
            {
                warn($"the proof of {InWords(names)} is wrong, and is made by others: {e.Message}");
                failed.UnionWith(reserved.Select(machine => machine.Address));
                refusal = e;
            }
            finally
            {
                await ComputeMachines.FreeAsync(reserved);
            }
        }

        if (own is not null)
            return await own.ProveAsync(statement, witness, cancellationToken);
        if (refusal is not null)
            throw refusal;
        throw new ProverUnavailableException(
            failed.Count == 0 ? NoMachine : $"all {failed.Count} machines of the fleet that prove have failed, the lines before say how");
    }

    private static string InWords(IEnumerable<string> names) => string.Join(" and ", names);

    /// <summary>Reserves machines that have not failed; none where there is none.</summary>
    /// <exception cref="ProverUnavailableException">All are busy.</exception>
    private async Task<IReadOnlyList<ReservedMachine>> ReserveAsync(
        int dimension, HashSet<SiloAddress> failed, CancellationToken cancellationToken)
    {
        int most = Math.Min(split, Math.Max(1, dimension / Slicing.MinEntries));
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            SiloAddress[] left = [.. machines.Find().Where(address => !failed.Contains(address))];
            IReadOnlyList<ReservedMachine> reserved = await machines.ReserveAsync(left, most, cancellationToken);
            if (reserved.Count > 0 || left.Length == 0)
                return reserved;
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new ProverUnavailableException($"none of the {left.Length} machines of the fleet that prove is free");
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
