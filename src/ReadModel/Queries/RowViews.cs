using Marketplace.ReadModel.Projection;

namespace Marketplace.ReadModel.Queries;

/// <summary>Rows as pages are given them: copies that do not change any more.</summary>
internal static class RowViews
{
    public static Credit ToView(this CreditRow row) => new(
        row.Project, row.Account, row.Token, row.Amount, row.Reason, new ChainMoment(row.Block, row.Time, row.Transaction));

    /// <summary>What was earned with a credit.</summary>
    public static Earning ToEarning(this CreditRow row) => new(
        row.Project, row.Token, row.Earned, new ChainMoment(row.Block, row.Time, row.Transaction));

    /// <summary>What was earned in a settled round.</summary>
    public static Earning ToEarning(this AccountEventRow row) => new(
        row.Project!.Value, row.Token!.Value, row.Amount!.Value, new ChainMoment(row.Block, row.Time, row.Transaction));

    public static Withdrawal ToView(this WithdrawalRow row) => new(
        row.Account, row.Token, row.Receiver, row.Amount, new ChainMoment(row.Block, row.Time, row.Transaction));

    public static ClaimEvidence ToView(this EvidenceRow row) => new(
        row.Party, row.Text, new ChainMoment(row.Block, row.Time, row.Transaction));

    public static AccountEvent ToView(this AccountEventRow row) => new()
    {
        Account = row.Account,
        Kind = row.Kind,
        At = new ChainMoment(row.Block, row.Time, row.Transaction),
        LogIndex = row.LogIndex,
        Project = row.Project,
        Round = row.Round,
        Claim = row.Claim,
        IsClaimant = row.IsClaimant,
        Verdict = row.Verdict,
        Reason = row.Reason,
        Amount = row.Amount,
        Token = row.Token,
        Receiver = row.Receiver,
        Until = row.Until,
    };

    /// <summary>What an account has left, by token.</summary>
    public static IReadOnlyDictionary<Chain.Address, System.Numerics.BigInteger> Balances(
        IEnumerable<Credit> credits, IEnumerable<Withdrawal> withdrawals) => Sums.ByToken(credits
            .Select(credit => (credit.Token, credit.Amount))
            .Concat(withdrawals.Select(withdrawal => (withdrawal.Token, -withdrawal.Amount))));
}
