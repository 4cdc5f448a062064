using System.Numerics;
using System.Text.RegularExpressions;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Synthetic;
using Nethereum.ABI.Model;

namespace Marketplace.Protocol.Tests.Markets;

/// <summary>Every error of the contracts that has a sentence, encoded as the contract would and decoded as programs do.</summary>
public sealed partial class RefusalsTests
{
    private static readonly Address Account = SyntheticMarket.AccountOf("somebody");

    private static readonly Dictionary<string, string> Sentences = new()
    {
        ["Market_WrongStatus"] = "The project is running; this needs it to be open.",
        ["Market_WrongPhase"] = "The round is waiting to be settled; this needs it to be open for updates.",
        ["Market_NotEnded"] = "The project is running: stakes and bond stay locked until it has ended.",
        ["Market_DeadlinePassed"] = "The deadline for this was 2030-01-01 00:00:00 UTC; it has passed.",
        ["Market_DeadlineNotPassed"] = "This becomes possible after 2030-01-01 00:00:00 UTC.",
        ["Market_NotBonded"] = "The aggregator has not posted its bond.",
        ["Market_AlreadyBonded"] = "The bond has been posted already.",
        ["Market_TooFewTrainers"] = "2 trainers have joined; the project starts with at least 3.",
        ["Market_CanStart"] = "The project has its bond and enough trainers, so it can be started; only its owner can still cancel it.",
        ["Market_NotOwner"] = $"Only the project's owner {Account} can do this.",
        ["Market_NotAggregator"] = $"Only the project's aggregator {Account} can do this.",
        ["Market_ProjectFull"] = "The project is full: it takes 3 trainers, and as many have joined.",
        ["Market_NotAllowed"] = $"{Account} is not among the accounts that may join this project; its owner lists them.",
        ["Market_AlreadyJoined"] = $"{Account} has joined this project already.",
        ["Market_NotSeated"] = $"{Account} was not drawn for this round; it may be for the next.",
        ["Market_WrongRound"] = "This was for round 2, and the project is in round 3.",
        ["Market_WrongValue"] = "5 wei came along, and 10 are due.",
        ["Market_NotTrainer"] = $"{Account} is not a trainer of this project.",
        ["Market_NotStoppable"] = "A project can be stopped after 2 rounds in a row in which nobody earned anything; by now there are 1.",
        ["Market_AlreadyStopping"] = "The project ends with the open round already.",
        ["Market_NothingToCredit"] = "All that the trainer has earned so far is credited already.",
        ["Market_StakeAlreadyReturned"] = "The stake has been returned already.",
        ["Market_BondAlreadyReturned"] = "The bond has been returned already.",
        ["Market_ClaimsOpen"] = "2 claims are still open; this waits until they are concluded.",
        ["Claims_NotTrainer"] = $"Only {Account}, whose update it is, can claim it.",
        ["Claims_WrongStage"] = "The claim is before the court; this needs it to be not claimed yet.",
        ["Claims_DeadlinePassed"] = "The deadline for this was 2030-01-01 00:00:00 UTC; now anybody can conclude the claim.",
        ["Claims_DeadlineNotPassed"] = "The claim can be concluded after 2030-01-01 00:00:00 UTC.",
        ["Claims_CostNotCovered"] = "The court costs 10 wei, and 5 were sent; it may have changed its price.",
        ["Market_WrongWithdrawal"] = "5 smallest units can be withdrawn, not 10; perhaps some were withdrawn already.",
        ["Market_TransferFailed"] = $"The account {Account} refuses to receive the currency.",
        ["Market_BondTooSmall"] = "The bond of 5 smallest units is too small; it must be at least 10.",
        ["Market_TermOutOfRange"] = "The terms' rounds is 0; it must be 1 to 1024.",
        ["Market_NoCourt"] =
            $"{Account} is no contract on this chain, so no trainer could claim there; name a court, or list the accounts that may join.",
        ["Market_OpenWithoutCourt"] =
            "Without an arbitrator no trainer could claim, and strangers could burn the bounty; name one, or list the accounts that may join.",
        ["Market_NoRandomness"] = "More than 32 trainers need blocks with randomness to draw them by; this chain has none.",
        ["Market_WrongSrs"] = "The terms name another reference string than the market's verifier.",
        ["Market_WrongAmountReceived"] = $"The token {Account} does not move exact amounts; the market cannot use it.",
        ["ERC20InsufficientBalance"] = $"{Account} has 5 smallest units of the token; 10 are needed.",
        ["ERC20InsufficientAllowance"] = "The market may take 5 smallest units of the token; 10 must be approved.",
    };

