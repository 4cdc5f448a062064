using Marketplace.Algebra.Curves;

namespace Marketplace.Fleet.Proving;

/// <summary>Points and elements as bytes, one after the other, in the form that proofs have them in.</summary>
internal static class WireForm
{
    public static byte[] ToBytes(params IReadOnlyCollection<G1> points) => [.. points.SelectMany(point => point.ToBytes())];

    public static byte[] ToBytes(params IReadOnlyCollection<Fr> elements) => [.. elements.SelectMany(element => element.ToBytes())];

    /// <exception cref="FormatException">A point is none of the curve.</exception>
    public static G1[] ToPoints(byte[] bytes) => Cut(bytes, G1.ByteLength, part => G1.FromBytes(part.Span));

    /// <exception cref="FormatException">An element is not below the group order.</exception>
    public static Fr[] ToElements(byte[] bytes) => Cut(bytes, Fr.ByteLength, part => Fr.FromBytes(part.Span));

    /// <exception cref="FormatException">There is not one point, or it is none of the curve.</exception>
    public static G1 ToPoint(byte[] bytes) => Require(ToPoints(bytes), 1)[0];

    /// <exception cref="FormatException">There are not so many, or one is not below the group order.</exception>
    public static Fr[] ToElements(byte[] bytes, int count) => Require(ToElements(bytes), count);

    private static T[] Require<T>(T[] values, int count) => values.Length == count
        ? values
        : throw new FormatException($"expected {count} values, got {values.Length}");

    private static T[] Cut<T>(byte[] bytes, int length, Func<ReadOnlyMemory<byte>, T> read) => bytes.Length % length == 0
        ? [.. Enumerable.Range(0, bytes.Length / length).Select(k => read(bytes.AsMemory(k * length, length)))]
        : throw new FormatException($"expected values of {length} bytes each, got {bytes.Length} bytes");
}
