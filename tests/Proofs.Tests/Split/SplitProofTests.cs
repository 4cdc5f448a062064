using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.Split;
using Marketplace.Proofs.Tests.Gram;

namespace Marketplace.Proofs.Tests.Split;

public sealed class SplitProofTests(ITestOutputHelper output)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1, 1, 0)]
    [InlineData(40, 1, 2, 1)]
    [InlineData(512, 2, 3, 2)]
    [InlineData(513, 4, 1, 0)]
    [InlineData(700, 8, 16, 2)]
    [InlineData(2048, 1, 2, 1)]
    [InlineData(2048, 8, 5, 2)]
    [InlineData(2047, 4, 32, 2)]
    [InlineData(3001, 8, 2, 0)]
    [InlineData(4096, 2, 4, 1)]
    [InlineData(4096, 32, 1, 1)]
    public async Task Makes_valid_proofs(int dimension, int slices, int updates, int publicRows)
    {
        using SplitFixture split = SplitFixture.Of(dimension, dimension, updates, publicRows, slices);
        GramStatement statement = split.Fixture.Statement;
        GramMatrix gram = await split.Prover.MultiplyAsync(updates, publicRows, CancellationToken);
        Assert.Equal(statement.Gram, gram);
        Assert.Equal(statement.Commitments, await split.Prover.CommitAsync(split.Fixture.Witness.Blinders, CancellationToken));

        GramProof proof = await split.ProveAsync();
        Assert.Empty(split.Prover.Faults);
        Assert.Null(GramVerifier.Verify(split.Fixture.Parameters, statement, proof.ToBytes()).Failure);
    }

    // With the same mask the proof of k workers is the one that the defining sums give, bit for bit.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Is_the_proof_of_one_machine(int slices)
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        int dimension = random.Next(64 * slices, 2049), updates = random.Next(1, 6), publicRows = random.Next(3);
        output.WriteLine($"seed {seed}: d = {dimension}, n = {updates}, P = {publicRows}, k = {slices}");
        using SplitFixture split = SplitFixture.Of(seed, dimension, updates, publicRows, slices);
        GramFixture fixture = split.Fixture;
        Fr[] mask = GramProofTests.Mask(random, dimension);
        Fr blinder = GramFixture.Scalar(random);
        GramProof expected = NaiveProver.Prove(
            fixture.Srs, fixture.Statement, GramProofTests.Rows(fixture.Witness), fixture.Witness.Blinders, mask, blinder,
            NaiveProver.Dot(mask, mask));

        var handout = new Handout(new Slicing(dimension, slices), split.Workers);
        await handout.HoldAsync(CancellationToken);
        var run = new SplitRun(fixture.Statement, fixture.Witness.Blinders, new Mask(mask[dimension..], blinder), null);
        Assert.Equal(expected, await run.ProveAsync(handout, CancellationToken));
    }

    [Fact]
    public async Task Two_proofs_share_no_mask()
    {
        using SplitFixture split = SplitFixture.Of(1, 200, 2, 1, 2);
        GramProof first = await split.ProveAsync(), second = await split.ProveAsync();
        Assert.NotEqual(first.Mask, second.Mask);
        Assert.NotEqual(first.Blinder, second.Blinder);
        Fr[][] masks = [.. split.Masks];
        Assert.Equal(2, masks.Length);
        Assert.Empty(masks[0].Intersect(masks[1]));
    }

    [Fact]
    public async Task Blocks_are_read_in_pieces_of_at_most_a_megabyte()
    {
        // One worker's block for the other is 2^18/4 elements of 32 bytes: 2 MB.
        const int dimension = 1 << 17;
        using var first = new ProofWorker(new Zeros());
        using var second = new ProofWorker(new Zeros());
        UnreliableWorker[] wires = [new(first, Failing.Never, default), new(second, Failing.Never, default)];
        var handout = new Handout(new Slicing(dimension, 2), [new NamedWorker("first", wires[0]), new NamedWorker("second", wires[1])]);
        await handout.HoldAsync(CancellationToken);
        Combination[] combinations = await handout.AskAsync(
            ProofPhase.Combination, (worker, _, stop) => worker.CombineAsync(handout.Id, [UInt128.One], stop), _ => [], CancellationToken);
        await handout.ExchangeAsync(Exchange.RangesToColumns, [.. combinations.Select(c => c.Digests)], CancellationToken);
        byte[][][] digests = await handout.AskAsync(
            ProofPhase.Columns,
            (worker, _, stop) => worker.TransformAsync(handout.Id, Exchange.RangesToColumns, stop), _ => [], CancellationToken);
        await handout.ExchangeAsync(Exchange.ColumnsToRows, digests, CancellationToken);
        Assert.All(wires, wire => Assert.Equal(1 << 20, wire.LongestPiece));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_block_that_stays_with_its_worker_is_not_announced(int slices)
    {
        using SplitFixture split = SplitFixture.Of(6, 300, 1, 0, slices);
        var handout = new Handout(new Slicing(300, slices), split.Workers);
        await handout.HoldAsync(CancellationToken);
        await split.Workers[^1].Worker.MaskAsync(handout.Id, Mask.Draw().Entries, CancellationToken);
        Combination[] combinations = await handout.AskAsync(
            ProofPhase.Combination,
            (worker, _, stop) => worker.CombineAsync(handout.Id, [UInt128.One, UInt128.One], stop), _ => [], CancellationToken);
        CheckLengths(combinations.Select(combination => combination.Digests));
        await handout.ExchangeAsync(Exchange.RangesToColumns, [.. combinations.Select(combination => combination.Digests)], CancellationToken);
        CheckLengths(await handout.AskAsync(
            ProofPhase.Columns,
            (worker, _, stop) => worker.TransformAsync(handout.Id, Exchange.RangesToColumns, stop), _ => [], CancellationToken));

        static void CheckLengths(IEnumerable<byte[][]> digests)
        {
            foreach ((int slice, byte[][] announced) in digests.Index())
                Assert.All(announced.Index(), digest => Assert.Equal(digest.Index == slice ? 0 : 32, digest.Item.Length));
        }
    }

    [Theory]
    [InlineData(100, 3)]
    [InlineData(100, 0)]
    [InlineData(127, 2)]
    [InlineData(4096, 64)]
    [InlineData(0, 1)]
    public void Refuses_slices_that_cannot_be_cut(int dimension, int count) =>
        Assert.Throws<ArgumentException>(() => new Slicing(dimension, count));

    [Theory]
    [InlineData(100, 8, 1)]
    [InlineData(128, 8, 2)]
    [InlineData(4096, 3, 2)]
    [InlineData(4096, 8, 8)]
    [InlineData(1 << 20, 1000, 32)]
    public void Cuts_as_many_slices_as_workers_and_entries_allow(int dimension, int workers, int slices) =>
        Assert.Equal(slices, Slicing.Largest(dimension, workers));

    [Fact]
    public async Task Refuses_a_statement_of_another_shape()
    {
        using SplitFixture split = SplitFixture.Of(2, 130, 2, 1, 2);
        GramStatement statement = split.Fixture.Statement;
        await Assert.ThrowsAsync<ArgumentException>(() => split.ProveAsync(statement with { Dimension = 129 }));
        await Assert.ThrowsAsync<ArgumentException>(() => split.ProveAsync(statement with { Commitments = [.. statement.Commitments.Skip(1)] }));
        Assert.Throws<ArgumentException>(
            () => new SplitProver(split.Fixture.Parameters, 130, [split.Workers[0], split.Workers[0]]));
    }

    [Theory]
    [InlineData(1, "with no other worker that cannot be told")]
    [InlineData(3, "must open the statement's commitments")]
    public async Task Refuses_a_false_statement_and_blames_nobody(int workers, string expected)
    {
        using SplitFixture split = SplitFixture.Of(3, 200, 2, 1, workers);
        GramStatement statement = split.Fixture.Statement;
        G1[] commitments = [.. statement.Commitments];
        commitments[1] += G1.Generator;
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => split.ProveAsync(statement with { Commitments = commitments }));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(split.Prover.Faults);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 1 << 17)]
    [InlineData(2, 0)]
    [InlineData(-1, 0)]
    public async Task Refuses_to_read_what_there_is_not(int reader, int piece)
    {
        using SplitFixture split = SplitFixture.Of(5, 200, 1, 0, 2);
        IProofWorker worker = split.Workers[1].Worker;
        SliceOrder order = new(Guid.NewGuid(), 200, 2, 1);
        await worker.HoldAsync(order, CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => worker.ReadAsync(order.Id, Exchange.RangesToColumns, 0, 0, CancellationToken));
        await worker.CombineAsync(order.Id, [UInt128.One, UInt128.One], CancellationToken);
        Assert.NotEmpty(await worker.ReadAsync(order.Id, Exchange.RangesToColumns, 0, 0, CancellationToken));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => worker.ReadAsync(order.Id, Exchange.RangesToColumns, reader, piece, CancellationToken));
    }

    [Fact]
    public async Task A_call_of_an_earlier_hand_out_is_refused()
    {
        using SplitFixture split = SplitFixture.Of(4, 200, 1, 0, 1);
        IProofWorker worker = split.Workers[0].Worker;
        SliceOrder first = new(Guid.NewGuid(), 200, 1, 0);
        await worker.HoldAsync(first, CancellationToken);
        await worker.HoldAsync(first with { Id = Guid.NewGuid() }, CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => worker.MultiplyAsync(first.Id, CancellationToken));
    }

    /// <summary>Slices of a long reference of zeros; committing is not tried.</summary>
    private sealed class Zeros : ISliceSource
    {
        public Task<Slice> ReadAsync(Slicing slicing, int index, CancellationToken cancellationToken) => Task.FromResult(new Slice(
            new G1[slicing.Start(index + 1)], new short[slicing.Entries(index).End.Value - slicing.Start(index)], [], []));
    }
}
