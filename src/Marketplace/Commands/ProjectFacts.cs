using System.Numerics;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;

namespace Marketplace.Commands;

/// <summary>All that somebody needs to know of a project before taking part. Amounts are in the token's smallest unit.</summary>
/// <param name="Id">The project.</param>
/// <param name="Standing">What it waits for.</param>
/// <param name="State">What the contract says of it.</param>
/// <param name="Terms">What cannot change.</param>
/// <param name="RewardWeights">Relative reward of each round; empty for equal ones.</param>
/// <param name="Reward">What the round that comes has to pay, rollover included; 0 when none comes.</param>
/// <param name="Unit">How amounts are shown.</param>
/// <param name="Aggregator">How the aggregator has served this market.</param>
/// <param name="Document">What is learned, and on which data.</param>
internal sealed record ProjectFacts(
    BigInteger Id,
    ProjectStanding Standing,
    ProjectState State,
    Terms Terms,
    IReadOnlyList<ushort> RewardWeights,
    BigInteger Reward,
    TokenUnit Unit,
    AggregatorRecord Aggregator,
    ProjectDocument Document)
{
    /// <exception cref="UnknownProjectException">There is no such project.</exception>
    public static async Task<ProjectFacts> ReadAsync(MarketSession session, BigInteger id, CancellationToken cancellationToken)
    {
        MarketChain chain = session.Chain;
        ProjectHistory history = await ProjectFollower.ReadAsync(chain, id, cancellationToken);
        ProjectState state = await chain.Contract.StateAsync(id, cancellationToken: cancellationToken);
        var standing = ProjectStanding.Of(state, history.Terms, await chain.NowAsync(cancellationToken));
        byte[] document = await session.Store.GetAsync(history.Terms.Document, ProjectDocument.MaxBytes, cancellationToken);
        return new ProjectFacts(
            id,
            standing,
            state,
            history.Terms,
            history.Created!.RewardWeights,
            standing.Next is null ? 0 : history.RewardOf(state.Round) + state.Rollover,
            await TokenUnit.ReadAsync(chain, history.Terms.Token, cancellationToken),
            await AggregatorRecord.ReadAsync(chain, history.Terms.Aggregator, cancellationToken),
            ProjectDocument.Parse(document).RequireAgreement(history.Terms));
    }

    /// <summary>The same for machines.</summary>
    public object ToJson() => new
    {
        Id,
        Document.Title,
        Document.Description,
        Standing,
        State.Round,
        Terms.Rounds,
        State.Trainers,
        Terms.MinTrainers,
        Terms.MaxTrainers,
        Reward,
        State.Rollover,
        Terms.Bounty,
        RewardWeights,
        Terms.AggregatorFee,
        Stake = Terms.TrainerStake,
        Terms.AbsencePenaltyBps,
        Terms.ToleratedAbsences,
        Terms.Token,
        Unit,
        Arbitrator = Terms.Arbitrator.IsZero ? (object?)null : Terms.Arbitrator,
        IsInvitationOnly = !Terms.AllowlistRoot.IsZero,
        Document.Allowlist,
        Seconds = new
        {
            Open = Terms.OpenDuration,
            Training = Terms.TrainingDuration,
            Settling = Terms.SettlingDuration,
            Contest = Terms.ContestDuration,
        },
        Terms.HyperBounds,
        Document.Training,
        Data = new { Document.Data.Kind, Document.Data.Conditions, Document.Data.Schema },
        Document.License,
        Parameters = Terms.Dimension,
        Model = System.Text.Json.Nodes.JsonNode.Parse(Document.Model.ToJson()),
        Aggregator = new { Address = Terms.Aggregator, HasPostedBond = State.Bonded, Bond = Terms.AggregatorBond, Record = Aggregator },
        DocumentCid = $"{Terms.Document}",
    };
}
