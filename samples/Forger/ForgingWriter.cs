using System.Numerics;
using Marketplace.Agents;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Forger;

/// <summary>
/// Settles one round with a matrix that it has made up before it settles it with the true one: the first and the last trainer's rows are
/// exchanged, so that each would be paid for what the other did. Real vectors have such a matrix; the committed ones do not.
/// </summary>
/// <param name="writer">Acts on the market.</param>
/// <param name="round">In which round, from 0.</param>
/// <param name="publicRows">How many public rows a round's matrix has.</param>
/// <param name="say">Told what came of it.</param>
internal sealed class ForgingWriter(IMarketWriter writer, int round, Func<int, int> publicRows, Action<string> say) : IMarketWriter
{
    public Address Account => writer.Account;

    public async Task SettleAsync(
        RoundId id, IReadOnlyList<Submission> submissions, Settlement settlement, CancellationToken cancellationToken)
    {
        if (id.Round == round && settlement.Gram.Length > 0)
            await TryForgedAsync(id, submissions, settlement, cancellationToken);
        await writer.SettleAsync(id, submissions, settlement, cancellationToken);
    }

    private async Task TryForgedAsync(
        RoundId id, IReadOnlyList<Submission> submissions, Settlement settlement, CancellationToken cancellationToken)
    {
        int updates = submissions.Count - new RoundMask(settlement.Invalid).Count;
        GramMatrix matrix = GramMatrix.Parse(settlement.Gram, updates, publicRows(id.Round));
        try
        {
            await writer.SettleAsync(id, submissions, settlement with { Gram = Exchange(matrix).Pack() }, cancellationToken);
        }
        catch (ContractRevertedException e)
        {
            say($"round {id.Round + 1}: posted a matrix that was made up, and the contract refused it: {e.Error.Name}");
            return;
        }
        throw new InvalidOperationException("the contract has accepted a matrix that was made up");
    }

    private static GramMatrix Exchange(GramMatrix matrix)
    {
        int Of(int row) => row == 1 ? matrix.Updates : row == matrix.Updates ? 1 : row;
        return GramMatrix.FromLowerTriangle(
            matrix.Updates,
            matrix.PublicRows,
            [.. Enumerable.Range(0, matrix.Rows).SelectMany(i => Enumerable.Range(0, i + 1).Select(j => matrix[Of(i), Of(j)]))]);
    }

    public Task PostBondAsync(BigInteger project, Terms terms, SealingPublicKey key, CancellationToken cancellationToken) =>
        writer.PostBondAsync(project, terms, key, cancellationToken);

    public Task JoinAsync(
        BigInteger project, Terms terms, IReadOnlyList<Bytes32> proof, int departures, CancellationToken cancellationToken) =>
        writer.JoinAsync(project, terms, proof, departures, cancellationToken);

    public Task StartAsync(BigInteger project, CancellationToken cancellationToken) => writer.StartAsync(project, cancellationToken);

    public Task OpenRoundAsync(
        RoundId id, Cid model, G1 reference, HyperParameters hyperParameters, CancellationToken cancellationToken) =>
        writer.OpenRoundAsync(id, model, reference, hyperParameters, cancellationToken);

    public Task SubmitAsync(RoundId id, G1 commitment, Cid payload, CancellationToken cancellationToken) =>
        writer.SubmitAsync(id, commitment, payload, cancellationToken);

    public Task RefuseAsync(RoundId id, CancellationToken cancellationToken) => writer.RefuseAsync(id, cancellationToken);

    public Task ExpireAsync(RoundId id, CancellationToken cancellationToken) => writer.ExpireAsync(id, cancellationToken);

    public Task ClaimAsync(ProjectClaim claim, Address arbitrator, string evidence, CancellationToken cancellationToken) =>
        writer.ClaimAsync(claim, arbitrator, evidence, cancellationToken);

    public Task DenyAsync(ProjectClaim claim, Address arbitrator, string evidence, CancellationToken cancellationToken) =>
        writer.DenyAsync(claim, arbitrator, evidence, cancellationToken);

    public Task ConcludeAsync(ProjectClaim claim, CancellationToken cancellationToken) => writer.ConcludeAsync(claim, cancellationToken);

    public Task ReturnBondAsync(BigInteger project, CancellationToken cancellationToken) => writer.ReturnBondAsync(project, cancellationToken);

    public Task ReturnStakeAsync(BigInteger project, CancellationToken cancellationToken) => writer.ReturnStakeAsync(project, cancellationToken);

    public Task WithdrawAsync(Address token, CancellationToken cancellationToken) => writer.WithdrawAsync(token, cancellationToken);
}
