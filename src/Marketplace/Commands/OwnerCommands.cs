using System.CommandLine;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Projects;

namespace Marketplace.Commands;

/// <summary>What owners do: post a project, start, cancel or stop it, take the rest of the money.</summary>
internal static class OwnerCommands
{
    public static IEnumerable<Command> All() =>
    [
        Create(),
        Act("start", "Starts a project that has its bond and enough trainers", MarketContract.Calldata.Start),
        Act("cancel", "Cancels a project that has not started; everything goes back", MarketContract.Calldata.Cancel),
        Act(
            "stop",
            "Ends a project after two rounds in a row in which nobody earned anything: at once, or with the open round",
            MarketContract.Calldata.Stop),
        WithdrawCommand.Create(),
    ];

    private static Command Create()
    {
        var file = new Argument<FileInfo>("terms") { Description = "JSON file with the project's terms" };
        var again = new Option<bool>("--again") { Description = "Post terms once more that this account has posted already" };
        return new Command("create", "Posts a project from a terms file and escrows bounty and fee; prints the project's id") { file, again }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does(async (context, cancellationToken) =>
            {
                ProjectFiles files = await ProjectFiles.ReadAsync(context.Arguments.GetRequiredValue(file), cancellationToken);
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                Console.WriteLine(await CreateAsync(party, files, context.Arguments.GetValue(again), context.Say, cancellationToken));
                return 0;
            });
    }

    /// <summary>Publishes the initial weights and the document, and posts the project.</summary>
    /// <returns>The project's id.</returns>
    private static async Task<BigInteger> CreateAsync(
        Party party, ProjectFiles files, bool again, Action<string> say, CancellationToken cancellationToken)
    {
        (TermsFile file, ProjectDocument.Draft draft, string folder) = files;
        var publisher = new ProjectPublisher(party.Chain, party.Store);
        if (draft.TestSet is not null || DraftFiles.NamesInitialWeights(draft))
        {
            // Nothing is published for a project that would be refused.
            await publisher.PreviewAsync(file, draft, cancellationToken);
            draft = await DraftFiles.PublishAsync(draft, folder, party.Store, cancellationToken);
        }

        ProjectOffer offer = await publisher.PublishAsync(file, draft, cancellationToken);
        // The document's address tells projects apart; a second try of the same command finds the first one's transaction.
        string intent = $"create/{offer.Document}/{Bytes32.Keccak(file.ToBytes())}";
        bool wasPosted = await party.IsDoneAsync(intent, cancellationToken);
        if (wasPosted && again)
            intent = await party.AgainAsync(intent, cancellationToken);
        Receipt receipt = await party.PayAsync(intent, offer.Terms.Token, offer.Deposit, offer.Calldata, cancellationToken);
        BigInteger id = receipt.Logs.Select(MarketEvents.TryDecode).OfType<MarketEvents.ProjectCreated>().Single().ProjectId;
        if (wasPosted && !again)
            say($"this account has posted these terms already, as project {id}; nothing was sent. Give --again to post and pay for them once more");
        return id;
    }

    private static Command Act(string name, string description, Func<BigInteger, byte[]> call)
    {
        var project = new Argument<uint>("project") { Description = "Id of the project" };
        return new Command(name, description) { project }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does(async (context, cancellationToken) =>
            {
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                BigInteger id = context.Arguments.GetValue(project);
                await party.SendAsync($"{name}/{id}", call(id), cancellationToken);
                return 0;
            });
    }
}
