using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Contracts;

namespace Marketplace.Protocol.Rounds;

/// <summary>The hash that binds a Gram proof to its chain, contract, project, round and submissions, as the contract computes it.</summary>
public static class GramContext
{
    private static readonly Bytes32 Domain = Bytes32.Keccak("Marketplace.GramProof.v1");

    private const string SubmissionFields = "uint256,address,uint256,uint256,bytes32,uint8";
    private const string ContextFields = "bytes32,uint256,address,uint256,uint256,bytes32,uint256,bytes32,uint256";

    /// <summary>What the contract stores of a submission.</summary>
    public static Bytes32 SubmissionHash(int round, Submission submission) => Bytes32.Keccak(AbiEncoder.Encode(
        SubmissionFields,
        [(BigInteger)round,
        submission.Trainer,
        .. submission.Commitment.ToAbi(),
        .. submission.Payload.ToAbi()]));

    /// <param name="round">Which round.</param>
    /// <param name="terms">The project's terms.</param>
    /// <param name="submissions">All submissions of the round, valid or not, in ascending order of seat.</param>
    /// <param name="invalid">Bit k set: submission k is invalid.</param>
    public static Bytes32 Compute(RoundId round, Terms terms, IEnumerable<Submission> submissions, uint invalid)
    {
        byte[] hashes = [.. submissions.SelectMany(submission => SubmissionHash(round.Round, submission).ToArray())];
        return Bytes32.Keccak(AbiEncoder.Encode(
            ContextFields,
            Domain,
            (BigInteger)round.ChainId,
            round.Market,
            round.Project,
            (BigInteger)round.Round,
            terms.SrsId,
            (BigInteger)terms.Dimension,
            Bytes32.Keccak(hashes),
            (BigInteger)invalid));
    }
}
