using Marketplace.Proofs.Gram;
using Marketplace.Proofs.Split;

namespace Marketplace.Proofs.Tests.Split;

/// <summary>Workers that die, hang and err in every phase.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int Dimension = 300;

    private static readonly (Failing, ProofPhase) Good = (Failing.Never, ProofPhase.Holding);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static TheoryData<ProofPhase> ProofPhases =>
    [
        ProofPhase.Holding, ProofPhase.Exchange, ProofPhase.Mask, ProofPhase.Combination, ProofPhase.Columns, ProofPhase.Rows,
        ProofPhase.ColumnsBack, ProofPhase.Autocorrelation, ProofPhase.Evaluation, ProofPhase.Division, ProofPhase.Opening,
    ];

    public static MatrixTheoryData<ProofPhase, bool> Flips => new(
        [
            ProofPhase.Exchange, ProofPhase.Mask, ProofPhase.Combination, ProofPhase.Columns, ProofPhase.Rows, ProofPhase.ColumnsBack,
            ProofPhase.Autocorrelation, ProofPhase.Evaluation, ProofPhase.Division, ProofPhase.Opening,
        ],
        [false, true]);

    [Theory]
    [MemberData(nameof(ProofPhases))]
    public async Task A_worker_that_dies_is_replaced_and_the_proof_begun_anew(ProofPhase phase)
    {
        // Of two slices, the dead worker has the second, and with it the mask.
        using SplitFixture split = SplitFixture.Of(1, Dimension, 2, 1, [Good, (Failing.Dies, phase), Good]);
        await CheckProofAsync(split, phase, "worker 1");
        CheckMasks(split, proofs: phase == ProofPhase.Holding ? 1 : 2);
    }

    [Theory]
    [MemberData(nameof(ProofPhases))]
    public async Task Without_a_replacement_the_others_go_on(ProofPhase phase)
    {
        // The mask is the last worker's, so that what is left is the first one.
        int culprit = phase == ProofPhase.Mask ? 1 : 0;
        (Failing, ProofPhase)[] workers = [Good, Good];
        workers[culprit] = (Failing.Dies, phase);
        using SplitFixture split = SplitFixture.Of(2, Dimension, 2, 1, workers);
        await CheckProofAsync(split, phase, $"worker {culprit}");
        CheckMasks(split, proofs: phase == ProofPhase.Holding ? 1 : 2);
    }

    [Theory]
    [MemberData(nameof(Flips))]
    public async Task A_worker_that_flips_a_bit_is_named_and_the_proof_begun_anew(ProofPhase phase, bool always)
    {
        using SplitFixture split = SplitFixture.Of(
            3, Dimension, 2, 1, [Good, (always ? Failing.FlipsAlways : Failing.FlipsOnce, phase), Good]);
        await CheckProofAsync(split, phase, "worker 1");
        CheckMasks(split, proofs: 2);
    }

    [Fact]
    public async Task Random_faults_among_many_workers_are_found()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < 4; round++)
        {
            int slices = 2 << random.Next(3), dimension = random.Next(64 * slices, 2100), culprit = random.Next(slices);
            ProofPhase phase = ((ProofPhase[])ProofPhases.Select(row => row.Data).ToArray())[random.Next(1, ProofPhases.Count)];
            Failing failing = random.Next(3) switch { 0 => Failing.Dies, 1 => Failing.FlipsOnce, _ => Failing.FlipsAlways };
            if (phase == ProofPhase.Mask) culprit = slices - 1;

            // The state below the first slice goes nowhere, and a wrong one does no harm.
            if (phase == ProofPhase.Division && culprit == 0) phase = ProofPhase.Opening;
            output.WriteLine($"seed {seed}, round {round}: d = {dimension}, k = {slices}, worker {culprit} {failing} in {phase}");
            (Failing, ProofPhase)[] workers = [.. Enumerable.Repeat(Good, Math.Max(3, slices))];
            workers[culprit] = (failing, phase);
            using SplitFixture split = SplitFixture.Of(random.Next(), dimension, random.Next(1, 4), random.Next(3), workers);
            GramProof proof = await split.ProveAsync();
            Assert.True(GramVerifier.Verify(split.Fixture.Parameters, split.Fixture.Statement, proof.ToBytes()).Accepted);
            Assert.Equal($"worker {culprit}", Assert.Single(split.Prover.Faults).Worker);
            CheckMasks(split, proofs: 2);
        }
    }

    [Theory]
    [InlineData(ProofPhase.InnerProducts)]
    [InlineData(ProofPhase.Commitments)]
    public async Task A_worker_that_spoiled_the_statement_is_named(ProofPhase phase)
    {
        using SplitFixture split = SplitFixture.Of(4, Dimension, 2, 1, [Good, Good, (Failing.FlipsOnce, phase), Good]);
        GramStatement statement = split.Fixture.Statement with
        {
            Gram = await split.Prover.MultiplyAsync(2, 1, CancellationToken),
            Commitments = await split.Prover.CommitAsync(split.Fixture.Witness.Blinders, CancellationToken),
        };
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => split.ProveAsync(statement));
        Assert.Contains("compute it anew. worker 2", error.Message, StringComparison.Ordinal);
        WorkerFault fault = Assert.Single(split.Prover.Faults);
        Assert.Equal(("worker 2", phase), (fault.Worker, fault.Phase));

        // The other workers do.
        Assert.Equal(split.Fixture.Statement.Gram, await split.Prover.MultiplyAsync(2, 1, CancellationToken));
        await split.ProveAsync();
    }

    [Theory]
    [InlineData(-1, "must have")]
    [InlineData(32, "must have")]
    [InlineData(0, "not below the group order")]
    public async Task A_sender_of_blocks_that_are_none_is_named(int longer, string expected)
    {
        using SplitFixture split = SplitFixture.Of(10, Dimension, 1, 0, 3);
        split.Unreliable[1].Wire = piece =>
        {
            byte[] other = new byte[piece.Length + longer];
            Array.Fill(other, byte.MaxValue);
            return other;
        };
        await CheckProofAsync(split, ProofPhase.Exchange, "worker 1");
        Assert.Contains(expected, split.Prover.Faults[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_failure_ends_a_phase_though_others_never_answer()
    {
        using SplitFixture split = SplitFixture.Of(5, Dimension, 1, 0, [(Failing.Hangs, ProofPhase.Rows), (Failing.Dies, ProofPhase.Rows)]);
        var handout = new Handout(new Slicing(Dimension, 2), split.Workers);
        await handout.HoldAsync(CancellationToken);
        var run = new SplitRun(split.Fixture.Statement, split.Fixture.Witness.Blinders, Mask.Draw(), null);
        WorkerFaultException error = await Assert.ThrowsAsync<WorkerFaultException>(() => run.ProveAsync(handout, CancellationToken));
        Assert.Equal(("worker 1", ProofPhase.Rows), (error.Fault.Worker, error.Fault.Phase));
    }

    [Fact]
    public async Task When_all_workers_are_lost_each_is_named()
    {
        using SplitFixture split = SplitFixture.Of(
            6, Dimension, 1, 0, [(Failing.Dies, ProofPhase.Rows), (Failing.Dies, ProofPhase.Opening)]);
        NoWorkersException error = await Assert.ThrowsAsync<NoWorkersException>(() => split.ProveAsync());
        Assert.Equal(["worker 0", "worker 1"], error.Faults.Select(fault => fault.Worker));
        Assert.Contains("worker 1, Opening: the wire is cut", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_workers_cannot_tell_which_is_wrong_and_hand_out_nothing()
    {
        using SplitFixture split = SplitFixture.Of(7, Dimension, 1, 0, [(Failing.FlipsOnce, ProofPhase.Opening), Good]);
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => split.ProveAsync());
        Assert.Contains("worker 0 and worker 1 differ in Opening of slice 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_lost_after_the_proof_does_not_cost_it()
    {
        using SplitFixture split = SplitFixture.Of(8, Dimension, 1, 0, [Good, (Failing.Dies, ProofPhase.Releasing)]);
        await CheckProofAsync(split, ProofPhase.Releasing, "worker 1");
        Assert.Single(split.Masks);
    }

    [Fact]
    public async Task Cancelling_blames_nobody()
    {
        using SplitFixture split = SplitFixture.Of(9, Dimension, 1, 0, [(Failing.Hangs, ProofPhase.Columns), Good]);
        using var source = new CancellationTokenSource();
        Task<GramProof> proof = split.Prover.ProveAsync(split.Fixture.Statement, split.Fixture.Witness.Blinders, null, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => proof);
        Assert.Empty(split.Prover.Faults);
    }

    private static async Task CheckProofAsync(SplitFixture split, ProofPhase phase, string culprit)
    {
        GramProof proof = await split.ProveAsync();
        Assert.True(GramVerifier.Verify(split.Fixture.Parameters, split.Fixture.Statement, proof.ToBytes()).Accepted);
        WorkerFault fault = Assert.Single(split.Prover.Faults);
        Assert.Equal((culprit, phase), (fault.Worker, fault.Phase));
        Assert.Equal(split.Prover.Faults, split.Lost);
    }

    /// <summary>So many proofs were begun, each with a mask of its own, which only its second opinions saw again.</summary>
    private static void CheckMasks(SplitFixture split, int proofs)
    {
        Fr[][] masks = [.. split.Masks.Distinct()];
        Assert.Equal(proofs, masks.Length);
        Assert.Equal(masks.Sum(mask => mask.Length), masks.SelectMany(mask => mask).Distinct().Count());
    }
}
