using System.CommandLine;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Disputes;

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
        Option<string> evidence = Evidence("URI of what shows that the update is valid");
        return new Command(
            "claim", "Claims that an update of this account is valid, and deposits what the court costs; 'trainer run' does it by itself")
        {
            Case, evidence,
        }.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does((context, cancellationToken) => ActAsync(
                context, (market, claim, court) => market.ClaimAsync(claim, court, context.Arguments.GetRequiredValue(evidence), cancellationToken),
                cancellationToken));
    }

    private static Command Deny()
    {
        Option<string> evidence = Evidence("URI of what shows that the update is invalid");
        return new Command("deny", "Denies a claim, and pays the court; anybody may. 'aggregator run' does it by itself") { Case, evidence }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does((context, cancellationToken) => ActAsync(
                context, (market, claim, court) => market.DenyAsync(claim, court, context.Arguments.GetRequiredValue(evidence), cancellationToken),
                cancellationToken));
    }

    private static Command Conclude() =>
        new Command("conclude", "Concludes a claim for which somebody has let the time pass; anybody may") { Case }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does((context, cancellationToken) => ActAsync(
                context, (market, claim, _) => market.ConcludeAsync(claim, cancellationToken), cancellationToken));

    private static Option<string> Evidence(string description) =>
        new("--evidence") { Description = description, HelpName = "uri", Required = true };

    private static async Task<int> ActAsync(
        CommandContext context, Func<PartyMarket, ProjectClaim, Address, Task> act, CancellationToken cancellationToken)
    {
        await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
        ClaimsChain claims = await ClaimsChain.OpenAsync(party.Chain, cancellationToken);
        ProjectClaim claim = await FindAsync(claims, context.Arguments.GetValue(Case), cancellationToken);
        Terms terms = await party.Chain.Contract.TermsAsync(claim.State.ProjectId, cancellationToken: cancellationToken);
        await act(new PartyMarket(party, Console.WriteLine), claim, terms.Arbitrator);
        claim = await FindAsync(claims, claim.Id, cancellationToken);
        Console.WriteLine($"case {claim.Id}: {claim.Describe()}");
        return 0;
    }

    /// <exception cref="UsageException">There is none of that number.</exception>
    public static async Task<ProjectClaim> FindAsync(ClaimsChain claims, BigInteger id, CancellationToken cancellationToken) =>
        await claims.FindAsync(id, cancellationToken)
            ?? throw new UsageException($"there is no claim {id}; 'marketplace claims PROJECT' lists those of a project");
}
