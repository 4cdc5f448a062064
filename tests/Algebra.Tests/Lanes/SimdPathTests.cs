using Marketplace.Algebra.Lanes;


namespace Marketplace.Algebra.Tests.Lanes;

public sealed class SimdPathTests
{
    [Fact]
    public void The_limit_is_an_upper_bound()
    {
        Assert.Equal(SimdPath.Scalar, SimdPaths.Choose("scalar"));
        Assert.True(SimdPaths.Choose("avx2") <= SimdPath.Avx2);
        Assert.True(SimdPaths.Choose("AVX2") <= SimdPaths.Choose(null));
        Assert.Equal(SimdPaths.Supported[^1], SimdPaths.Choose(""));
        Assert.Equal(SimdPaths.Choose(null), SimdPaths.Choose("avx512"));
    }

    [Fact]
    public void An_unknown_limit_is_refused() => Assert.Throws<InvalidOperationException>(() => SimdPaths.Choose("sse9"));
}
