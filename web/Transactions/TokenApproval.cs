using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Web.Market;

namespace Marketplace.Web.Transactions;

/// <summary>Lets the market take an account's tokens, which ERC-20 asks for before it can.</summary>
public static class TokenApproval
{
    /// <summary>Asks the account to approve an amount, unless the market may take as much already.</summary>
    /// <param name="token">Zero for the native currency, which needs none.</param>
    /// <returns>Whether the market may take it now.</returns>
    public static async Task<bool> EnsureAsync(
        ActiveMarket market, TransactionTracker transactions, Address token, Address account, BigInteger amount,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(market);
        ArgumentNullException.ThrowIfNull(transactions);
        if (token.IsZero)
            return true;
        IERC20MetadataContract contract = new(market.Chain.Client, token);
        if (await contract.AllowanceAsync(account, market.Chain.Address, cancellationToken: cancellationToken) >= amount)
            return true;
        byte[] approve = IERC20MetadataContract.Calldata.Approve(market.Chain.Address, amount);
        return (await transactions.SendAsync("Approve the token", token, approve)).State == TransactionState.Confirmed;
    }
}
