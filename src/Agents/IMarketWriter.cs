using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>What an agent does on the market, as one account.</summary>
/// <remarks>
/// Every call is done when it returns, and is never done twice, restarts included: a call that was begun before a crash is the one
/// that is finished after it, whatever its arguments then.
/// </remarks>
public interface IMarketWriter
{
    Address Account { get; }

    /// <param name="project">The project's id.</param>
    /// <param name="terms">Name the bond and its token.</param>
    /// <param name="key">To which trainers seal their updates.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task PostBondAsync(BigInteger project, Terms terms, SealingPublicKey key, CancellationToken cancellationToken);

    /// <param name="project">The project's id.</param>
    /// <param name="terms">Name the stake and its token.</param>
    /// <param name="proof">That the account is on the allowlist; empty where everybody may join.</param>
    /// <param name="departures">How often the account has left the project before, so that joining again is another call.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task JoinAsync(BigInteger project, Terms terms, IReadOnlyList<Bytes32> proof, int departures, CancellationToken cancellationToken);

    Task StartAsync(BigInteger project, CancellationToken cancellationToken);

    /// <param name="round">Which round.</param>
    /// <param name="model">The model that it starts from.</param>
    /// <param name="reference">C_0.</param>
    /// <param name="hyperParameters">Within the terms' bounds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task OpenRoundAsync(
        RoundId round, Cid model, G1 reference, HyperParameters hyperParameters, CancellationToken cancellationToken);

    /// <param name="round">Which round.</param>
    /// <param name="commitment">C_i.</param>
    /// <param name="payload">The sealed update.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task SubmitAsync(RoundId round, G1 commitment, Cid payload, CancellationToken cancellationToken);

    /// <summary>Says that the round's model cannot be derived, so that not training for it is no absence.</summary>
    Task RefuseAsync(RoundId round, CancellationToken cancellationToken);

    Task SettleAsync(
        RoundId round, IReadOnlyList<Submission> submissions, Settlement settlement, CancellationToken cancellationToken);

    /// <summary>Closes a round that was not opened or settled in time, or that failed.</summary>
    Task ExpireAsync(RoundId round, CancellationToken cancellationToken);

    /// <summary>Claims that an update is valid, and deposits what the court costs.</summary>
    /// <param name="claim">What was declared invalid.</param>
    /// <param name="arbitrator">The court.</param>
    /// <param name="evidence">URI of what shows it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ClaimAsync(ProjectClaim claim, Address arbitrator, string evidence, CancellationToken cancellationToken);

    /// <summary>Denies a claim, and pays the court.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="arbitrator">The court.</param>
    /// <param name="evidence">URI of what shows it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task DenyAsync(ProjectClaim claim, Address arbitrator, string evidence, CancellationToken cancellationToken);

    /// <summary>Concludes a claim for which somebody has let the time pass.</summary>
    Task ConcludeAsync(ProjectClaim claim, CancellationToken cancellationToken);

    Task ReturnBondAsync(BigInteger project, CancellationToken cancellationToken);

    /// <summary>Credits the account's stake, unless that has happened.</summary>
    Task ReturnStakeAsync(BigInteger project, CancellationToken cancellationToken);

    /// <summary>Withdraws all that the account can withdraw of a token.</summary>
    /// <param name="token">Zero for the native currency.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task WithdrawAsync(Address token, CancellationToken cancellationToken);
}
