using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;

namespace Marketplace.Chain.Tests;

/// <summary>CIDs and curve points of events become the libraries' types, or the event is refused.</summary>
public class MappedStructTests
{
    private static readonly Cid Payload = Cid.Of(CidCodec.DagPb, "payload"u8);

    [Fact]
    public void Are_read_as_they_were_written()
    {
        MarketEvents.UpdateSubmitted read = MarketEvents.UpdateSubmitted.Decode(Submitted(G1.Generator.ToAbi(), Payload.ToAbi()));
        Assert.Equal((G1.Generator, Payload, new BigInteger(4)), (read.Commitment, read.Payload, read.Seat));
        MarketEvents.UpdateSubmitted empty = MarketEvents.UpdateSubmitted.Decode(Submitted(G1.Infinity.ToAbi(), [Bytes32.Zero, 0]));
        Assert.Equal((G1.Infinity, default(Cid)), (empty.Commitment, empty.Payload));
    }

    [Fact]
    public void Are_refused_when_they_are_none()
    {
        BigInteger prime = BigInteger.Parse("21888242871839275222246405745257275088696311157297823662689037894645226208583");
        foreach (object[] point in new object[][] { [1, 1], [prime, 0], [prime + 1, 2] })
            Assert.Throws<AbiException>(() => MarketEvents.UpdateSubmitted.Decode(Submitted(point, Payload.ToAbi())));
        foreach (object[] cid in new object[][] { [Bytes32.Zero, 1], [Bytes32.Keccak("x"), 0], [Bytes32.Keccak("x"), 255] })
            Assert.Throws<AbiException>(() => MarketEvents.UpdateSubmitted.Decode(Submitted(G1.Generator.ToAbi(), cid)));
    }

    private static Log Submitted(object[] commitment, object[] payload)
    {
        AbiEvent submitted = MarketEvents.UpdateSubmitted.Abi;
        return new Log(
            Address.Zero,
            [.. submitted.EncodeTopics(7, 2, Address.Zero).Select(t => t!.Value)],
            AbiEncoder.Encode(submitted.Data, 4, commitment, payload),
            1, default, default, 0, 0);
    }
}
