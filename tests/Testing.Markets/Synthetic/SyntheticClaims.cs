using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;

namespace Marketplace.Testing.Markets.Synthetic;

/// <summary>The contract of a synthetic market's claims; as there, who may do what is the caller's care.</summary>
public sealed class SyntheticClaims(SyntheticChain chain, SyntheticMarket market)
{
    /// <summary>What people call evidence; nobody checks it.</summary>
    private static readonly string[] Shown =
    [
        "", "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        "a\0b\u202ec\nd", new('\u00e4', 5_000), "<script>alert(1)</script>",
    ];

    public List<SyntheticClaim> All { get; } = [];

    /// <summary>Takes note of updates that were declared invalid, within the market's transaction.</summary>
    internal void Open(SyntheticProject project, IEnumerable<Address> trainers, BigInteger part)
    {
        foreach (Address trainer in trainers)
        {
            SyntheticClaim claim = new(All.Count + 1, project, project.Round, trainer, part);
            All.Add(claim);
            project.Contested += part;
            chain.EmitOfClaims(
                ClaimsEvents.UpdateExcluded.Abi, Id(claim), new BigInteger(project.Id), trainer, new BigInteger(claim.Round), part, Deadline(claim));
        }
    }

    public void Claim(SyntheticClaim claim)
    {
        claim.Stage = ClaimStage.Claimed;
        chain.BeginTransaction();
        chain.EmitOfClaims(ClaimsEvents.ClaimMade.Abi, Id(claim), Deadline(claim));
        EmitEvidence(claim, claim.Trainer);
    }

    public void Deny(SyntheticClaim claim, Address defender)
    {
        claim.Stage = ClaimStage.Disputed;
        claim.Defender = defender;
        chain.BeginTransaction();
        chain.EmitOfClaims(ClaimsEvents.ClaimDenied.Abi, Id(claim), defender, Deadline(claim));
        EmitEvidence(claim, defender);
        chain.EmitOfClaims(ClaimsEvents.Dispute.Abi, Court(claim), claim.Dispute, BigInteger.Zero, Id(claim));
    }

    public void ShowEvidence(SyntheticClaim claim, Address party)
    {
        chain.BeginTransaction();
        EmitEvidence(claim, party);
    }

    /// <summary>The court rules.</summary>
    public void Rule(SyntheticClaim claim, ClaimVerdict verdict)
    {
        claim.IsRuled = true;
        chain.BeginTransaction();
        chain.EmitOfClaims(ClaimsEvents.Ruling.Abi, Court(claim), claim.Dispute, new BigInteger((byte)verdict));
        Close(claim, verdict);
    }

    /// <summary>Somebody has let the time pass.</summary>
    public void Conclude(SyntheticClaim claim)
    {
        chain.BeginTransaction();
        Close(claim, claim.Stage switch
        {
            ClaimStage.Excluded => ClaimVerdict.Invalid,
            ClaimStage.Claimed => ClaimVerdict.Valid,
            _ => ClaimVerdict.Refused,
        });
    }

    private void Close(SyntheticClaim claim, ClaimVerdict verdict)
    {
        claim.Stage = ClaimStage.Concluded;
        claim.Verdict = verdict;
        chain.EmitOfClaims(ClaimsEvents.ClaimConcluded.Abi, Id(claim), new BigInteger(claim.Project.Id), new BigInteger((byte)verdict));
        market.CloseClaim(claim, verdict);
    }

    private void EmitEvidence(SyntheticClaim claim, Address party)
    {
        claim.Evidence++;
        chain.EmitOfClaims(ClaimsEvents.Evidence.Abi, Court(claim), Id(claim), party, Shown[market.Random.Next(Shown.Length)]);
    }

    private BigInteger Deadline(SyntheticClaim claim) => chain.Now + claim.Project.Terms.ContestDuration;

    private static BigInteger Id(SyntheticClaim claim) => claim.Id;

    private static Address Court(SyntheticClaim claim) => claim.Project.Terms.Arbitrator;
}
