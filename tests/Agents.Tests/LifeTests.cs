using Marketplace.Algebra.Curves;
using Marketplace.Contracts;
using Marketplace.Learning.Numerics;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents.Tests;

/// <summary>
/// Whole projects with an engine that never gives the same update twice. Rounds are settled all the same, wherever an agent crashes:
/// what was decided is read from its store, and the market verifies every proof.
/// </summary>
public sealed class LifeTests
{
    /// <summary>More than any party passes in an undisturbed run.</summary>
    private const int MaxPoints = 80;

    [Fact]
    public async Task A_project_runs_to_its_end()
    {
        using World world = await World.CreateAsync();
        await world.RunAsync();
        AssertCompleted(world);
        Assert.All(world.Engines, engine => Assert.Equal([1, 1], engine.Calls.OrderBy(call => call.Key).Select(call => call.Value)));
        Assert.All([1, 2], party => Assert.Equal([0, 1], world.Told[party]));
        string[] payments =
        [
            "bond", $"withdrawal of {world.AccountOf(0)}",
            .. new[] { 1, 2 }.SelectMany(party => new[] { $"stake of {world.AccountOf(party)}", $"withdrawal of {world.AccountOf(party)}" }),
        ];
        Assert.Equal(payments.Order(), world.Market.Payments.Order());
        for (int party = 0; party < 3; party++)
            Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(world.FileOf(party, 0))!));
    }

    [Fact]
    public async Task A_trainer_that_has_joined_by_other_means_goes_on_from_there()
    {
        using World world = await World.CreateAsync();
        world.Market.Join(world.AccountOf(1));
        await world.RunAsync();
        AssertCompleted(world);
    }

    [Fact]
    public async Task A_round_whose_training_does_not_end_in_time_is_refused_and_the_next_one_is_trained_for()
    {
        using World world = await World.CreateAsync(trainers: 3);
        world.Engines[3].HangsIn = 0;
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Training);
        // A second is left, and the minute that is kept for sending.
        world.Market.Now = world.Market.State.TrainingEnds - 61;
        await world.RunAsync();
        Assert.Equal(ProjectStatus.Completed, world.Market.History.Status);
        Assert.Equal([world.AccountOf(3)], world.Market.History.Rounds[0].Refusals);
        Assert.Equal([2, 3], world.Market.History.Rounds.Select(round => round.Submissions.Count));
        Assert.Contains(world.Said, line => line.Contains("could not be ended in time", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_cannot_know_that_it_is_admitted_does_not_join()
    {
        using World world = await World.CreateAsync(showsList: false);
        Func<CancellationToken, Task<AgentStep>> trainer = await world.StartAsync(1);
        AgentException e = await Assert.ThrowsAsync<AgentException>(() => trainer(CancellationToken.None));
        Assert.Contains("ask its owner", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_momentum_goes_on_by_a_part_of_the_last_step()
    {
        using World world = await World.CreateAsync(members: "\"serverMomentum\":0.5,");
        await world.RunAsync();
        AssertCompleted(world);
        ProjectView project = await ProjectView.OpenAsync(world.Market, "market", world.Content, CancellationToken.None);
        int[] first = await project.ModelAsync(1, CancellationToken.None), second = await project.ModelAsync(2, CancellationToken.None);
        Aggregate aggregate = project.PublicRows(2)[0];
        int[] plain = Quantization.ApplyAggregate(first, first, aggregate.Entries, aggregate.Divisor, momentum: 0);
        // The first model is zero, so the first step is the model that it led to.
        Assert.Contains(first, weight => weight != 0);
        Assert.Equal(plain.Zip(first, (next, step) => next + (step >> 1)), second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_party_that_crashes_between_two_effects_goes_on_with_what_it_had_decided(int party)
    {
        var points = new List<string>();
        for (int at = 0; at < MaxPoints; at++)
        {
            using World world = await World.CreateAsync();
            var crashes = new Crashes(at);
            await world.RunAsync(party, crashes);
            AssertCompleted(world);
            // Only what was not stored yet is decided anew.
            int decisions = crashes.Struck == "decide: before" ? World.Rounds + 1 : World.Rounds;
            Assert.True(
                decisions == world.Engines[party].Calls.Values.Sum(),
                $"trained {world.Engines[party].Calls.Values.Sum()} times after {crashes.Struck}");
            if (crashes.Struck is null)
            {
                AssertEveryEffectWasTried(party, points);
                return;
            }
            points.Add(crashes.Struck);
        }
        Assert.Fail($"the run has more points than expected: {string.Join(", ", points)}");
    }

    [Fact]
    public async Task A_trainer_that_crashed_submits_its_first_update()
    {
        using World world = await World.CreateAsync();
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Training);
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(1, new Crashes(3));
        Assert.Equal("add: done", (await Assert.ThrowsAsync<CrashException>(() => step(CancellationToken.None))).Message);
        StoredUpdate first = (await world.UpdatesOf(1).FindAsync(World.RoundOf(0), CancellationToken.None))!;
        Assert.Empty(world.Market.History.Rounds[0].Submissions);

        step = await world.StartAsync(1);
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        MarketEvents.UpdateSubmitted submitted = Assert.Single(world.Market.History.Rounds[0].Submissions);
        Assert.Equal(first.Commitment, submitted.Commitment);
        Assert.Equal(await ContentId.OfAsync(first.Sealing!.Payload, CancellationToken.None), submitted.Payload);
        Assert.Equal(1, world.Engines[1].Calls[0]);
    }

    [Fact]
    public async Task An_aggregator_that_crashed_after_opening_settles_with_the_reference_that_it_opened_with()
    {
        using World world = await World.CreateAsync();
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Settling);
        G1 opened = world.Market.History.Rounds[0].Opened!.ReferenceCommitment;
        StoredUpdate stored = (await world.UpdatesOf(0).FindAsync(World.RoundOf(0), CancellationToken.None))!;
        Assert.Equal(opened, stored.Commitment);

        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        Assert.NotNull(world.Market.History.Rounds[0].Settled);
        Assert.Equal(1, world.Engines[0].Calls[0]);
    }

    [Fact]
    public async Task A_round_waits_for_a_prover_that_is_away_and_is_settled_once_there_is_one()
    {
        using World world = await World.CreateAsync();
        var prover = new AbsentProver();
        world.Prover = prover;
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Settling);
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        AgentStep.Waiting waiting = Assert.IsType<AgentStep.Waiting>(await step(CancellationToken.None));
        Assert.Equal("round 1 of 2: waiting for its proof: nobody proves", waiting.Why);
        Assert.Null(world.Market.History.Rounds[0].Settled);

        prover.WhyUnavailable = null;
        await world.RunAsync();
        AssertCompleted(world);
    }

    [Fact]
    public async Task A_round_that_starts_from_another_model_is_refused_and_the_project_goes_on()
    {
        using World world = await World.CreateAsync();
        await world.RunAsync(until: () => world.Market.State.GetStatus() == ProjectStatus.Running);
        world.Market.OpenRound(
            0, await ContentId.OfAsync([1], CancellationToken.None), Algebra.Curves.G1.Generator, new HyperParameters(1000, 1, 8));
        await world.RunAsync();

        ProjectHistory history = world.Market.History;
        Assert.Equal(ProjectStatus.Completed, history.Status);
        Assert.Equal([world.AccountOf(1), world.AccountOf(2)], history.Rounds[0].Refusals);
        Assert.Equal(RoundPhase.Failed, (RoundPhase)history.Rounds[0].Expired!.Phase);
        Assert.NotNull(history.Rounds[1].Settled);
        Assert.All(world.Engines[1..], engine => Assert.DoesNotContain(0, engine.Calls.Keys));
        Assert.Contains(world.Said, line => line.Contains("refusing, project 1, round 1: the aggregator posted the model", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_that_the_project_does_not_name_is_no_aggregator()
    {
        using World world = await World.CreateAsync();
        using World other = await World.CreateAsync(trainers: 3);
        ProjectView project = await ProjectView.OpenAsync(world.Market, "market", world.Content, CancellationToken.None);
        var account = new MemoryAccount(world.Market, other.AccountOf(3), [], new Crashes());
        var context = new AgentContext(account, account, world.Content, world.UpdatesOf(0), null!, null!, world.Said.Add);
        AgentException e = Assert.Throws<AgentException>(() => new AggregatorAgent(context, project, world.Engines[0], world.Engines[0], null!));
        Assert.Contains($"this account is {other.AccountOf(3)}", e.Message, StringComparison.Ordinal);
    }

    private sealed class AbsentProver : IRoundProver
    {
        private readonly LocalProver _prover = new(World.Srs);

        public string? WhyUnavailable { get; set; } = "nobody proves";

        public Task<GramProof> ProveAsync(GramStatement statement, GramWitness witness, CancellationToken cancellationToken) =>
            WhyUnavailable is null
                ? _prover.ProveAsync(statement, witness, cancellationToken)
                : throw new InvalidOperationException("asked to prove though it is away");
    }

    private static void AssertCompleted(World world)
    {
        ProjectHistory history = world.Market.History;
        Assert.Equal(ProjectStatus.Completed, history.Status);
        Assert.Equal(World.Rounds, history.Rounds.Count);
        Assert.All(history.Rounds, round => Assert.Equal(
            [SubmissionOutcome.Kept, SubmissionOutcome.Kept], round.Results.Select(result => result.Outcome)));
    }

    private static void AssertEveryEffectWasTried(int party, List<string> points)
    {
        string[] expected = party == 0
            ? [
                "bond: journaled", "start: done", "decide: before", "decide: done", "open 0: before", "open 0: journaled", "open 1: done",
                "settle 0: before", "settle 1: journaled", "bond-return: done", "forget: done"
            ]
            : [
                "join 0: journaled", "decide: before", "decide: done", "add: done", "submit 0: before", "submit 1: journaled",
                "submit 1: done", "stake-return: done", "withdraw: journaled"
            ];
        Assert.All(expected, point => Assert.Contains(point, points));
    }
}
