using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Games;
using Marketplace.Laboratory.Methods;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Tests.Rounds;

public sealed class ProjectTests
{
    private const int Rounds = 3, Trainers = 3;

    private static readonly Lazy<Federation> Small = new(() => Federation.Deal(
        new TaskLoader(null).Load(TaskLoader.Digits, default), Division.Iid, Trainers, samples: 30, root: 30, test: 50, seed: 1));

    [Fact]
    public void The_same_seed_plays_the_same_project()
    {
        Project first = Project.Play(Small.Value, new ProductRule(), Rounds, new Clones(2, 0.5), attackers: 1);
        Project second = Project.Play(Small.Value, new ProductRule(), Rounds, new Clones(2, 0.5), attackers: 1);
        Assert.Equal(first.Weights, second.Weights);
        Assert.Equal(first.PayShares(), second.PayShares());
    }

    [Fact]
    public void An_honest_attacker_is_nobody_else()
    {
        Project honest = Project.Play(Small.Value, new WeightedMean(), Rounds);
        Project attacked = Project.Play(Small.Value, new WeightedMean(), Rounds, new HonestTrainer(), attackers: 1);
        Assert.Equal(honest.Weights, attacked.Weights);
    }

    [Fact]
    public void Everybody_retrained_is_the_project_of_averages()
    {
        Federation federation = Small.Value;
        CoalitionGame game = FederatedGames.OfRetraining(federation, Rounds);
        Project project = Project.Play(federation, new WeightedMean(), Rounds);
        double before = federation.Measure(federation.InitialWeights(), federation.Test).Accuracy;
        Assert.Equal(federation.Measure(project.Weights, federation.Test).Accuracy - before, game.Value(game.Everybody), 1e-12);
    }

    [Fact]
    public void Everybodys_worth_in_a_round_is_what_the_mean_takes_off_the_loss()
    {
        Federation federation = Small.Value;
        PlayedRound round = Project.Play(federation, new WeightedMean(), 1).Rounds[0];
        CoalitionGame game = FederatedGames.OfRound(federation, round.Submissions, federation.Test);
        double expected = federation.Measure(round.Submissions.Weights, federation.Test).Loss
            - federation.Measure(round.Decision.Weights, federation.Test).Loss;
        Assert.Equal(expected, game.Value(game.Everybody), 1e-12);
    }

    [Fact]
    public void The_gradient_points_where_the_loss_rises()
    {
        Federation federation = Small.Value;
        int[] weights = federation.InitialWeights();
        double[] gradient = federation.Gradient(weights, federation.Root);
        int[] moved = Vectors.Move(weights, Vectors.Scale(gradient, -0.05 * (1 << Federation.FractionBits)));
        double fall = federation.Measure(weights, federation.Root).Loss - federation.Measure(moved, federation.Root).Loss;
        double predicted = 0.05 * Vectors.Dot(gradient, gradient);
        Assert.InRange(fall / predicted, 0.8, 1.1);
    }

    [Fact]
    public void Every_rival_judges_every_trainer()
    {
        Project project = Project.Play(Small.Value, new WeightedMean(), 2);
        Assert.All(ContributionMethods.Rivals, method =>
        {
            Credit credit = method.Judge(project);
            Assert.Equal(Trainers, credit.Shares.Count);
            Assert.All(credit.Shares, share => Assert.True(double.IsFinite(share), $"{method.Name} says {share}"));
        });
    }

    [Fact]
    public void What_is_left_at_the_end_goes_by_what_each_has_earned()
    {
        Submissions submissions = Played.Round([1], [1], [1]);
        PlayedRound Round(params double[] pay) => new(submissions, new Decision([0], pay));
        Project project = new(Small.Value, [Round(0.75, 0.25), Round(0, 0), Round(0, 0)], Attackers: 1);
        Assert.Equal([0.75, 0.25], project.PayShares());
        Assert.Equal([0.75, 0.25], project.PayShares(from: 1));
        Assert.Equal([0.5, 0.5], (project with { Rounds = [Round(0, 0)] }).PayShares());
        Assert.Equal(0.75, project.AttackersPay());
    }
}
