using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Projects;

/// <summary>A project in the contract's units, ready to be posted.</summary>
/// <param name="RewardWeights">Relative reward of each round; empty for equal parts.</param>
public sealed record ProjectOffer(Terms Terms, IReadOnlyList<ushort> RewardWeights)
{
    public Cid Document => Terms.Document;

    /// <summary>What its owner escrows, in the token's smallest unit.</summary>
    public BigInteger Deposit => Terms.Bounty + Terms.AggregatorFee;

    /// <summary>What a round has to pay of its own, in the token's smallest unit, rounded down as the contract does.</summary>
    /// <param name="round">From 0.</param>
    public BigInteger RewardOf(int round) => RewardWeights.Count == 0
        ? Terms.Bounty / Terms.Rounds
        : Terms.Bounty * RewardWeights[round] / RewardWeights.Sum(weight => (long)weight);

    /// <summary>The call of the market that posts it.</summary>
    public byte[] Calldata => MarketContract.Calldata.Create(Terms, RewardWeights);
}

/// <summary>Makes what an owner has written down into a project that the contract accepts and whose content everybody can fetch.</summary>
public sealed class ProjectPublisher(MarketChain chain, IContentStore store)
{
    private const string TermsSource = "terms file";
    private const string DocumentSource = "project document";
    private const int MaxDecimals = 36;

    /// <summary>Publishes initial weights and document, and makes the terms that name them. A test set must be published already.</summary>
    /// <exception cref="DocumentException">A field of terms or document is wrong; nothing was published then.</exception>
    public async Task<ProjectOffer> PublishAsync(TermsFile file, ProjectDocument.Draft draft, CancellationToken cancellationToken)
    {
        ProjectOffer preview = await PreviewAsync(file, draft, cancellationToken);
        ModelSpecification model = draft.ParseModel();
        Cid initial = await InitialModelAsync(draft, model, cancellationToken);
        ProjectDocument document = (draft with { Allowlist = [.. file.Allowlist().Select(account => account.ToString())] }).Publish(initial);
        await CheckTestSetAsync(document, cancellationToken);
        Cid address = await store.AddAsync(document.ToBytes(), cancellationToken);
        return preview with { Terms = preview.Terms with { Document = address } };
    }

    /// <summary>As <see cref="PublishAsync"/>, but publishes nothing: the terms name a document that does not exist.</summary>
    /// <exception cref="DocumentException">A field of terms or document is wrong.</exception>
    public async Task<ProjectOffer> PreviewAsync(TermsFile file, ProjectDocument.Draft draft, CancellationToken cancellationToken)
    {
        if (draft.FindProblems() is [var problem, ..])
            throw problem;
        var verifier = new GramVerifierContract(chain.Client, await chain.Contract.VerifierAsync(cancellationToken: cancellationToken));
        int dimension = draft.ParseModel().ParameterCount;
        BigInteger maxDimension = await verifier.MaxDimensionAsync(cancellationToken: cancellationToken);
        if (dimension > maxDimension)
        {
            throw new DocumentException(
                DocumentSource, "model", $"the model has {dimension:N0} parameters, the market's reference string serves at most {maxDimension:N0}");
        }

        Terms terms = file.ToContract(
            new Cid(CidCodec.Raw, new byte[Bytes32.Size]),
            dimension,
            draft.FractionBits,
            await DecimalsAsync(file.Token(), cancellationToken),
            await chain.NowAsync(cancellationToken),
            await verifier.SrsIdAsync(cancellationToken: cancellationToken));
        return new ProjectOffer(terms, [.. file.RewardWeights.Select(weight => (ushort)weight)]);
    }

    /// <summary>How many decimals a payment token has.</summary>
    /// <param name="token">Zero for the native currency.</param>
    /// <exception cref="DocumentException">It is no ERC-20 token.</exception>
    public async Task<int> DecimalsAsync(Address token, CancellationToken cancellationToken)
    {
        if (token.IsZero)
            return Units.EtherDecimals;
        try
        {
            int decimals = await new IERC20MetadataContract(chain.Client, token).DecimalsAsync(cancellationToken: cancellationToken);
            return decimals <= MaxDecimals
                ? decimals
                : throw WrongToken($"the token at {token} has {decimals} decimals, at most {MaxDecimals} are supported");
        }
        catch (Exception e) when (e is ContractRevertedException or AbiException)
        {
            throw WrongToken($"there is no ERC-20 token at {token}: {e.Message}", e);
        }
    }

    private static DocumentException WrongToken(string problem, Exception? inner = null) => new(TermsSource, "payment.token", problem, inner);

    private async Task<Cid> InitialModelAsync(ProjectDocument.Draft draft, ModelSpecification model, CancellationToken cancellationToken)
    {
        if (draft.InitialModel is { } published)
        {
            if (!Cid.TryParse(published, out Cid cid))
                throw WrongModel($"expected a CID, got '{published}'");
            await CheckInitialModelAsync(cid, draft, model, cancellationToken);
            return cid;
        }
        int[] weights = draft.DrawInitialWeights(model);
        return await store.AddAsync(ModelFile.Write(model, weights, draft.FractionBits), cancellationToken);
    }

    /// <summary>Nobody could take part in a project whose initial model is none, but its bounty would be locked.</summary>
    private async Task CheckInitialModelAsync(
        Cid cid, ProjectDocument.Draft draft, ModelSpecification model, CancellationToken cancellationToken)
    {
        byte[] bytes = await store.GetAsync(cid, ModelChain.MaxModelBytes(model), cancellationToken);
        try
        {
            int fractionBits = ModelFile.Read(bytes, model).FractionBits;
            if (fractionBits != draft.FractionBits)
                throw WrongModel($"expected {draft.FractionBits} fraction bits, as the document says, the file has {fractionBits}");
        }
        catch (InvalidDataException e)
        {
            throw WrongModel($"{cid} is no model of this document: {e.Message}", e);
        }
    }

    /// <summary>A test set that is none cannot be exchanged any more once the document is part of the terms.</summary>
    private async Task CheckTestSetAsync(ProjectDocument document, CancellationToken cancellationToken)
    {
        if (document.TestSet is not { } test)
            return;
        try
        {
            await test.FetchAsync(store, document, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new DocumentException(DocumentSource, "testSet", e.Message, e);
        }
    }

    private static DocumentException WrongModel(string problem, Exception? inner = null) => new(DocumentSource, "initialModel", problem, inner);
}
