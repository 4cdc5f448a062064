using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;

namespace Marketplace.Testing.Markets.Synthetic;

/// <summary>A market with a past.</summary>
public sealed class SyntheticHistory
{
    private static readonly Address[] People = [.. Enumerable.Range(0, 12).Select(k => SyntheticMarket.AccountOf($"person {k}"))];
    private static readonly Address[] Courts = [Address.Zero, SyntheticMarket.AccountOf("court"), SyntheticMarket.AccountOf("another court")];
    private static readonly Address[] Tokens = [Address.Zero, SyntheticMarket.AccountOf("token")];

    private SyntheticHistory(int seed)
    {
        Chain = new SyntheticChain();
        Market = new SyntheticMarket(Chain, new Random(seed));
    }

    public SyntheticChain Chain { get; }

    public SyntheticMarket Market { get; }

    /// <summary>A history in which chance decides what happens: every transition of the contract, in small projects.</summary>
    /// <param name="seed">The same seed makes the same history.</param>
    /// <param name="blocks">How many blocks after the first.</param>
    public static SyntheticHistory Wander(int seed, int blocks) => new SyntheticHistory(seed).Continue(blocks);

    /// <summary>Goes on for some blocks.</summary>
    public SyntheticHistory Continue(int blocks)
    {
        for (int k = 0; k < blocks; k++)
        {
            for (int actions = Market.Random.Next(6); actions > 0; actions--)
                Act();
            Chain.Mine();
        }
        return this;
    }

    /// <summary>Goes on as another history than a chain that was the same so far.</summary>
    public SyntheticHistory Fork(int seed, int blocks)
    {
        Chain.Fork(seed);
        Market.Random = new Random(seed);
        return Continue(blocks);
    }

    /// <summary>A large market: all projects run at once, every trainer submits in every round.</summary>
    /// <param name="perBlock">About how many events a block has.</param>
    /// <param name="court">What the terms name; none when left out.</param>
    public static SyntheticHistory Grow(int projects, int rounds, int trainers, int perBlock, int seed, Address court = default)
    {
        SyntheticHistory history = new(seed);
        SyntheticMarket market = history.Market;
        for (int p = 0; p < projects; p++)
        {
            SyntheticProject project = market.Create(
                SyntheticMarket.AccountOf($"owner {p % 100}"),
                TermsOf($"aggregator {p % 20}", $"project {p}", rounds, trainers, Tokens[p % 2], court));
            market.PostBond(project);
            for (int k = 0; k < trainers; k++)
                market.Join(project, SyntheticMarket.AccountOf($"trainer {(p * 7 + k) % (20 * trainers)}"));
            market.Start(project);
            history.MineAt(perBlock);
        }
        for (int round = 0; round < rounds; round++)
        {
            foreach (SyntheticProject project in market.Projects)
            {
                market.OpenRound(project);
                for (int seat = 0; seat < trainers; seat++)
                    market.Submit(project, seat);
                market.Settle(project);
                history.MineAt(perBlock);
            }
        }
        history.Chain.Mine();
        return history;
    }

    /// <summary>A market of four hundred updates before a court: many were declared invalid, and chance decides what becomes of them.</summary>
    /// <param name="steps">How often somebody does something about one, a block each.</param>
    public static SyntheticHistory Contest(int seed, int steps)
    {
        SyntheticHistory history = Grow(projects: 10, rounds: 4, trainers: 10, perBlock: 50, seed, court: SyntheticMarket.AccountOf("court"));
        for (int k = 0; k < steps; k++)
        {
            history.ActOnClaim(history.Pick([.. history.Market.Claims.All.Where(claim => claim.IsOpen)]));
            history.Chain.Mine();
        }
        return history;
    }

    private void MineAt(int pending)
    {
        if (Chain.Pending >= pending)
            Chain.Mine();
    }

