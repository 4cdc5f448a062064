using System.Text;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Testing.Markets;

/// <summary>What an update that was declared invalid is in truth.</summary>
public enum ExcludedKind
{
    /// <summary>In order.</summary>
    Honest,

    /// <summary>Bound to another commitment than its own.</summary>
    OtherCommitment,

    /// <summary>Sealed to somebody else than the aggregator.</summary>
    SealedToOther,

    /// <summary>No sealed update at all.</summary>
    Noise,

    /// <summary>In order, and nobody serves it.</summary>
    NotServed,
}

/// <summary>A project of one trainer before a court: the only submission to its first round is declared invalid.</summary>
public static class ExcludedUpdate
{
    public const int Dimension = 51;

    private const string Draft = """
        {
          "title": "Before a court",
          "model": { "input": [1,4,4], "layers": [{"type":"flatten"},{"type":"linear","name":"out","out":3}], "loss": "crossEntropy" }
        }
        """;

    /// <summary>Of the ephemeral key with which the update is sealed.</summary>
    public static byte[] Seed => Bytes32.Keccak("seed").ToArray();

    /// <summary>Plays the first of its two rounds.</summary>
    public static async Task<TestProject> PlayAsync(
        TestMarket market, IContentStore store, Address arbitrator, Address trainer, ExcludedKind kind)
    {
        ArgumentNullException.ThrowIfNull(market);
        ArgumentNullException.ThrowIfNull(store);
        var draft = ProjectDocument.Draft.Parse(Encoding.UTF8.GetBytes(Draft), "the draft");
        ProjectDocument unpublished = draft.Publish(new Cid(CidCodec.Raw, new byte[Bytes32.Size]));
        Cid initial = await store.AddAsync(ModelFile.Write(unpublished.Model, new int[Dimension], unpublished.FractionBits));
        ProjectDocument document = draft.Publish(initial);
        TermsFile terms = ProjectFiles.TermsOf(market.Aggregator) with { Arbitrator = $"{arbitrator}" };
        // The document lists nobody.
        terms = terms with { Trainers = terms.Trainers with { Allowlist = null }, Deadlines = terms.Deadlines with { Contest = "1h" } };
        TestProject project = await market.CreateAsync(terms, await store.AddAsync(document.ToBytes()), Dimension);
        await project.BeginAsync(trainer);
        await project.OpenRoundAsync();

        ProjectHistory history = (await market.Chain.ReadHistoryAsync(project.Id)).History;
        using SealingKey other = SealingKey.Generate(), ephemeral = SealingKey.DeriveFrom(Seed);
        SealingPublicKey aggregator = kind == ExcludedKind.SealedToOther ? other.PublicKey : history.SealingKey;
        var update = new BlindedUpdate([.. Enumerable.Range(-20, Dimension).Select(k => (short)k)], document.FractionBits, Fr.FromUInt64(7));
        SealedUpdate submission = SealedUpdate.Seal(
            market.Srs, update, market.Chain.Round(project.Id, 0), trainer, ephemeral, aggregator, CancellationToken.None);
        submission = kind switch
        {
            ExcludedKind.OtherCommitment => submission with { Commitment = G1.Generator },
            ExcludedKind.Noise => submission with { Bytes = new byte[300] },
            _ => submission,
        };
        Cid payload = kind == ExcludedKind.NotServed
            ? await ContentId.OfAsync(submission.Bytes, CancellationToken.None)
            : await store.AddAsync(submission.Bytes);
        await market.SendAsync(trainer, market.Chain.Contract.Submit(project.Id, 0, submission.Commitment, payload));
        Cid report = await store.AddAsync("{}"u8.ToArray());
        Submission[] submissions = [new(trainer, submission.Commitment, payload)];
        await market.SendAsync(
            market.Aggregator, market.Chain.Contract.Settle(project.Id, 0, submissions, new Settlement(1, [], [], G1.Infinity, default, report)));
        return project;
    }
}
