using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Projects;

namespace Marketplace.Web.Logic.Tests.Projects;

/// <summary>What an account can do with a project, at every status and on both sides of its deadlines.</summary>
public sealed class ProjectChoiceTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Address Owner = SyntheticMarket.AccountOf("owner");
    private static readonly Address Trainer = SyntheticMarket.AccountOf("trainer");
    private static readonly Address Stranger = SyntheticMarket.AccountOf("stranger");

    private static RoundSummary Open => MadeUpProject.Round(2, RoundStage.Open) with
    {
        TrainingEnds = Now.AddMinutes(10),
        SettleBy = Now.AddMinutes(20),
    };

    [Fact]
    public void A_trainer_can_leave_an_open_project_until_its_join_deadline()
    {
        ProjectDetails project = Project(ProjectStatus.Open);
        project = project with { Terms = project.Terms with { JoinDeadline = (ulong)Now.ToUnixTimeSeconds() } };
        ProjectChoice quit = Choice(project, Trainer, Now, "quit")!;
        Assert.Equal(MarketContract.Calldata.Quit(7), quit.Call);
        Assert.Null(quit.Obstacle);
        Assert.Null(Choice(project, Trainer, Now.AddSeconds(1), "quit"));
        Assert.Null(Choice(project, Stranger, Now, "quit"));
        project.Summary.Status = ProjectStatus.Running;
        Assert.Null(Choice(project, Trainer, Now, "quit"));
    }

    [Fact]
    public void A_round_expires_once_its_deadline_has_passed()
    {
        ProjectDetails opening = Project(ProjectStatus.Running);
        opening.Summary.OpenBy = Now;
        Assert.Null(Choice(opening, Stranger, Now, "expire"));
        Assert.Contains("All trainers", Choice(opening, Stranger, Now.AddSeconds(1), "expire")!.Meaning, StringComparison.Ordinal);
        ProjectDetails settling = Project(ProjectStatus.Running, Open);
        Assert.Null(Choice(settling, Stranger, Now.AddMinutes(20), "expire"));
        Assert.Contains("had submitted", Choice(settling, Stranger, Now.AddMinutes(21), "expire")!.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_round_can_be_closed_at_once()
    {
        ProjectDetails refused = Project(ProjectStatus.Running, Open with { Submissions = 0, RefusedSeats = 0b1100 });
        ProjectChoice close = Choice(refused, Stranger, Now, "expire")!;
        Assert.Equal(("Close the failed round", null), (close.Label, close.Obstacle));
        Assert.Equal(MarketContract.Calldata.Expire(7), close.Call);
        ProjectDetails empty = Project(ProjectStatus.Running, Open with { Submissions = 1 });
        Assert.Null(Choice(empty, Stranger, Now.AddMinutes(10), "expire"));
        Assert.Equal("Close the failed round", Choice(empty, Stranger, Now.AddMinutes(10).AddSeconds(1), "expire")!.Label);
    }

    [Fact]
    public void The_owner_can_stop_after_two_empty_rounds_also_while_one_is_open()
    {
        RoundSummary[] settled = [MadeUpProject.Round(0, RoundStage.Settled), MadeUpProject.Round(1, RoundStage.Settled)];
        ProjectDetails idle = Project(ProjectStatus.Running, settled), open = Project(ProjectStatus.Running, [.. settled, Open]);
        Assert.Null(Choice(idle, Owner, Now, "stop")!.Obstacle);
        Assert.DoesNotContain("open round", Choice(idle, Owner, Now, "stop")!.Meaning, StringComparison.Ordinal);
        Assert.Null(Choice(open, Owner, Now, "stop")!.Obstacle);
        Assert.Contains("with the open round", Choice(open, Owner, Now, "stop")!.Meaning, StringComparison.Ordinal);
        Assert.Null(Choice(open, Stranger, Now, "stop"));
        open.Summary.IsStopping = true;
        Assert.Null(Choice(open, Owner, Now, "stop"));
        ProjectDetails early = Project(ProjectStatus.Running, settled[0]);
        Assert.Contains("by now there are 1", Choice(early, Owner, Now, "stop")!.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Stake_and_bond_wait_for_claims()
    {
        ProjectDetails project = Project(ProjectStatus.Completed);
        project.Summary.Bond = 5;
        project.Summary.Ended = new ChainMoment(1, Now.AddDays(-9), default);
        Address aggregator = project.Summary.Aggregator;
        Assert.Null(Choice(project, Trainer, Now, "return-stake")!.Obstacle);
        Assert.Null(Choice(project, aggregator, Now, "return-bond")!.Obstacle);
        project.Trainers[0].OpenClaims = 1;
        project.Summary.OpenClaims = 3;
        Assert.Equal("Your stake waits until the open claim of yours is concluded.", Choice(project, Trainer, Now, "return-stake")!.Obstacle);
        Assert.Equal("The bond waits until the 3 open claims are concluded.", Choice(project, aggregator, Now, "return-bond")!.Obstacle);
        Assert.Null(Choice(project, Stranger, Now, "return-bond"));
    }

    [Fact]
    public void What_comes_with_the_stake_is_due_also_when_nothing_is_left_of_it()
    {
        ProjectDetails project = Project(ProjectStatus.Completed);
        Participation trainer = project.Trainers[0];
        project.Summary.Remaining = 0;
        Assert.NotNull(Choice(project, Trainer, Now, "return-stake"));
        trainer.Stake = 0;
        Assert.Null(Choice(project, Trainer, Now, "return-stake"));
        project.Summary.Promised = 1;
        Assert.NotNull(Choice(project, Trainer, Now, "return-stake"));
        (project.Summary.Promised, project.Summary.Remaining) = (0, 1);
        Assert.NotNull(Choice(project, Trainer, Now, "return-stake"));
        trainer.StakeReturned = true;
        Assert.Null(Choice(project, Trainer, Now, "return-stake"));
    }

    [Fact]
    public void The_bond_is_free_after_the_contest()
    {
        ProjectDetails project = Project(ProjectStatus.Completed);
        (project.Summary.Bond, project.Summary.Ended) = (1, new ChainMoment(9, Now, default));
        DateTimeOffset free = Now.AddSeconds(project.Terms.ContestDuration);
        Assert.Null(Choice(project, Stranger, free, "return-bond"));
        Assert.NotNull(Choice(project, project.Summary.Aggregator, free, "return-bond")!.Obstacle);
        Assert.Null(Choice(project, Stranger, free.AddSeconds(1), "return-bond")!.Obstacle);
    }

    private static ProjectChoice? Choice(ProjectDetails project, Address account, DateTimeOffset now, string name) =>
        ProjectChoice.Of(project, account, now).SingleOrDefault(choice => choice.Name == name);

    private static ProjectDetails Project(ProjectStatus status, params RoundSummary[] rounds)
    {
        ProjectDetails project = MadeUpProject.Details(rounds);
        project.Summary.Status = status;
        var trainer = new Participation { Project = 7, Trainer = Trainer, Index = 0, Joined = project.Summary.Created, Stake = 100 };
        return project with { Trainers = [trainer] };
    }
}
