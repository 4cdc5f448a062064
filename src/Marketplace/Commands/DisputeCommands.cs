using System.CommandLine;
using System.Numerics;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Commands;

/// <summary>What trainers and anybody else do about updates that were declared invalid.</summary>
internal static class DisputeCommands
{
    private static readonly Argument<uint> Project = new("project") { Description = "Id of the project" };

    public static readonly Argument<uint> Case = new("case") { Description = "Number of the claim, as 'marketplace claims' lists it" };

    public static IEnumerable<Command> All() => [List(), Claim(), Deny(), Conclude()];

    private static Command List() =>
        new Command("claims", "Lists a project's updates that were declared invalid, and where their trainers' claims stand") { Project }
            .WithSettings(SharedSettings.Network)
            .Does(async (context, cancellationToken) =>
            {
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                BigInteger id = context.Arguments.GetValue(Project);
                Terms terms = await session.Chain.Contract.TermsAsync(id, cancellationToken: cancellationToken);
                TokenUnit unit = await TokenUnit.ReadAsync(session.Chain, terms.Token, cancellationToken);
                ClaimsChain claims = await ClaimsChain.OpenAsync(session.Chain, cancellationToken);
                foreach (ProjectClaim claim in await claims.ReadAsync(id, cancellationToken))
                {
                    Console.WriteLine(
                        $"{claim.Id}\tround {claim.Round + 1}\t{claim.Trainer}\t{unit.Format(claim.State.Part)}\t{claim.Describe()}");
                }
                return 0;
            });

    private static Command Claim()
    {
        Option<string> evidence = Evidence("URI of what shows that the update is valid, in place of the opening that this account has kept");
        var isSealed = new Option<bool>("--sealed")
        {
            Description = "Seal the opening to the panel's auditors that have published keys, though others have not; these are shown nothing",
        };
        var isPublic = new Option<bool>("--public") { Description = "Show the opening to everybody, though it could be sealed to the panel" };
        return new Command(
            "claim",
            """
            Claims that an update of this account is valid, and deposits what the court costs; 'trainer run' does it by itself.

            It shows how the update opens, which 'trainer run' has kept in --state: sealed to the court's auditors alone where that is a panel
            all of whose auditors have published keys, and otherwise to everybody.
            """)
        {
            Case, evidence, isSealed, isPublic,
        }.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does((context, cancellationToken) =>
            {
                string? uri = context.Arguments.GetValue(evidence);
                bool seals = context.Arguments.GetValue(isSealed), publishes = context.Arguments.GetValue(isPublic);
                if ((uri is null ? 0 : 1) + (seals ? 1 : 0) + (publishes ? 1 : 0) > 1)
                    throw new UsageException("--evidence, --sealed and --public say different things; give one of them");
                Disclosure disclosure = seals ? Disclosure.Sealed : publishes ? Disclosure.Public : Disclosure.SealedWherePossible;
                return ActAsync(
                    context,
                    async (party, claim, court) => await new PartyMarket(party, Console.WriteLine).ClaimAsync(
                        claim, court, uri ?? await ShowOpeningAsync(party, claim, court, disclosure, cancellationToken), cancellationToken),
                    cancellationToken);
            });
    }

    /// <summary>Publishes the sealed update anew, since whoever judges must be able to fetch it, and shows how it opens.</summary>
    /// <returns>The evidence.</returns>
    private static async Task<string> ShowOpeningAsync(
        Party party, ProjectClaim claim, Address court, Disclosure disclosure, CancellationToken cancellationToken)
    {
        RoundId round = party.Chain.Round(claim.State.ProjectId, claim.Round);
        ProjectView project = await ProjectView.OpenAsync(party.Chain, party.Store, claim.State.ProjectId, cancellationToken);
        IUpdateStore updates = party.OpenUpdates(AgentRole.Trainer, project.Document);
        if (await updates.FindAsync(round, cancellationToken) is not { Sealing: { } sealing })
        {
            throw new UsageException(
                $"the account {party.Address} has kept no update of project {round.Project}, round {claim.Round + 1}, in {party.StateFolder}; "
                    + "give the --state of its 'trainer run', or --evidence");
        }
        await party.Store.AddAsync(sealing.Payload, cancellationToken);
        try
        {
            PanelSeats? panel = await PanelSeats.FindAsync(party.Chain.Client, court, cancellationToken);
            var shown = ShownOpening.Create(new UpdateOpening(sealing.EphemeralSeed), round, claim.Trainer, panel, disclosure);
            Console.WriteLine($"showing how the update opens {shown.Audience}");
            return shown.Uri;
        }
        catch (DisclosureException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static Command Deny()
    {
        Option<string> evidence = Evidence("URI of what shows that the update is invalid");
        evidence.Required = true;
        return new Command("deny", "Denies a claim, and pays the court; anybody may. 'aggregator run' does it by itself") { Case, evidence }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does((context, cancellationToken) => ActAsync(
                context,
                (party, claim, court) => new PartyMarket(party, Console.WriteLine).DenyAsync(
                    claim, court, context.Arguments.GetRequiredValue(evidence), cancellationToken),
                cancellationToken));
    }

    private static Command Conclude() =>
        new Command("conclude", "Concludes a claim for which somebody has let the time pass; anybody may") { Case }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does((context, cancellationToken) => ActAsync(
                context, (party, claim, _) => new PartyMarket(party, Console.WriteLine).ConcludeAsync(claim, cancellationToken), cancellationToken));

    private static Option<string> Evidence(string description) =>
        new("--evidence") { Description = description, HelpName = "uri" };

    private static async Task<int> ActAsync(
        CommandContext context, Func<Party, ProjectClaim, Address, Task> act, CancellationToken cancellationToken)
    {
        await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
        ClaimsChain claims = await ClaimsChain.OpenAsync(party.Chain, cancellationToken);
        ProjectClaim claim = await FindAsync(claims, context.Arguments.GetValue(Case), cancellationToken);
        Terms terms = await party.Chain.Contract.TermsAsync(claim.State.ProjectId, cancellationToken: cancellationToken);
        await act(party, claim, terms.Arbitrator);
        claim = await FindAsync(claims, claim.Id, cancellationToken);
        Console.WriteLine($"case {claim.Id}: {claim.Describe()}");
        return 0;
    }

    /// <exception cref="UsageException">There is none of that number.</exception>
    public static async Task<ProjectClaim> FindAsync(ClaimsChain claims, BigInteger id, CancellationToken cancellationToken) =>
        await claims.FindAsync(id, cancellationToken)
            ?? throw new UsageException($"there is no claim {id}; 'marketplace claims PROJECT' lists those of a project");
}
