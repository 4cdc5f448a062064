namespace Marketplace.Algebra.Lanes;

/// <summary>Which kernel the long computations use, by how many elements it works on at once.</summary>
internal enum SimdPath
{
    /// <summary>One element at a time; runs everywhere.</summary>
    Scalar,

    /// <summary>Four at a time, AVX2.</summary>
    Avx2,

    /// <summary>Eight at a time, AVX-512.</summary>
    Avx512,
}

/// <summary>The choice of the path: the widest that the processor has, or what MARKETPLACE_SIMD limits it to.</summary>
internal static class SimdPaths
{
    /// <summary>The environment variable: "avx512", "avx2" or "scalar"; absent or empty for no limit.</summary>
    internal const string Variable = "MARKETPLACE_SIMD";

    /// <summary>The path of this process.</summary>
    internal static SimdPath Current { get; } = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The paths that this processor can run, plainest first.</summary>
    internal static IReadOnlyList<SimdPath> Supported { get; } =
        [.. Enum.GetValues<SimdPath>().Where(IsSupported)];

    /// <summary>The widest supported path within the limit.</summary>
    /// <exception cref="InvalidOperationException">The limit is none of the known names.</exception>
    internal static SimdPath Choose(string? limit)
    {
        SimdPath widest = limit?.ToLowerInvariant() switch
        {
            null or "" or "avx512" => SimdPath.Avx512,
            "avx2" => SimdPath.Avx2,
            "scalar" => SimdPath.Scalar,
            _ => throw new InvalidOperationException(
                $"{Variable} must be avx512, avx2 or scalar, or absent; \"{limit}\" came. Unset it for the fastest path."),
        };
        return IsSupported(widest) ? widest : Choose(widest == SimdPath.Avx512 ? "avx2" : "scalar");
    }

    private static bool IsSupported(SimdPath path) => path switch
    {
        SimdPath.Avx512 => LaneVector512.IsSupported,
        SimdPath.Avx2 => LaneVector256.IsSupported,
        _ => true,
    };
}
