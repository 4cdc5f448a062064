using Marketplace.Chain;
using Marketplace.Commands;
using Marketplace.Content;
using Marketplace.Hosting;
using Marketplace.Protocol.Projects;

namespace Marketplace.Simulation;

/// <summary>A project as it would be posted, but that nothing is published and nobody asked.</summary>
/// <param name="Offer">Terms and reward weights in the contract's units.</param>
/// <param name="Document">The document. Its addresses name nothing.</param>
/// <param name="Weights">The initial model, d weights in units of 2^−f.</param>
/// <param name="TestSet">The test set's files, as the draft names them; null where it names none.</param>
/// <param name="Folder">To which their paths are relative.</param>
/// <param name="Unfilled">Entries of the terms that still hold the zero address, which <c>create</c> will refuse.</param>
internal sealed record SimulatedProject(
    ProjectOffer Offer, ProjectDocument Document, int[] Weights, TestSetFiles? TestSet, string Folder, IReadOnlyList<string> Unfilled)
{
    /// <summary>Stands where a CID or an account is needed that takes no part in a simulation.</summary>
    private static readonly Cid NoContent = new(CidCodec.Raw, new byte[Bytes32.Size]);

    private static readonly Address Nobody = Address.Parse("0x000000000000000000000000000000000000dEaD");

    /// <summary>Reads a project from its files.</summary>
    /// <param name="path">The folder with <c>terms.json</c>, or another terms file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UsageException">A file is missing, or the simulation cannot serve the project.</exception>
    /// <exception cref="DocumentException">A field is wrong, as <c>create</c> would say.</exception>
    public static async Task<SimulatedProject> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Directory.Exists(path) ? Path.Combine(path, ProjectFiles.TermsName) : path);
        ProjectFiles files = await ProjectFiles.ReadAsync(file, cancellationToken);
        ProjectDocument.Draft draft = files.Draft;
        if (Cid.TryParse(draft.InitialModel ?? "", out _))
        {
            throw new UsageException(
                "project document, at initialModel: a simulation has no content store to fetch a published model from; "
                    + "name its file, or leave it out, and initial weights are drawn from initialSeed");
        }
        if (draft.FindProblems() is [var problem, ..])
            throw problem;
        (TermsFile terms, IReadOnlyList<string> unfilled) = FillIn(files.Terms);
        ProjectDocument document = (draft with { TestSet = null }).Publish(NoContent);
        int[] weights = await DraftFiles.ReadInitialWeightsAsync(draft, files.Folder, cancellationToken);
        // A token's decimals are on the chain; the ether's are what most tokens have.
        var offer = new ProjectOffer(
            terms.ToContract(NoContent, document.Model.ParameterCount, document.FractionBits, Units.EtherDecimals, now: 0, default),
            [.. terms.RewardWeights.Select(weight => (ushort)weight)]);
        return new SimulatedProject(offer, document, weights, draft.TestSet, files.Folder, unfilled);
    }

    /// <summary>Who is not chosen yet does not keep a project from being tried.</summary>
    private static (TermsFile Terms, IReadOnlyList<string> Unfilled) FillIn(TermsFile terms)
    {
        var unfilled = new List<string>();
        string? Fill(string? account, string field)
        {
            if (account != $"{Address.Zero}")
                return account;
            unfilled.Add(field);
            return $"{Nobody}";
        }

        terms = terms with { Aggregator = Fill(terms.Aggregator, "aggregator")!, Arbitrator = Fill(terms.Arbitrator, "arbitrator") };
        return (terms, unfilled);
    }
}
