using System.CommandLine;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Contracts;
using Marketplace.Court;
using Marketplace.Hosting;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;

namespace Marketplace.Commands;

/// <summary>The bundled court: a panel of auditors of whom most must agree. Owners name it as arbitrator, its auditors judge.</summary>
internal static class PanelCommands
{
    /// <summary>Nothing was decided, because what would tell is not served.</summary>
    private const int Undecided = 3;

    private static readonly Argument<string> Panel = new("panel") { Description = "Address of the panel" };

    public static IEnumerable<Command> All() => [PanelCommand(), Judge()];

    private static Command PanelCommand() => new("panel", "Creates a panel of auditors, and takes part in one")
    {
        Create(),
        Show(),
        Join(),
        Run(),
        Leave(),
        Withdraw(),
    };

    private static Command Create()
    {
        var auditors = new Option<string[]>("--auditor")
        {
            Description = "Account of an auditor, once for each",
            HelpName = "address",
            Required = true,
        };
        var quorum = new Option<int?>("--quorum") { Description = "How many must agree; more than half, and the least that is unless it is given" };
        var fee = new Option<string>("--fee") { Description = "What a case costs, in ether", DefaultValueFactory = _ => "0.01" };
        var bond = new Option<string>("--bond") { Description = "What each auditor locks, in ether", DefaultValueFactory = _ => "0.1" };
        var voting = new Option<string>("--voting")
        {
            Description = "How long auditors may take: 90s, 10m, 2h or 3d",
            DefaultValueFactory = _ => "3d",
        };
        return new Command("create", "Deploys a panel, and prints its address for the terms' arbitrator") { auditors, quorum, fee, bond, voting }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does(async (context, cancellationToken) =>
            {
                Address[] accounts = [.. context.Arguments.GetRequiredValue(auditors).Select(text => AddressArgument.Parse("--auditor", text))];
                TransactionRequest panel = PanelContract.Deploy(
                    accounts,
                    context.Arguments.GetValue(quorum) ?? accounts.Length / 2 + 1,
                    TokenUnit.Ether.Parse(context.Arguments.GetRequiredValue(fee)),
                    TokenUnit.Ether.Parse(context.Arguments.GetRequiredValue(bond)),
                    (BigInteger)ParseDuration(context.Arguments.GetRequiredValue(voting)).TotalSeconds);
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                Receipt receipt = await party.DeployAsync("panel", panel, cancellationToken);
                Console.WriteLine(receipt.ContractAddress);
                return 0;
            });
    }

    private static Command Show() =>
        new Command("show", "Says who is on a panel, and what a case costs") { Panel }
            .WithSettings(SharedSettings.Network)
            .Does(async (context, cancellationToken) =>
            {
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                PanelSeats seated = await FindAsync(session.Chain, context, cancellationToken);
                var panel = new PanelContract(session.Chain.Client, seated.Panel);
                IReadOnlyList<Seat> seats = await panel.AuditorsAsync(cancellationToken: cancellationToken);
                Console.WriteLine(
                    $"{seated.Quorum} of {seats.Count} must agree, "
                        + $"a case costs {TokenUnit.Ether.Format(await panel.FeeAsync(cancellationToken: cancellationToken))}, "
                        + $"each has locked {TokenUnit.Ether.Format(await panel.BondAsync(cancellationToken: cancellationToken))}");
                foreach ((int number, Seat seat) in seats.Index())
                {
                    Console.WriteLine(
                        $"{seat.Account}\t{(seat.Bonded ? "bonded" : "not bonded")}\t"
                            + (seated.HasKey(number) ? "evidence can be sealed to it" : "has published no key"));
                }
                return 0;
            });

    private static Command Join() =>
        new Command(
            "join",
            "Publishes the key to which evidence for this auditor is sealed, and posts its bond; the disputes that are opened from then on are "
                + "its to judge")
        {
            Panel,
        }.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does(async (context, cancellationToken) =>
            {
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                PanelSeats panel = await FindAsync(party.Chain, context, cancellationToken);
                await PanelAuditor.JoinAsync(party, panel, Console.WriteLine, cancellationToken);
                return 0;
            });

    private static Command Leave() =>
        new Command("leave", "Takes the bond back, once every open dispute was voted on") { Panel }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does(async (context, cancellationToken) =>
            {
                Address address = AddressArgument.Parse("panel", context.Arguments.GetRequiredValue(Panel));
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                await party.SendAgainAsync(address, $"panel-leave/{address}", PanelContract.Calldata.ReturnBond(), 0, cancellationToken);
                return 0;
            });

