using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.Web.Logic.Tests.Support;

/// <summary>Terms that the contract would accept.</summary>
internal static class SyntheticTerms
{
    public static Terms Of(Address aggregator, BigInteger bounty, ushort rounds, ushort trainers, ulong joinDeadline) => new(
        aggregator, Address.Zero, Address.Zero, bounty, bounty / 10, bounty, 100, rounds, 1, trainers, joinDeadline, 3_600, 3_600, 3_600,
        86_400, 1, 0, 2_500, 14, 7_850,
        new HyperBounds(1, 1_000_000, 1, 8, 1, 64), default, Bytes32.Keccak("reference string"), SyntheticMarket.ContentOf("document"));
}
