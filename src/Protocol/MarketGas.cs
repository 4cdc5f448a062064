namespace Marketplace.Protocol;

/// <summary>
/// What transactions cost in a running market, in gas. Those of the market alone are from tests/contracts/gas-snapshot.json, in which
/// `npm run gas` measures whole transactions; what the verification adds is the bound that tests/contracts/GramVerifier/Gas.test.js holds it to.
/// </summary>
public static class MarketGas
{
    public const ulong Create = 329_920, CreateErc20 = 398_914;

    public const ulong PostBond = 61_702, PostBondErc20 = 76_359;

    public const ulong Join = 83_178, JoinErc20 = 97_838;

    public const ulong Start = 53_488;

    public const ulong OpenRound = 49_506;

    public const ulong Submit = 45_303;

    public const ulong ReturnStake = 75_263;

    public const ulong ReturnBond = 48_753;

    public const ulong Withdraw = 33_017, WithdrawErc20 = 58_752;

    /// <summary>Settling without verification, by the number of updates.</summary>
    public const ulong SettleFour = 204_816, SettleSixteen = 501_284, SettleThirtyTwo = 1_075_187;

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
