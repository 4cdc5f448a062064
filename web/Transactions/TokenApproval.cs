using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Web.Market;

namespace Marketplace.Web.Transactions;

/// <summary>Lets the market take an account's tokens, which ERC-20 asks for before it can.</summary>
public static class TokenApproval
{
    /// <summary>How much of an account's tokens the market may take, in the token's smallest unit.</summary>
    public static Task<BigInteger> AllowanceAsync(ActiveMarket market, Address token, Address account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(market);
        return new IERC20MetadataContract(market.Chain.Client, token)
            .AllowanceAsync(account, market.Chain.Address, cancellationToken: cancellationToken);
    }

    /// <summary>Asks the account to approve an amount, unless the market may take as much already.</summary>
    /// <param name="token">Zero for the native currency, which needs none.</param>
    /// <param name="asking">Called before the account is asked; not where it need not be.</param>
    /// <returns>Whether the market may take it now.</returns>
    public static async Task<bool> EnsureAsync(
        ActiveMarket market, TransactionTracker transactions, Address token, Address account, BigInteger amount,
        CancellationToken cancellationToken, Action? asking = null)
    {
        ArgumentNullException.ThrowIfNull(market);
        ArgumentNullException.ThrowIfNull(transactions);
        if (token.IsZero || await AllowanceAsync(market, token, account, cancellationToken) >= amount)
            return true;
        asking?.Invoke();
        byte[] approve = IERC20MetadataContract.Calldata.Approve(market.Chain.Address, amount);
        return (await transactions.SendAsync("Approve the token", token, approve)).State == TransactionState.Confirmed;
    }
}
