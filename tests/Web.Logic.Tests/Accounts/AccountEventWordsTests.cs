using Marketplace.Chain;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Accounts;

namespace Marketplace.Web.Logic.Tests.Accounts;

/// <summary>What concerned an account, in words.</summary>
public sealed class AccountEventWordsTests
{
    private static readonly Address Account = SyntheticMarket.AccountOf("somebody");

    [Fact]
    public void Every_kind_has_a_sentence_of_its_own()
    {
        string[] sentences = [.. Enum.GetValues<AccountEventKind>().Select(kind => AccountEventWords.Sentence(Of(kind)))];
        Assert.Equal(sentences.Distinct(), sentences);
        Assert.All(Enum.GetNames<AccountEventKind>(), name => Assert.DoesNotContain(name, sentences));
        Assert.All(sentences, sentence => Assert.True(char.IsUpper(sentence[0]) && !sentence.EndsWith('.'), sentence));
    }

    [Fact]
    public void Every_reason_of_a_credit_has_its_words()
    {
        Assert.Equal(
            [
                "Pay credited", "Aggregator's fee", "Compensation", "Stake returned", "Bond returned", "Refund to the owner",
                "Forfeited stake, burned",
                "Bond burned for a failed round or a refused model", "Reward burned for invalid updates", "Reward won by a claim",
                "Compensation won by a claim",
            ],
            Enum.GetValues<CreditReason>().Select(reason => AccountEventWords.Sentence(
                Of(AccountEventKind.Credited) with { Reason = reason, Round = null })));
    }

    [Fact]
    public void Rounds_are_counted_from_one_and_linked()
    {
        AccountEvent awaits = Of(AccountEventKind.RoundAwaits);
        Assert.Equal("Round 3 was opened for this account's update", AccountEventWords.Sentence(awaits));
        Assert.Equal("project/7/round/3", AccountEventWords.Link(awaits));
        Assert.Equal("Reward for round 3", AccountEventWords.Sentence(Of(AccountEventKind.Earned)));
        Assert.Equal("project/7", AccountEventWords.Link(Of(AccountEventKind.Joined) with { Round = null }));
        Assert.Equal("dispute/4", AccountEventWords.Link(Of(AccountEventKind.ClaimMade) with { Claim = 4 }));
        Assert.Equal($"trainer/{Account}", AccountEventWords.Link(Of(AccountEventKind.Withdrawn) with { Round = null, Project = null }));
    }

    [Fact]
    public void A_case_tells_its_claimant_and_others_different_things()
    {
        AccountEvent excluded = Of(AccountEventKind.UpdateExcluded);
        Assert.Contains("this account can contest", AccountEventWords.Sentence(excluded with { IsClaimant = true }), StringComparison.Ordinal);
        Assert.Contains("its trainer can contest", AccountEventWords.Sentence(excluded), StringComparison.Ordinal);
        Assert.True(AccountEventWords.IsTrouble(excluded with { IsClaimant = true }));
        Assert.False(AccountEventWords.IsTrouble(excluded));
        Assert.Equal(
            ["the court refused to rule", "the update was valid", "the update was invalid"],
            Enum.GetValues<ClaimVerdict>()
                .Select(verdict => Of(AccountEventKind.ClaimConcluded) with { Claim = 4, Verdict = verdict })
                .Select(concluded => AccountEventWords.Sentence(concluded)["Case 4 is concluded: ".Length..]));
    }

    private static AccountEvent Of(AccountEventKind kind) => new()
    {
        Account = Account,
        Kind = kind,
        At = new ChainMoment(1, DateTimeOffset.UnixEpoch, default),
        LogIndex = 0,
        Project = 7,
        Round = 2,
        Reason = kind == AccountEventKind.Credited ? CreditReason.Reward : null,
    };
}
