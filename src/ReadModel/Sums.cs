using System.Numerics;
using Marketplace.Chain;

namespace Marketplace.ReadModel;

/// <summary>Sums of amounts, which no database can add up exactly.</summary>
internal static class Sums
{
    public static IReadOnlyDictionary<Address, BigInteger> ByToken(IEnumerable<(Address Token, BigInteger Amount)> amounts) => amounts
        .GroupBy(amount => amount.Token, amount => amount.Amount)
        .ToDictionary(token => token.Key, token => token.Aggregate((sum, amount) => sum + amount));
}