    /// <summary>By the arguments' names; numbers of enumerations as the contract has them.</summary>
    private static readonly Dictionary<string, Dictionary<string, object>> Special = new()
    {
        ["Market_WrongStatus"] = new() { ["actual"] = new BigInteger(2), ["expected"] = new BigInteger(1) },
        ["Market_WrongPhase"] = new() { ["actual"] = new BigInteger(2), ["expected"] = new BigInteger(1) },
        ["Market_NotEnded"] = new() { ["actual"] = new BigInteger(2) },
        ["Market_TooFewTrainers"] = new() { ["trainers"] = new BigInteger(2), ["minTrainers"] = new BigInteger(3) },
        ["Market_ProjectFull"] = new() { ["maxTrainers"] = new BigInteger(3) },
        ["Market_WrongRound"] = new() { ["given"] = BigInteger.One, ["current"] = new BigInteger(2) },
        ["Market_WrongValue"] = new() { ["sent"] = new BigInteger(5), ["due"] = new BigInteger(10) },
        ["Market_NotStoppable"] = new() { ["emptyRounds"] = BigInteger.One, ["required"] = new BigInteger(2) },
        ["Market_ClaimsOpen"] = new() { ["claims"] = new BigInteger(2) },
        ["Claims_WrongStage"] = new() { ["actual"] = new BigInteger(3), ["expected"] = BigInteger.One },
        ["Claims_CostNotCovered"] = new() { ["sent"] = new BigInteger(5), ["cost"] = new BigInteger(10) },
        ["Market_WrongWithdrawal"] = new() { ["amount"] = new BigInteger(10), ["balance"] = new BigInteger(5) },
        ["Market_BondTooSmall"] = new() { ["given"] = new BigInteger(5), ["least"] = new BigInteger(10) },
        ["Market_TermOutOfRange"] = new()
        {
            ["term"] = Word("rounds"),
            ["value"] = BigInteger.Zero,
            ["least"] = BigInteger.One,
            ["most"] = new BigInteger(1024)
        },
        ["ERC20InsufficientBalance"] = new() { ["balance"] = new BigInteger(5), ["needed"] = new BigInteger(10) },
        ["ERC20InsufficientAllowance"] = new() { ["allowance"] = new BigInteger(5), ["needed"] = new BigInteger(10) },
    };

    public static TheoryData<string> Names => [.. Sentences.Keys];

    public static TheoryData<string> Others =>
        [.. MarketChain.Errors.SelectMany(abi => abi.Errors).Select(error => error.Name).Distinct().Where(name => !Sentences.ContainsKey(name))];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_error_of_the_contracts_has_its_sentence(string name) => Assert.Equal(Sentences[name], Explain(Find(name)));

    [Theory]
    [MemberData(nameof(Others))]
    public void An_error_without_a_sentence_is_shown_itself(string name) =>
        Assert.StartsWith($"The contract refuses it: {name}(", Explain(Find(name)), StringComparison.Ordinal);

