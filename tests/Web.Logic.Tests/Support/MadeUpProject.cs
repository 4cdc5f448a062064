using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.Web.Logic.Tests.Support;

/// <summary>Projects and rounds as pages get them from the read model.</summary>
internal static class MadeUpProject
{
    public static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    public static ProjectSummary Summary(long id, string? title, string? problem = null) => new()
    {
        Id = id,
        Owner = SyntheticMarket.AccountOf("owner"),
        Aggregator = SyntheticMarket.AccountOf("aggregator"),
        Token = Address.Zero,
        Status = ProjectStatus.Running,
        Created = new ChainMoment(1, Now.AddDays(-1), default),
        Document = SyntheticMarket.ContentOf("document"),
        Title = title,
        DocumentProblem = problem,
        Bounty = 2_000_000_000_000_000_000,
        RoundReward = 400_000_000_000_000_000,
        Remaining = 500_000_000_000_000_000,
        Paid = 0,
        Rounds = 5,
        SettledRounds = 2,
        ExpiredRounds = 1,
        Trainers = 3,
        MinTrainers = 2,
        MaxTrainers = 4,
    };

    public static ProjectDetails Details(params RoundSummary[] rounds) => new()
    {
        Summary = Summary(7, "Digits"),
        Terms = SyntheticTerms.Of(SyntheticMarket.AccountOf("aggregator"), 1_000, rounds: 5, trainers: 4, joinDeadline: 1),
        RewardWeights = [],
        Rounds = rounds,
        Trainers = [],
        Submissions = [],
        Claims = [],
    };

    public static RoundSummary Round(int index, RoundStage stage) => new()
    {
        Project = 7,
        Index = index,
        Stage = stage,
        Opened = new ChainMoment(10, Now.AddHours(-2), default),
        Submissions = 3,
        Kept = 0,
        Invalid = 0,
        Paid = 0,
    };
}
