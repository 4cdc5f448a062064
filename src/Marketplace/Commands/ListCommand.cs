using System.CommandLine;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Http;
using Marketplace.Protocol.Projects;

namespace Marketplace.Commands;

/// <summary><c>marketplace list</c>: a line for every project of the market.</summary>
internal static class ListCommand
{
    /// <summary>Most characters that are shown of a title, which strangers have written.</summary>
    private const int MaxTitle = 60;

    /// <summary>How many documents are fetched at once.</summary>
    private const int Fetches = 8;

    /// <summary>How long a title is waited for: one document that nobody has must not hold up the list.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON, amounts in the token's smallest unit" };
        return new Command("list", "Lists the market's projects: title, reward of the round that comes, and time left; 'show' tells more of one")
        {
            json,
        }.WithSettings(SharedSettings.Network)
            .Does(async (context, cancellationToken) =>
            {
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                List<Entry> entries = await ReadAsync(session, cancellationToken);
                if (context.Arguments.GetValue(json))
                    JsonOutput.Write(entries);
                else
                    entries.ForEach(entry => Console.WriteLine(entry.ToLine()));
                return 0;
            });
    }

    private static async Task<List<Entry>> ReadAsync(MarketSession session, CancellationToken cancellationToken)
    {
        MarketContract market = session.Chain.Contract;
        ulong now = await session.Chain.NowAsync(cancellationToken);
        BigInteger count = await market.ProjectCountAsync(cancellationToken: cancellationToken);
        var units = new Dictionary<Address, TokenUnit>();
        var entries = new List<Entry>();
        using var fetches = new SemaphoreSlim(Fetches);
        var titles = new List<Task<string>>();
        for (BigInteger id = 1; id <= count; id++)
        {
            ProjectState state = await market.StateAsync(id, cancellationToken: cancellationToken);
            Terms terms = await market.TermsAsync(id, cancellationToken: cancellationToken);
            ProjectStanding standing = ProjectStanding.Of(state, terms, now);
            BigInteger reward = standing.Next is null
                ? 0
                : await market.RoundRewardAsync(id, state.Round, cancellationToken: cancellationToken) + state.Rollover;
            if (!units.TryGetValue(terms.Token, out TokenUnit? unit))
                units[terms.Token] = unit = await TokenUnit.ReadAsync(session.Chain, terms.Token, cancellationToken);
            titles.Add(ReadTitleAsync(session.Store, terms.Document, fetches, cancellationToken));
            entries.Add(new Entry(
                id, "", standing, state.Round, terms.Rounds, state.Trainers, terms.MaxTrainers, reward, terms.Bounty, terms.Token, unit));
        }

        string[] read = await Task.WhenAll(titles);
        return [.. entries.Zip(read, (entry, title) => entry with { Title = title })];
    }

    /// <summary>The title in one line; or why there is none.</summary>
    private static async Task<string> ReadTitleAsync(
        IContentStore store, Cid document, SemaphoreSlim fetches, CancellationToken cancellationToken)
    {
        await fetches.WaitAsync(cancellationToken);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(Patience);
        try
        {
            byte[] bytes = await store.GetAsync(document, ProjectDocument.MaxBytes, inTime.Token);
            return Printable.Line(ProjectDocument.Parse(bytes).Title, MaxTitle);
        }
        catch (ContentStoreException)
        {
            return "(document not in the store)";
        }
        catch (DocumentException)
        {
            return "(document malformed)";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "(document did not come in time)";
        }
        finally
        {
            fetches.Release();
        }
    }

    /// <summary>One project as it is listed.</summary>
    /// <param name="Round">How many rounds have ended.</param>
    /// <param name="Reward">What the round that comes has to pay, rollover included; 0 when none comes.</param>
    private sealed record Entry(
        BigInteger Id,
        string Title,
        ProjectStanding Standing,
        int Round,
        int Rounds,
        int Trainers,
        int MaxTrainers,
        BigInteger Reward,
        BigInteger Bounty,
        Address Token,
        TokenUnit Unit)
    {
        public string ToLine() => string.Join(
            '\t',
            $"{Id}",
            Title,
            $"{Standing}",
            $"round {Round} of {Rounds}",
            $"{Trainers} of at most {MaxTrainers} trainers",
            $"reward {Unit.Format(Reward)}",
            $"bounty {Unit.Format(Bounty)}");
    }
}
