using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;

namespace Marketplace.Hosting;

/// <summary>The unit in which amounts of a token are shown to people.</summary>
/// <param name="Symbol">What stands behind the number.</param>
/// <param name="Decimals">The token's decimals.</param>
public sealed record TokenUnit(string Symbol, int Decimals)
{
    /// <summary>The native currency.</summary>
    public static readonly TokenUnit Ether = new("ETH", Units.EtherDecimals);

    // Anybody can deploy a token with any answers; these bounds keep them from filling a terminal, or steering it.
    private const int MaxSymbolLength = 12;
    private const int MaxDecimals = 36;

    /// <summary>Asks a token for its unit. One that does not answer sensibly is shown in its smallest units, by its address.</summary>
    /// <param name="chain">Where the token is.</param>
    /// <param name="token">Zero for the native currency.</param>
    public static async Task<TokenUnit> ReadAsync(MarketChain chain, Address token, CancellationToken cancellationToken)
    {
        if (token.IsZero)
            return Ether;
        var contract = new IERC20MetadataContract(chain.Client, token);
        try
        {
            int decimals = await contract.DecimalsAsync(cancellationToken: cancellationToken);
            string symbol = await contract.SymbolAsync(cancellationToken: cancellationToken);
            return decimals > MaxDecimals ? Smallest(token)
                : new TokenUnit(IsPlain(symbol) ? symbol : $"of {token}", decimals);
        }
        catch (Exception e) when (e is ContractRevertedException or AbiException)
        {
            return Smallest(token);
        }
    }

    /// <summary>The exact amount with its unit, such as <c>1.5 ETH</c>.</summary>
    /// <param name="amount">In the token's smallest unit.</param>
    public string Format(BigInteger amount) => $"{(Decimals == 0 ? amount : Units.Format(amount, Decimals))} {Symbol}";

    /// <summary>Reads an amount as people write it, without the symbol.</summary>
    /// <returns>The amount in the token's smallest unit.</returns>
    /// <exception cref="UsageException">It is no number, or has more decimals than the token.</exception>
    public BigInteger Parse(string amount)
    {
        try
        {
            return Units.Parse(amount, Decimals);
        }
        catch (FormatException e)
        {
            throw new UsageException($"an amount of {Symbol}: {e.Message}");
        }
    }

    /// <summary>A token whose own unit is not known.</summary>
    public static TokenUnit Smallest(Address token) => new($"smallest units of {token}", 0);

    private static bool IsPlain(string symbol) =>
        symbol.Length is > 0 and <= MaxSymbolLength && symbol.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '$');
}
