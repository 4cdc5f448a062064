using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Contracts;

namespace Marketplace.Protocol.Markets;

/// <summary>Where a project stands, as the contract numbers it.</summary>
public enum ProjectStatus : byte
{
    None,
    Open,
    Running,
    Completed,
    Cancelled,
    Aborted,
}

/// <summary>Where a running project's current round stands, as the contract numbers it.</summary>
public enum RoundPhase : byte
{
    Idle,
    Training,
    Settling,
}

/// <summary>Why an account was credited, as the contract numbers it.</summary>
public enum CreditReason : byte
{
    Reward,
    AggregatorFee,
    Compensation,
    StakeReturn,
    BondReturn,
    OwnerRefund,
}

/// <summary>Translations between the contract's types and the ones that their fields stand for.</summary>
public static class ContractTypes
{
    public static Content.Cid ToCid(this Cid cid) => new((Content.CidCodec)cid.Codec, cid.Digest.ToArray());

    public static Cid ToContract(this Content.Cid cid) => new(new Chain.Bytes32(cid.Digest), (byte)cid.Codec);

    /// <exception cref="FormatException">The coordinates are not canonical or the point is not on the curve.</exception>
    public static G1 ToG1(this G1Point point) =>
        G1.FromBytes([.. ToWord(point.X), .. ToWord(point.Y)]);

    public static G1Point ToContract(this G1 point)
    {
        Span<byte> bytes = stackalloc byte[64];
        point.WriteBytes(bytes);
        return new G1Point(
            new BigInteger(bytes[..32], isUnsigned: true, isBigEndian: true),
            new BigInteger(bytes[32..], isUnsigned: true, isBigEndian: true));
    }

    public static ProjectStatus GetStatus(this ProjectState state) => (ProjectStatus)state.Status;

    /// <summary>
    /// The phase at a time. The contract's own answer is as of the last block, and there may be none since training ended.
    /// </summary>
    /// <param name="now">The chain's time, Unix seconds.</param>
    public static RoundPhase GetPhase(this ProjectState state, ulong now) =>
        (RoundPhase)state.Phase == RoundPhase.Training && now > state.TrainingEnds ? RoundPhase.Settling : (RoundPhase)state.Phase;

    private static byte[] ToWord(BigInteger value) => Chain.Bytes32.FromBigInteger(value).ToArray();
}