    private void Act()
    {
        Random random = Market.Random;
        if (Market.Projects.Count < 3 || random.Next(12) == 0)
        {
            Market.Create(
                Pick(People),
                TermsOf(
                    $"person {random.Next(People.Length)}", $"document {random.Next(9)}", random.Next(1, 5), random.Next(1, 6), Pick(Tokens),
                    Pick(Courts)));
            return;
        }
        if (random.Next(10) == 0
            && Market.Balances.Where(balance => !balance.Value.IsZero).Select(balance => balance.Key).ToList() is { Count: > 0 } owed)
        {
            (Address account, Address token) = Pick(owed);
            Market.Withdraw(account, token);
            return;
        }
        if (random.Next(4) == 0 && Market.Claims.All.Where(claim => claim.IsOpen).ToList() is { Count: > 0 } open)
        {
            ActOnClaim(Pick(open));
            return;
        }
        SyntheticProject project = Pick(Market.Projects);
        if (project.Status == ProjectStatus.Open)
            ActBeforeStart(project);
        else if (project.Status == ProjectStatus.Running)
            ActInRound(project);
        else
            ActAfterEnd(project);
    }

    private void ActBeforeStart(SyntheticProject project)
    {
        Random random = Market.Random;
        Address[] strangers = [.. People.Except(project.Trainers)];
        if (random.Next(30) == 0)
            Market.Cancel(project);
        else if (!project.IsBonded && random.Next(2) == 0)
            Market.PostBond(project);
        else if (project.Trainers.Count < project.Terms.MaxTrainers)
            Market.Join(project, Pick(strangers));
        else if (random.Next(4) == 0)
            Market.Leave(project, Pick(project.Trainers));
        else if (project.IsBonded)
            Market.Start(project);
    }

    private void ActInRound(SyntheticProject project)
    {
        int chance = Market.Random.Next(20);
        if (Market.Random.Next(12) == 0 && project.Uncredited.Count > 0)
            Market.CreditPay(project, Pick([.. project.Uncredited.Keys]));
        else if (chance == 0)
            Market.Expire(project);
        else if (!project.IsRoundOpen)
            Market.OpenRound(project);
        else if (chance == 1)
            Market.Refuse(project, Market.Random.Next(project.Trainers.Count));
        else if (chance == 2)
            Market.Stop(project);
        else if (chance < 14)
            Market.Submit(project, Market.Random.Next(project.Trainers.Count));
        else if (project.HasFailed)
            Market.Expire(project);
        else
            Market.Settle(project);
    }

    private void ActOnClaim(SyntheticClaim claim)
    {
        int chance = Market.Random.Next(5);
        if (chance == 0)
            Market.Claims.Conclude(claim);
        else if (chance == 1)
            Market.Claims.ShowEvidence(claim, Pick(People));
        else if (claim.Stage == ClaimStage.Excluded)
            Market.Claims.Claim(claim);
        else if (claim.Stage == ClaimStage.Claimed)
            Market.Claims.Deny(claim, Pick(People));
        else
            Market.Claims.Rule(claim, (ClaimVerdict)(chance - 2));
    }

    private void ActAfterEnd(SyntheticProject project)
    {
        HashSet<Address> claimants =
            [.. Market.Claims.All.Where(claim => claim.IsOpen && claim.Project == project).Select(claim => claim.Trainer)];
        Address[] waiting = [.. project.Stakes.Where(stake => stake.Value is not null).Select(stake => stake.Key).Except(claimants)];
        if (Market.Random.Next(6) == 0 && project.Uncredited.Count > 0)
            Market.CreditPay(project, Pick([.. project.Uncredited.Keys]));
        else if (project.Status == ProjectStatus.Completed && !project.IsBondReturned && Market.Random.Next(3) == 0)
            Market.RefuseModel(project, Market.Random.Next(project.Trainers.Count));
        else if (waiting.Length > 0)
            Market.ReturnStake(project, Pick(waiting));
        else if (claimants.Count == 0 && project.IsBonded && !project.IsBondReturned)
            Market.ReturnBond(project);
    }

    private static Terms TermsOf(string aggregator, string document, int rounds, int trainers, Address token, Address court = default)
    {
        var bounty = new BigInteger(1_000_000_000_000_000_007) * rounds;
        return new Terms(
            SyntheticMarket.AccountOf(aggregator), court, token, bounty, bounty / 10, bounty, 250_000_000_000_000_000, (ushort)rounds, 1,
            (ushort)trainers, SyntheticChain.Genesis + 1_000_000, 3_600, 3_600, 3_600, 86_400, 1, 0, 2_500, 14, 7_850,
            new HyperBounds(1, 1_000_000, 1, 8, 1, 64), Bytes32.Keccak("allowlist"), Bytes32.Keccak("reference string"),
            SyntheticMarket.ContentOf(document));
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[Market.Random.Next(from.Count)];
}