    [Fact]
    public void The_sentences_are_those_that_the_source_has()
    {
        string source = File.ReadAllText(Repository.Path("src", "Protocol", "Markets", "Refusals.cs"));
        string[] mapped = [.. Mapping().Matches(source).Select(match => match.Groups[1].Value + match.Groups[2].Value)];
        Assert.Equal(Sentences.Keys.Order(), mapped.Order());
        Assert.All(mapped, name => Assert.Contains(MarketChain.Errors.SelectMany(abi => abi.Errors), error => error.Name == name));
    }

    [Theory]
    [InlineData("0x", "reverted without a reason")]
    [InlineData("0x01", "unknown data 0x01")]
    [InlineData("0xdeadbeef00", "unknown data 0xdeadbeef00")]
    public void Data_that_no_contract_of_ours_made_is_shown_as_it_is(string data, string words) =>
        Assert.Contains(words, Refusals.Explain(ContractError.Decode(Hex.Parse(data), MarketChain.Errors)), StringComparison.Ordinal);

    [Theory]
    [InlineData("Market_WrongStatus", 255)]
    [InlineData("Market_WrongPhase", 255)]
    [InlineData("Market_NotEnded", 6)]
    [InlineData("Claims_WrongStage", 255)]
    public void A_number_that_is_no_status_is_no_failure(string name, int number)
    {
        ErrorABI error = Find(name);
        string words = Explain(error, error.InputParameters.ToDictionary(
            input => input.Name, input => input.Name is "actual" or "expected" ? new BigInteger(number) : Value(input)));
        Assert.EndsWith(".", words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_round_that_has_failed_is_called_so()
    {
        ErrorABI error = Find("Market_WrongPhase");
        Assert.Equal(
            "The round is failed; this needs it to be open for updates.",
            Explain(error, new(Special[error.Name]) { ["actual"] = new BigInteger(3) }));
    }

    [Fact]
    public void A_time_past_all_calendars_and_a_term_of_control_characters_are_no_failure()
    {
        ErrorABI deadline = Find("Market_DeadlinePassed");
        BigInteger late = (BigInteger.One << 40) - 1;
        Assert.Contains(
            $"the second {late}",
            Explain(deadline, deadline.InputParameters.ToDictionary(input => input.Name, input => input.Name == "deadline" ? late : Value(input))),
            StringComparison.Ordinal);
        ErrorABI term = Find("Market_TermOutOfRange");
        Assert.StartsWith("The terms' a is", Explain(term, new(Special[term.Name]) { ["term"] = Word("a\u001b[2Jb") }), StringComparison.Ordinal);
    }

    private static ErrorABI Find(string name) => MarketChain.Errors.SelectMany(abi => abi.Errors).First(error => error.Name == name);

    private static string Explain(ErrorABI error) => Explain(error, Special.GetValueOrDefault(error.Name) ?? []);

    private static string Explain(ErrorABI error, Dictionary<string, object> values)
    {
        object[] arguments = [.. error.InputParameters.Select(input => values.GetValueOrDefault(input.Name) ?? Value(input))];
        byte[] data = [.. error.Selector(), .. AbiEncoder.Encode(error.InputParameters, arguments)];
        return Refusals.Explain(ContractError.Decode(data, MarketChain.Errors));
    }

    private static object Value(Parameter input) => input.Type switch
    {
        "address" => Account,
        "bytes32" => Word("word"),
        "bool" => true,
        "tuple" => G1.Generator.ToAbi(),
        // 2030 for a deadline; else any number.
        _ => input.Name == "deadline" ? new BigInteger(1_893_456_000) : BigInteger.One,
    };

    private static Bytes32 Word(string text)
    {
        byte[] bytes = new byte[Bytes32.Size];
        System.Text.Encoding.ASCII.GetBytes(text, bytes);
        return new Bytes32(bytes);
    }

    [GeneratedRegex("^        (?:(?:Market|TermsChecker|Claims)Errors\\.(\\w+)|\"(\\w+)\") =>", RegexOptions.Multiline)]
    private static partial Regex Mapping();
}