    private static Command Run()
    {
        Option<double> poll = PollOption.Create();
        return new Command(
            "run",
            """
            Publishes the key to which evidence for this auditor is sealed, posts its bond, and judges every case as it comes: fetches the
            sealed update, opens it with what the trainer has shown to the panel or to everybody, votes, and has rulings
            carried out. What nobody serves is waited for, and refused in the last quarter of the time to vote.

            Stopped and started again, it goes on where it was; a case that ends without a quorum and this auditor's vote costs the bond.
            """)
        {
            Panel, poll,
        }.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account, .. SharedSettings.Service])
            .Does(async (context, cancellationToken) =>
            {
                TimeSpan pause = context.Arguments.GetPoll(poll);
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                PanelSeats panel = await FindAsync(party.Chain, context, cancellationToken);
                PanelAuditor auditor = await PanelAuditor.OpenAsync(party, panel, context.Say, cancellationToken);
                await PanelAuditor.JoinAsync(party, panel, context.Say, cancellationToken);
                await AgentLoop.RunAsync(auditor.StepAsync, pause, context.Say, cancellationToken);
                return 0;
            });
    }

    private static Command Withdraw() =>
        new Command("withdraw", "Withdraws an auditor's fees and its returned bond") { Panel }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does(async (context, cancellationToken) =>
            {
                Address address = AddressArgument.Parse("panel", context.Arguments.GetRequiredValue(Panel));
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                BigInteger due = await new PanelContract(party.Chain.Client, address)
                    .BalanceOfAsync(party.Address, cancellationToken: cancellationToken);
                if (due.IsZero)
                {
                    Console.WriteLine("nothing to withdraw");
                    return 0;
                }
                byte[] withdrawal = PanelContract.Calldata.Withdraw(party.Address);
                await party.SendAgainAsync(address, $"panel-withdraw/{address}", withdrawal, 0, cancellationToken);
                Console.WriteLine($"withdrew {TokenUnit.Ether.Format(due)}");
                return 0;
            });

    private static Command Judge()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Decide and explain, and vote nothing" };
        return new Command(
            "judge",
            "Decides a claim from the sealed update and what its trainer has shown, explains, and votes in the panel; exit code 3 when it "
                + "cannot be told")
        {
            DisputeCommands.Case, dryRun,
        }.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does(async (context, cancellationToken) =>
            {
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                ClaimsChain claims = await ClaimsChain.OpenAsync(party.Chain, cancellationToken);
                ProjectClaim claim = await DisputeCommands.FindAsync(claims, context.Arguments.GetValue(DisputeCommands.Case), cancellationToken);
                if (claim.Stage is ClaimStage.Excluded or ClaimStage.Concluded)
                    throw new UsageException($"case {claim.Id} has nothing to judge: it is {claim.Describe()}");
                Terms terms = await party.Chain.Contract.TermsAsync(claim.State.ProjectId, cancellationToken: cancellationToken);
                PanelSeats? panel = await PanelSeats.FindAsync(party.Chain.Client, terms.Arbitrator, cancellationToken);
                // Who is not on the panel decides for itself what is shown to everybody.
                PanelAuditor? auditor = panel?.SeatOf(party.Address) is null
                    ? null
                    : await PanelAuditor.OpenAsync(party, panel, Console.WriteLine, cancellationToken);
                ClaimJudge judge = auditor?.Judge
                    ?? new ClaimJudge(party.Chain, claims, party.Store, await party.SrsAsync(cancellationToken));
                Judgement judgement = await judge.JudgeAsync(claim, cancellationToken);
                Console.WriteLine($"case {claim.Id}: {judgement.Verdict?.ToString().ToLowerInvariant() ?? "cannot be told"}, {judgement.Reason}");
                if (judgement.Verdict is not { } verdict)
                    return Undecided;
                if (context.Arguments.GetValue(dryRun))
                    return 0;
                if (claim.Stage != ClaimStage.Disputed)
                    throw new UsageException($"case {claim.Id} is not before the court: it is {claim.Describe()}; --dry-run only decides it");
                if (auditor is null)
                {
                    throw new UsageException(
                        $"the account {party.Address} is not on the panel {terms.Arbitrator}"
                            + (panel is null ? ", which is another kind of court" : $", whose auditors are {string.Join(", ", panel.Auditors)}"));
                }
                await auditor.VoteAsync(claim.State.DisputeId, verdict, cancellationToken);
                return 0;
            });
    }

    /// <exception cref="UsageException">There is no panel at the address that was given.</exception>
    private static async Task<PanelSeats> FindAsync(MarketChain chain, CommandContext context, CancellationToken cancellationToken)
    {
        Address address = AddressArgument.Parse("panel", context.Arguments.GetRequiredValue(Panel));
        return await PanelSeats.FindAsync(chain.Client, address, cancellationToken) ?? throw new UsageException(
            $"the contract at {address} is no panel; 'marketplace panel create' prints the address of the one that it deploys");
    }

    private static TimeSpan ParseDuration(string text)
    {
        try
        {
            return Duration.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--voting: {e.Message}");
        }
    }
}
