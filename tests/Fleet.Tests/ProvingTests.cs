using Marketplace.Agents;
using Marketplace.Fleet.Proving;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Testing.Files;
using Orleans;
using Orleans.Runtime;

namespace Marketplace.Fleet.Tests;

/// <summary>Proofs on machines of their own, of which some freeze, lie or have the wrong reference string.</summary>
public sealed class ProvingTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(1, 1, 300, 1)]
    [InlineData(2, 2, 300, 2)]
    [InlineData(3, 4, 300, 3)]
    [InlineData(2, 4, 100, 1)]
    [InlineData(2, 2, 100_000, 2)]
    public async Task One_machine_proves_alone_and_several_share_a_proof(int machines, int split, int dimension, int used)
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        for (int k = 0; k < machines; k++)
            await fleet.AddAsync();
        ProofCase rows = ProofCase.Of(dimension);
        FleetProver prover = fleet.Prover(rows, split);
        for (int proof = 1; proof <= 2; proof++)
        {
            rows.Check(await ProveAsync(prover, rows));
            Assert.Equal(proof, fleet.Said.Count);
            Assert.Equal(used, fleet.Said.Last()["proved on ".Length..].Split(" and ").Length);
        }
    }

    [Fact]
    public async Task Machines_that_prove_host_nothing_else_and_the_others_no_proof()
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        await fleet.AddAsync();
        Assert.Equal([[], [ProofWorkerGrain.TypeName]], fleet.Hosted());
    }

    [Fact]
    public async Task Without_a_machine_that_proves_it_is_said_and_a_machine_for_all_proves_itself()
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        ProofCase rows = ProofCase.Of(100);
        FleetProver prover = fleet.Prover(rows, 1);
        Assert.Contains("start one with 'aggregator serve --role compute'", prover.WhyUnavailable, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ProverUnavailableException>(() => ProveAsync(prover, rows));

        FleetProver all = new(fleet.Machines, rows.Srs, 1, new LocalProver(rows.Srs), fleet.Said.Enqueue, fleet.Said.Enqueue);
        Assert.Null(all.WhyUnavailable);
        rows.Check(await ProveAsync(all, rows));
        Assert.Empty(fleet.Said);

        await fleet.AddAsync();
        Assert.Null(prover.WhyUnavailable);
        rows.Check(await ProveAsync(all, rows));
        Assert.StartsWith("proved on 127.0.0.1:", Assert.Single(fleet.Said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_works_for_one_proof_at_a_time_and_is_free_once_that_is_done()
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        SiloAddress machine = await fleet.AddAsync();
        ProofCase rows = ProofCase.Of(100);
        IReadOnlyList<ReservedMachine> held = await fleet.Machines.ReserveAsync([machine], 1, CancellationToken.None);
        Assert.Empty(await fleet.Machines.ReserveAsync([machine], 1, CancellationToken.None));
        Task<GramProof> proof = ProveAsync(fleet.Prover(rows, 1), rows);
        Assert.Single(held);
        await ComputeMachines.FreeAsync(held);
        rows.Check(await proof);
    }

    [Theory]
    [InlineData(nameof(IProofWorkerGrain.HoldAsync))]
    [InlineData(nameof(IProofWorkerGrain.ReadAsync))]
    [InlineData(nameof(IProofWorkerGrain.CommitOpeningAsync))]
    public async Task A_machine_that_freezes_in_the_middle_is_replaced_long_before_its_call_times_out(string step)
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        FreezingFilter frozen = new(step);
        SiloAddress machine = await fleet.AddAsync(frozen);
        await fleet.AddAsync();
        ProofCase rows = ProofCase.Of(300);
        rows.Check(await ProveAsync(fleet.Prover(rows, 2), rows));
        string[] said = [.. fleet.Said];
        Assert.Equal(2, said.Length);
        Assert.StartsWith($"the proof goes on without {machine.Endpoint}, ", said[0], StringComparison.Ordinal);
        Assert.DoesNotContain($"{machine.Endpoint}", said[1], StringComparison.Ordinal);
        frozen.LetGo();
    }

    [Fact]
    public async Task Of_three_machines_the_one_that_lies_is_found_out()
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        SiloAddress liar = await fleet.AddAsync(new LyingFilter());
        await fleet.AddAsync();
        await fleet.AddAsync();
        ProofCase rows = ProofCase.Of(300);
        // Which of the three stands by is drawn.
        while (fleet.Said.All(line => line.StartsWith("proved", StringComparison.Ordinal)))
            rows.Check(await ProveAsync(fleet.Prover(rows, 3), rows));
        string warning = fleet.Said.Single(line => !line.StartsWith("proved", StringComparison.Ordinal));
        Assert.Contains($"without {liar.Endpoint}, Evaluation: its answer for slice", warning, StringComparison.Ordinal);
        Assert.DoesNotContain($"{liar.Endpoint}", fleet.Said.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_lies_alone_is_named_and_others_prove()
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        SiloAddress liar = await fleet.AddAsync(new LyingFilter()), honest = await fleet.AddAsync();
        ProofCase rows = ProofCase.Of(300);
        IReadOnlyList<ReservedMachine> held = await fleet.Machines.ReserveAsync([honest], 1, CancellationToken.None);
        Task? freed = null;
        fleet.Warned = _ => freed = ComputeMachines.FreeAsync(held);
        rows.Check(await ProveAsync(fleet.Prover(rows, 1), rows));
        await freed!;
        string[] said = [.. fleet.Said];
        Assert.Equal(2, said.Length);
        Assert.StartsWith($"the proof of {liar.Endpoint} is wrong", said[0], StringComparison.Ordinal);
        Assert.Equal($"proved on {honest.Endpoint}", said[1]);
    }

    [Fact]
    public async Task A_machine_with_another_reference_string_is_told_which_one_is_needed()
    {
        using TemporaryFolder folder = new();
        Srs.CreateDevelopment(400).Save(folder["other.srs"]);
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        SiloAddress machine = await fleet.AddAsync(srs: folder["other.srs"]);
        ProofCase rows = ProofCase.Of(100);
        ProverUnavailableException failed = await Assert.ThrowsAsync<ProverUnavailableException>(() => ProveAsync(fleet.Prover(rows, 1), rows));
        Assert.Contains("all 1 machines of the fleet that prove have failed", failed.Message, StringComparison.Ordinal);
        string warning = Assert.Single(fleet.Said);
        Assert.Contains($"{machine.Endpoint}", warning, StringComparison.Ordinal);
        Assert.Contains("give it the right --srs", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_false_statement_is_proved_by_nobody()
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        await fleet.AddAsync();
        ProofCase rows = ProofCase.Of(100), others = ProofCase.Of(100);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => fleet.Prover(rows, 1).ProveAsync(rows.Statement with { Commitments = others.Statement.Commitments }, rows.Witness, default));
    }

    [Fact]
    public async Task A_proof_that_is_stopped_leaves_the_machine_free()
    {
        await using ComputeFleet fleet = await ComputeFleet.StartAsync(postgres);
        FreezingFilter frozen = new(nameof(IProofWorkerGrain.CombineAsync));
        SiloAddress machine = await fleet.AddAsync(frozen);
        ProofCase rows = ProofCase.Of(100);
        using CancellationTokenSource stop = new();
        Task<GramProof> proof = fleet.Prover(rows, 1).ProveAsync(rows.Statement, rows.Witness, stop.Token);
        await frozen.Reached.WaitAsync(Payments.Patience);
        frozen.LetGo();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => proof);
        IReadOnlyList<ReservedMachine> free = await fleet.Machines.ReserveAsync([machine], 1, CancellationToken.None);
        Assert.Single(free);
        await ComputeMachines.FreeAsync(free);
    }

    private static Task<GramProof> ProveAsync(FleetProver prover, ProofCase rows) =>
        prover.ProveAsync(rows.Statement, rows.Witness, CancellationToken.None).WaitAsync(Payments.Patience);

    /// <summary>From a step on, no call of the worker is answered until it is let go.</summary>
    private sealed class FreezingFilter(string step) : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void LetGo() => _letGo.SetResult();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.Grain is ProofWorkerGrain)
            {
                if (context.MethodName == step)
                    _reached.TrySetResult();
                if (_reached.Task.IsCompleted)
                    await _letGo.Task;
            }
            await context.Invoke();
        }
    }

    /// <summary>Answers with another value of g.</summary>
    private sealed class LyingFilter : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            if (context.MethodName == nameof(IProofWorkerGrain.EvaluateAsync) && context.Result is byte[] values)
                values[^1] ^= 1;
        }
    }
}
