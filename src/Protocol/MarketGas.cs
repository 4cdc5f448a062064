namespace Marketplace.Protocol;

/// <summary>
/// What transactions cost in a running market, in gas. Those of the market alone are from tests/contracts/gas-snapshot.json, in which
/// `npm run gas` measures whole transactions; what the verification adds is the bound that tests/contracts/GramVerifier/Gas.test.js holds it to.
/// </summary>
public static class MarketGas
{
    public const ulong Create = 329_550, CreateErc20 = 398_544;

    public const ulong PostBond = 61_680, PostBondErc20 = 76_337;

    public const ulong Join = 83_156, JoinErc20 = 97_816;

    public const ulong Start = 53_466;

    public const ulong OpenRound = 49_484;

    public const ulong Submit = 45_127;

    public const ulong ReturnStake = 54_934;

    public const ulong ReturnBond = 43_931;

    public const ulong Withdraw = 32_973, WithdrawErc20 = 58_708;

    /// <summary>Settling without verification, by the number of updates.</summary>
    public const ulong SettleFour = 266_017, SettleSixteen = 708_121, SettleThirtyTwo = 1_471_111;

    /// <summary>The most that verification costs up to so many updates.</summary>
    public const ulong VerifySixteen = 550_000, VerifyThirtyTwo = 1_150_000;

    /// <summary>At most what settling costs: that of the next larger number of updates which is measured.</summary>
    /// <param name="updates">How many updates, 0 to 32.</param>
    public static ulong Settle(int updates) => updates switch
    {
        < 0 or > MarketLimits.Seats => throw new ArgumentOutOfRangeException(nameof(updates), updates, $"expected 0 to {MarketLimits.Seats}"),
        <= 4 => SettleFour + VerifySixteen,
        <= 16 => SettleSixteen + VerifySixteen,
        _ => SettleThirtyTwo + VerifyThirtyTwo,
    };
}
