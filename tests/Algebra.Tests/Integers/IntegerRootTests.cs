using System.Numerics;
using Marketplace.Algebra.Integers;

namespace Marketplace.Algebra.Tests.Integers;

/// <summary>Square roots are cut, never rounded up.</summary>
public sealed class IntegerRootTests
{
    [Fact]
    public void Roots_of_squares_are_exact_and_those_beside_them_are_cut()
    {
        BigInteger root = BigInteger.One;
        for (int bits = 1; bits <= 200; bits++, root = 3 * root / 2 + 1)
        {
            Assert.Equal(root, IntegerRoot.Square(root * root));
            Assert.Equal(root, IntegerRoot.Square(root * root + 2 * root));
            Assert.Equal(root - 1, IntegerRoot.Square(root * root - 1));
        }
    }

    [Fact]
    public void Zero_has_the_root_zero_and_negative_numbers_have_none()
    {
        Assert.Equal(BigInteger.Zero, IntegerRoot.Square(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerRoot.Square(-1));
    }
}
