using System.Globalization;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;

namespace Marketplace.Protocol.Markets;

/// <summary>Why contracts refuse calls, in sentences that say what to do.</summary>
public static class Refusals
{
    /// <summary>An error as a sentence; the error itself where there is none.</summary>
    public static string Explain(ContractError error) => error.Name switch
    {
        MarketErrors.Market_WrongStatus => $"The project is {Status(error["actual"])}; this needs it to be {Status(error["expected"])}.",
        MarketErrors.Market_WrongPhase => $"The round is {Phase(error["actual"])}; this needs it to be {Phase(error["expected"])}.",
        MarketErrors.Market_NotEnded => $"The project is {Status(error["actual"])}: stakes and bond stay locked until it has ended.",
        MarketErrors.Market_DeadlinePassed => $"The deadline for this was {Time(error["deadline"])}; it has passed.",
        MarketErrors.Market_DeadlineNotPassed => $"This becomes possible after {Time(error["deadline"])}.",
        MarketErrors.Market_NotBonded => "The aggregator has not posted its bond.",
        MarketErrors.Market_AlreadyBonded => "The bond has been posted already.",
        MarketErrors.Market_TooFewTrainers => $"{error["trainers"]} trainers have joined; the project starts with at least {error["minTrainers"]}.",
        MarketErrors.Market_CanStart => "The project has its bond and enough trainers, so it can be started; only its owner can still cancel it.",
        MarketErrors.Market_NotOwner => $"Only the project's owner {error["owner"]} can do this.",
        MarketErrors.Market_NotAggregator => $"Only the project's aggregator {error["aggregator"]} can do this.",
        MarketErrors.Market_ProjectFull => $"The project is full: it takes {error["maxTrainers"]} trainers, and as many have joined.",
        MarketErrors.Market_NotAllowed => $"{error["account"]} is not among the accounts that may join this project; its owner lists them.",
        MarketErrors.Market_AlreadyJoined => $"{error["account"]} has joined this project already.",
        MarketErrors.Market_NotSeated => $"{error["trainer"]} was not drawn for this round; it may be for the next.",
        MarketErrors.Market_WrongRound => $"This was for round {One(error["given"])}, and the project is in round {One(error["current"])}.",
        MarketErrors.Market_WrongValue => $"{error["sent"]} wei came along, and {error["due"]} are due.",
        MarketErrors.Market_NotTrainer => $"{error["account"]} is not a trainer of this project.",
        MarketErrors.Market_NotStoppable =>
            $"A project can be stopped after {error["required"]} rounds in a row in which nobody earned anything; by now there are "
                + $"{error["emptyRounds"]}.",
        MarketErrors.Market_AlreadyStopping => "The project ends with the open round already.",
        MarketErrors.Market_NothingToCredit => "All that the trainer has earned so far is credited already.",
        MarketErrors.Market_StakeAlreadyReturned => "The stake has been returned already.",
        MarketErrors.Market_BondAlreadyReturned => "The bond has been returned already.",
        MarketErrors.Market_ClaimsOpen => $"{error["claims"]} claims are still open; this waits until they are concluded.",
        MarketErrors.Market_WrongWithdrawal =>
            $"{error["balance"]} smallest units can be withdrawn, not {error["amount"]}; perhaps some were withdrawn already.",
        MarketErrors.Market_TransferFailed => $"The account {error["account"]} refuses to receive the currency.",
        TermsCheckerErrors.Market_BondTooSmall => $"The bond of {error["given"]} smallest units is too small; it must be at least {error["least"]}.",
        TermsCheckerErrors.Market_TermOutOfRange =>
            $"The terms' {Word(error["term"])} is {error["value"]}; it must be {error["least"]} to {error["most"]}.",
        TermsCheckerErrors.Market_NoCourt =>
            $"{error["arbitrator"]} is no contract on this chain, so no trainer could claim there; name a court, or list the accounts that may join.",
        TermsCheckerErrors.Market_OpenWithoutCourt =>
            "Without an arbitrator no trainer could claim, and strangers could burn the bounty; name one, or list the accounts that may join.",
        TermsCheckerErrors.Market_NoRandomness => "More than 32 trainers need blocks with randomness to draw them by; this chain has none.",
        TermsCheckerErrors.Market_WrongSrs => "The terms name another reference string than the market's verifier.",
        MarketErrors.Market_WrongAmountReceived => $"The token {error["token"]} does not move exact amounts; the market cannot use it.",
        ClaimsErrors.Claims_NotTrainer => $"Only {error["trainer"]}, whose update it is, can claim it.",
        ClaimsErrors.Claims_WrongStage => $"The claim is {Stage(error["actual"])}; this needs it to be {Stage(error["expected"])}.",
        ClaimsErrors.Claims_DeadlinePassed => $"The deadline for this was {Time(error["deadline"])}; now anybody can conclude the claim.",
        ClaimsErrors.Claims_DeadlineNotPassed => $"The claim can be concluded after {Time(error["deadline"])}.",
        ClaimsErrors.Claims_CostNotCovered => $"The court costs {error["cost"]} wei, and {error["sent"]} were sent; it may have changed its price.",
        "ERC20InsufficientBalance" => $"{error["sender"]} has {error["balance"]} smallest units of the token; {error["needed"]} are needed.",
        "ERC20InsufficientAllowance" => $"The market may take {error["allowance"]} smallest units of the token; {error["needed"]} must be approved.",
        _ => $"The contract refuses it: {error.Text}.",
    };

    private static string Status(object value) => $"{(ProjectStatus)(byte)(BigInteger)value}".ToLowerInvariant();

    private static string Phase(object value) => (RoundPhase)(byte)(BigInteger)value switch
    {
        RoundPhase.Idle => "not open",
        RoundPhase.Training => "open for updates",
        RoundPhase.Failed => "failed",
        _ => "waiting to be settled",
    };

    private static string Stage(object value) => (ClaimStage)(byte)(BigInteger)value switch
    {
        ClaimStage.Excluded => "not claimed yet",
        ClaimStage.Claimed => "claimed and not denied",
        ClaimStage.Disputed => "before the court",
        ClaimStage.Concluded => "concluded",
        _ => "unknown",
    };

    /// <summary>People count rounds from 1.</summary>
    private static BigInteger One(object round) => (BigInteger)round + 1;

    private static string Time(object seconds) => (BigInteger)seconds is var time && time >= 0 && time <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? DateTimeOffset.FromUnixTimeSeconds((long)time).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
        : $"the second {seconds}";

    /// <summary>A name that Solidity put into a word.</summary>
    private static string Word(object word) =>
        string.Concat(((Bytes32)word).ToArray().TakeWhile(letter => letter is > 32 and < 127).Select(letter => (char)letter));
}
