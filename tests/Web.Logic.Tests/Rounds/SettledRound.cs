using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Logic.Tests.Support;
using EventLog = Marketplace.Chain.Rpc.Log;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>
/// The events of a project with one round of four trainers: two updates that count, one that is invalid, one trainer that stays away.
/// </summary>
internal static class SettledRound
{
    public const long Project = 7;

    public static readonly BigInteger Bounty = 1_000;

    /// <summary>What the invalid submission takes along.</summary>
    public static readonly BigInteger TakenOut = Bounty / 3;

    public static readonly Address[] Trainers = [.. Enumerable.Range(0, 4).Select(k => SyntheticMarket.AccountOf($"trainer {k}"))];

    public static readonly short[] Reference = [300, 400, 0];

    public static readonly short[][] Updates = [[300, 400, 10], [-300, -400, 0]];

    private static readonly EventLog Anywhere = new(
        SyntheticChain.Market, [], ReadOnlyMemory<byte>.Empty, 9, default, Bytes32.Keccak("settlement"), 0, 0);

    /// <summary>The project until its round is open.</summary>
    public static IReadOnlyList<IContractEvent> Open =>
    [
        new MarketEvents.ProjectCreated(Project, SyntheticMarket.AccountOf("owner"), Terms, [], Anywhere),
        .. Trainers.Select((trainer, k) => new MarketEvents.TrainerJoined(Project, trainer, k, Anywhere)),
        new MarketEvents.ProjectStarted(Project, Trainers.Length, 2_000_000_000, Anywhere),
        new MarketEvents.RoundOpened(
            Project, 0, SyntheticMarket.ContentOf("model"), G1.Generator, new HyperParameters(1, 1, 1), 5, 2_000_000_100, 2_000_000_200, Anywhere),
    ];

    /// <summary>The three submissions; the trainer on seat 2 stays away.</summary>
    public static IReadOnlyList<IContractEvent> Submitted =>
        [.. new[] { 0, 1, 3 }.Select(
            seat => (IContractEvent)new MarketEvents.UpdateSubmitted(Project, 0, Trainers[seat], seat, Point(seat), Payload(seat), Anywhere))];

    /// <summary>The first submission was invalid, the second is kept, the third points away from the reference.</summary>
    public static MarketEvents.RoundSettled Settlement => new(
        Project, 0,
        new Settlement(
            0b001,
            GramMatrix.Compute(Reference, Updates, []).Pack(),
            [],
            G1.Generator,
            SyntheticMarket.ContentOf("aggregate"),
            SyntheticMarket.ContentOf("report")),
        0b010, 65_536, [0, Bounty - TakenOut, 0], Anywhere);

    /// <summary>A part of the absent trainer's stake is burned.</summary>
    public static IContractEvent Forfeit => new MarketEvents.StakeForfeited(Project, 0, Trainers[2], 25, Anywhere);

    /// <summary>The trainer who stays away refuses instead.</summary>
    public static MarketEvents.RoundRefused Refusal => new(Project, 0, Trainers[2], 2, Anywhere);

    /// <summary>It was not settled in time.</summary>
    public static MarketEvents.RoundExpired Expiry =>
        new(Project, 0, (byte)RoundPhase.Settling, [Trainers[0], Trainers[1], Trainers[3]], 33, Anywhere);

    private static Terms Terms { get; } =
        SyntheticTerms.Of(SyntheticMarket.AccountOf("aggregator"), Bounty, rounds: 1, trainers: 4, joinDeadline: 1_900_000_000) with
        {
            Dimension = 3,
        };

    private static G1 Point(int seat) => (G1.Generator * Fr.FromUInt64((ulong)seat + 2));

    private static Cid Payload(int seat) => SyntheticMarket.ContentOf($"update {seat}");
}
