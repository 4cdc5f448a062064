using Marketplace.Chain;
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
public sealed record SimulatedProject(
    ProjectOffer Offer, ProjectDocument Document, int[] Weights, TestSetFiles? TestSet, string Folder, IReadOnlyList<string> Unfilled)
{
    /// <summary>Stands where a CID or an account is needed that takes no part in a simulation.</summary>
    private static readonly Cid NoContent = new(CidCodec.Raw, new byte[Bytes32.Size]);

    private static readonly Address Nobody = Address.Parse("0x000000000000000000000000000000000000dEaD");

    /// <summary>A project of its parts.</summary>
    /// <param name="file">The terms.</param>
    /// <param name="draft">The document.</param>
    /// <param name="folder">To which the document's own paths are relative.</param>
    /// <param name="initialWeights">What the model starts from where the document names a file: d weights in units of 2^−f.</param>
    /// <exception cref="UsageException">The simulation cannot serve the project.</exception>
    /// <exception cref="InvalidDataException">Only the owner's program computes the model.</exception>
    /// <exception cref="DocumentException">A field is wrong, as <c>create</c> would say.</exception>
    public static SimulatedProject Of(TermsFile file, ProjectDocument.Draft draft, string folder, int[]? initialWeights = null)
    {
        if (draft.InitialModel is not null && initialWeights is null)
        {
            throw new UsageException(
                "project document, at initialModel: a simulation has no content store to fetch a published model from; "
                    + "name its file, or leave it out, and initial weights are drawn from initialSeed");
        }
        if (draft.FindProblems() is [var problem, ..])
            throw problem;
        (TermsFile terms, IReadOnlyList<string> unfilled) = FillIn(file);
        ProjectDocument document = (draft with { TestSet = null }).Publish(NoContent);
        document.Model.RequireBuiltIn();
        // A token's decimals are on the chain; the ether's are what most tokens have.
        var offer = new ProjectOffer(
            terms.ToContract(NoContent, document.Model.ParameterCount, document.FractionBits, Units.EtherDecimals, now: 0, default),
            [.. terms.RewardWeights.Select(weight => (ushort)weight)]);
        return new SimulatedProject(offer, document, initialWeights ?? draft.DrawInitialWeights(document.Model), draft.TestSet, folder, unfilled);
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
