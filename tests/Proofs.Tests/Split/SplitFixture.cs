using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Split;
using Marketplace.Proofs.Tests.Gram;

namespace Marketplace.Proofs.Tests.Split;

/// <summary>A statement and workers in this process that prove it.</summary>
internal sealed class SplitFixture : IDisposable
{
    private static readonly Lazy<Srs> Shared = new(() => Srs.CreateDevelopment(4096 + Srs.ReservedCoordinates));

    private readonly List<ProofWorker> _inner = [];

    private SplitFixture(GramFixture fixture, IReadOnlyList<(Failing Failing, ProofPhase Phase)> workers)
    {
        Fixture = fixture;
        Source = new SlicesInMemory(fixture.Srs, fixture.Witness);
        foreach ((Failing failing, ProofPhase phase) in workers)
        {
            _inner.Add(new ProofWorker(Source));
            Unreliable.Add(new UnreliableWorker(_inner[^1], failing, phase));
            Workers.Add(new NamedWorker($"worker {Workers.Count}", Unreliable[^1]));
        }

        Prover = new SplitProver(fixture.Parameters, fixture.Statement.Dimension, Workers, Lost.Add);
    }

    public GramFixture Fixture { get; }

    public ISliceSource Source { get; }

    public List<UnreliableWorker> Unreliable { get; } = [];

    public List<NamedWorker> Workers { get; } = [];

    public SplitProver Prover { get; }

    /// <summary>What was told of workers when they were lost.</summary>
    public List<WorkerFault> Lost { get; } = [];

    /// <summary>The masks of all proofs that were begun, in order for each worker.</summary>
    public IEnumerable<Fr[]> Masks => Unreliable.SelectMany(worker => worker.Masks);

    public static SplitFixture Of(int seed, int dimension, int updates, int publicRows, int workers) =>
        Of(seed, dimension, updates, publicRows, [.. Enumerable.Repeat((Failing.Never, ProofPhase.Holding), workers)]);

    /// <summary>Several workers, of which some fail.</summary>
    public static SplitFixture Of(
        int seed, int dimension, int updates, int publicRows, IReadOnlyList<(Failing Failing, ProofPhase Phase)> workers) =>
        new(GramFixture.Random(seed, updates, publicRows, dimension, Shared.Value), workers);

    public Task<GramProof> ProveAsync(GramStatement? statement = null) =>
        Prover.ProveAsync(statement ?? Fixture.Statement, Fixture.Witness.Blinders, null, TestContext.Current.CancellationToken);

    public void Dispose() => _inner.ForEach(worker => worker.Dispose());
}
