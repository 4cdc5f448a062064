using System.Security.Cryptography;
using Marketplace.Algebra.Curves;
using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents.Tests;

/// <summary>What hostile trainers submit costs nobody else anything: it is left out, and the report says why.</summary>
public sealed class HostileSubmissionTests
{
    private static readonly Fr Blinder = Fr.FromUInt64(7);

    public static TheoryData<string, SubmissionFault> Attacks => new()
    {
        { "noise", SubmissionFault.Unopenable },
        { "nothing", SubmissionFault.Unopenable },
        { "another trainer's name", SubmissionFault.Unopenable },
        { "another round", SubmissionFault.Unopenable },
        { "too few entries", SubmissionFault.Malformed },
        { "another fixed point", SubmissionFault.Malformed },
        { "a file that is too large", SubmissionFault.Malformed },
        { "a directory", SubmissionFault.Malformed },
        { "another commitment", SubmissionFault.Mismatch },
        { "a commitment to nothing", SubmissionFault.Mismatch },
        { "another blinder", SubmissionFault.Mismatch },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task What_does_not_open_to_its_commitment_is_left_out(string attack, SubmissionFault fault)
    {
        using World world = await OpenRoundAsync();
        await AttackAsync(world, attack);
        await world.RunAsync(until: () => world.Market.State.Round == 1);
        await AssertLeftOutAsync(world, fault);
    }

    [Fact]
    public async Task What_cannot_be_fetched_is_waited_for_until_half_the_time_is_over()
    {
        using World world = await OpenRoundAsync();
        world.Market.Submit(
            world.AccountOf(2), 0, G1.Generator, await ContentId.OfAsync([1, 2, 3], CancellationToken.None));
        await (await world.StartAsync(1))(CancellationToken.None);
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        var found = Assert.IsType<AgentStep.Waiting>(await step(CancellationToken.None));
        Assert.Contains("waiting for 1 sealed updates", found.Why, StringComparison.Ordinal);

        world.Market.Now = world.Market.State.SettleBy - 1800;
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        await AssertLeftOutAsync(world, SubmissionFault.Unavailable);
    }

    [Fact]
    public async Task What_can_be_fetched_later_takes_part()
    {
        using World world = await OpenRoundAsync();
        SealedUpdate late = world.Seal(2, 0, new BlindedUpdate(Entries(51), world.Document.FractionBits, Blinder));
        world.Market.Submit(
            world.AccountOf(2), 0, late.Commitment, await ContentId.OfAsync(late.Bytes, CancellationToken.None));
        await (await world.StartAsync(1))(CancellationToken.None);
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        Assert.IsType<AgentStep.Waiting>(await step(CancellationToken.None));
        await world.Content.AddAsync(late.Bytes);
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        Assert.DoesNotContain(world.Market.History.Rounds[0].Results, result => result.Outcome == SubmissionOutcome.Invalid);
    }

    [Fact]
    public async Task A_round_in_which_nobody_is_valid_is_settled_all_the_same()
    {
        using World world = await OpenRoundAsync();
        for (int trainer = 1; trainer <= 2; trainer++)
        {
            world.Market.Submit(
                world.AccountOf(trainer), 0, G1.Generator * Fr.FromUInt64((ulong)trainer), await world.Content.AddAsync(new byte[] { 1 }));
        }

        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        Assert.All(world.Market.History.Rounds[0].Results, result => Assert.Equal(SubmissionOutcome.Invalid, result.Outcome));
    }

    /// <summary>A project whose first round is open, and in which nobody has submitted.</summary>
    private static async Task<World> OpenRoundAsync()
    {
        World world = await World.CreateAsync();
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Training);
        return world;
    }

    /// <summary>The second trainer's submission.</summary>
    private static async Task AttackAsync(World world, string attack)
    {
        int f = world.Document.FractionBits;
        var honest = new BlindedUpdate(Entries(51), f, Blinder);
        SealedUpdate submission = attack switch
        {
            "noise" => new SealedUpdate(RandomNumberGenerator.GetBytes(300), G1.Generator),
            "nothing" => new SealedUpdate([], G1.Generator),
            "another trainer's name" => world.Seal(2, 0, honest, sealedAs: world.AccountOf(1)),
            "another round" => world.Seal(2, 1, honest),
            "too few entries" => world.Seal(2, 0, honest with { Entries = Entries(50) }),
            "another fixed point" => world.Seal(2, 0, honest with { FractionBits = f + 1 }),
            "a file that is too large" => new SealedUpdate(new byte[SealedUpdate.MaxLength(51) + 1], G1.Generator),
            "a directory" => new SealedUpdate([], G1.Generator),
            "another commitment" => world.Seal(2, 0, honest) with { Commitment = G1.Generator },
            "a commitment to nothing" => world.Seal(2, 0, honest) with { Commitment = G1.Infinity },
            "another blinder" => world.Seal(2, 0, honest) with
            {
                Commitment = world.Seal(2, 0, honest with { Blinder = Fr.FromUInt64(8) }).Commitment,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(attack), attack, "no attack"),
        };
        Cid payload = await world.Content.AddAsync(submission.Bytes);
        // The bytes of a file under the codec of a directory: whoever made the CID made it so.
        if (attack == "a directory")
            payload = await AddMalformedAsync(world);
        world.Market.Submit(world.AccountOf(2), 0, submission.Commitment, payload);
    }

    private static async Task<Cid> AddMalformedAsync(World world)
    {
        byte[] block = [0xff, 0xff, 0xff];
        Cid raw = await world.Content.AddAsync(block);
        var malformed = new Cid(CidCodec.DagPb, raw.Digest);
        string path = Path.Combine(world.Content.Location, $"{raw}"[^3..^1], $"{raw}");
        string target = Path.Combine(world.Content.Location, $"{malformed}"[^3..^1], $"{malformed}");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(path, target);
        return malformed;
    }

    private static async Task AssertLeftOutAsync(World world, SubmissionFault fault)
    {
        RoundHistory round = world.Market.History.Rounds[0];
        Assert.Equal([SubmissionOutcome.Kept, SubmissionOutcome.Invalid], round.Results.Select(result => result.Outcome));
        RoundReport report = RoundReport.Parse(
            await world.Content.GetAsync(round.Settled!.Settlement.Report, RoundReport.MaxBytes));
        RoundReport.InvalidSubmission invalid = Assert.Single(report.Invalid);
        Assert.Equal((world.AccountOf(2).ToString(), fault), (invalid.Trainer, invalid.Fault));
        Assert.NotEmpty(invalid.Detail);
    }

    private static short[] Entries(int count) => [.. Enumerable.Range(0, count).Select(k => (short)(100 * k - 2000))];
}
