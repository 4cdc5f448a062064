using System.Numerics;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Templates;
using Marketplace.Simulation;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>A project's rounds are played on the server before it is posted, within bounds.</summary>
public sealed class SimulationDeskTests
{
    private static readonly SimulationOptions Options = new() { Trainers = 3, Attackers = [Behavior.Flipping] };

    [Theory]
    [InlineData(null, true, true)]
    [InlineData(null, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, false)]
    public void It_is_offered_on_a_local_chain_unless_the_host_says_otherwise(bool? said, bool isLocal, bool offered) =>
        Assert.Equal(offered, new SimulationDesk(said).IsOffered(isLocal));

    [Fact]
    public async Task Rounds_are_reported_as_they_are_played_and_the_flipping_trainer_earns_least()
    {
        (TermsFile terms, ProjectDocument.Draft draft) = Project("digits", rounds: 2);
        var reported = new List<SimulatedRound>();
        SimulationResult result = await RunAsync(new SimulationDesk(null), terms, draft, reported.Add, CancellationToken.None);
        Assert.Equal([1, 2], reported.Select(round => round.Number));
        Assert.Equal(reported, result.Rounds);
        Assert.True(result.Rounds[^1].Test.Accuracy > result.Start.Accuracy);
        TrainerTotal flipping = result.Trainers.Single(total => !total.Trainer.IsHonest);
        Assert.All(result.Trainers.Where(total => total.Trainer.IsHonest), honest => Assert.True(honest.Paid > flipping.Paid));
    }

    [Fact]
    public async Task Who_leaves_stops_it_and_makes_way_for_the_next()
    {
        (TermsFile terms, ProjectDocument.Draft draft) = Project("digits", rounds: 1000);
        var desk = new SimulationDesk(null);
        using var leaving = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(desk, terms, draft, _ => leaving.Cancel(), leaving.Token));
        Assert.Single((await RunAsync(desk, terms with { Rounds = 1 }, draft, _ => { }, CancellationToken.None)).Rounds);
    }

    [Fact]
    public async Task Only_one_is_played_at_once()
    {
        (TermsFile terms, ProjectDocument.Draft draft) = Project("digits", rounds: 1000);
        var desk = new SimulationDesk(null);
        using var leaving = new CancellationTokenSource();
        Task<SimulationResult> first = RunAsync(desk, terms, draft, _ => { }, leaving.Token);
        var waits = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var brief = SimulatedProject.Of(terms with { Rounds = 1 }, draft, "");
        Task<SimulationResult> second = desk.RunAsync(
            brief, Options, 0, ahead => waits.TrySetResult(ahead), _ => { }, CancellationToken.None);
        Assert.Equal(1, await waits.Task);
        Assert.False(second.IsCompleted);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Single((await second).Rounds);
    }

    [Fact]
    public void What_would_wear_the_server_out_or_has_no_drawn_data_is_not_played()
    {
        (TermsFile terms, ProjectDocument.Draft draft) = Project("digits", rounds: 5);
        Assert.Null(SimulationDesk.Obstacle(terms, draft, SimulationDesk.MaxTrainers));
        string? endless = SimulationDesk.Obstacle(terms with { Rounds = int.MaxValue }, draft, SimulationDesk.MaxTrainers);
        Assert.Contains("multiplications", endless, StringComparison.Ordinal);
        (terms, draft) = Project("table", rounds: 5);
        Assert.Contains("No data can be drawn", SimulationDesk.Obstacle(terms, draft, 3), StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_leads_to_the_fields_that_it_names() => Assert.Equal(
        ["payment.bounty", "hyperParameters.learningRate"],
        BountyStep.FieldsIn("raise payment.bounty, or lower hyperParameters.learningRate or payment.bounty; see model.layers[0] and terms.json"));

    private static Task<SimulationResult> RunAsync(
        SimulationDesk desk, TermsFile terms, ProjectDocument.Draft draft, Action<SimulatedRound> report, CancellationToken cancellationToken) =>
        desk.RunAsync(SimulatedProject.Of(terms, draft, ""), Options, BigInteger.One, _ => { }, report, cancellationToken);

    private static (TermsFile Terms, ProjectDocument.Draft Draft) Project(string key, int rounds)
    {
        var form = new BountyForm
        {
            Title = "Tried",
            Aggregator = SyntheticMarket.AccountOf("aggregator").ToString(),
            Arbitrator = SyntheticMarket.AccountOf("court").ToString(),
            Rounds = rounds,
            Bounty = "1000",
        };
        form.Use(ProjectTemplate.All.Single(template => template.Key == key));
        return form.Read(18, out _);
    }
}
