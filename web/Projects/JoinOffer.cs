using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Projects;
using Marketplace.ReadModel;
using Marketplace.Web.Shared;

namespace Marketplace.Web.Projects;

/// <summary>What an account has to join with.</summary>
/// <param name="Ether">In wei.</param>
/// <param name="Token">Of what the stake is paid in, in its smallest unit; the same as <paramref name="Ether"/> for the native currency.</param>
/// <param name="Unit">That token's unit.</param>
/// <param name="Gas">About what joining costs, in wei.</param>
public sealed record Purse(BigInteger Ether, BigInteger Token, TokenUnit Unit, BigInteger Gas);

/// <summary>Whether an account can join a project, by the rules of the market's contract.</summary>
/// <param name="Call">The call of the market; null where there is an obstacle.</param>
/// <param name="Obstacle">Why it cannot join, in a sentence; null when it can.</param>
public sealed record JoinOffer(byte[]? Call, string? Obstacle)
{
    /// <param name="allowlist">The accounts that the project's document lists.</param>
    /// <param name="now">The chain's time.</param>
    public static JoinOffer Of(ProjectDetails project, IReadOnlyList<Address> allowlist, Address account, DateTimeOffset now, Purse purse)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(allowlist);
        ArgumentNullException.ThrowIfNull(purse);
        if (Refusal(project, allowlist, account, now) is { } refusal)
            return new JoinOffer(null, refusal);
        BigInteger stake = project.Terms.TrainerStake;
        bool isEther = project.Terms.Token.IsZero;
        if (!isEther && purse.Token < stake)
            return new JoinOffer(null, $"This account has {purse.Unit.Format(purse.Token)}, and the stake is {purse.Unit.Format(stake)}.");
        BigInteger ether = purse.Gas + (isEther ? stake : 0);
        if (purse.Ether < ether)
        {
            return new JoinOffer(
                null,
                $"This account has {TokenUnit.Ether.Format(purse.Ether)}, and needs about {TokenUnit.Ether.Format(ether)} "
                    + $"{(isEther ? "for the stake and the network's fee" : "for the network's fee")}.");
        }

        Bytes32[] proof = project.Terms.AllowlistRoot.IsZero ? [] : new AllowlistTree(allowlist).ProofOf(account);
        return new JoinOffer(MarketContract.Calldata.Join(project.Summary.Id, proof), null);
    }

    private static string? Refusal(ProjectDetails project, IReadOnlyList<Address> allowlist, Address account, DateTimeOffset now)
    {
        if (now > UnixTime.FromSeconds(project.Terms.JoinDeadline))
            return "Nobody can join any more: the time to join is over.";
        if (project.Trainers.Count >= project.Terms.MaxTrainers)
            return $"The project is full: it takes {Counted.Of(project.Terms.MaxTrainers, "trainer")}, and as many have joined.";
        if (project.Terms.AllowlistRoot.IsZero)
            return null;
        if (allowlist.Count == 0 || new AllowlistTree(allowlist).Root != project.Terms.AllowlistRoot)
            return "Only accounts of a list may join, and the project's document does not show that list. Ask the owner.";
        return allowlist.Contains(account) ? null : "Only accounts that the owner lists may join, and this one is not among them. Ask the owner.";
    }
}
