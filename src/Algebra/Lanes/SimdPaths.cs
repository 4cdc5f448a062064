namespace Marketplace.Algebra.Lanes;

/// <summary>
/// The choice of the path, for everything in the process: the widest that the processor has, within the limit that the
/// environment sets. All paths give the same results.
/// </summary>
public static class SimdPaths
{
    /// <summary>The environment variable: "avx512", "avx2" or "scalar"; absent or empty for no limit.</summary>
    public const string Variable = "MARKETPLACE_SIMD";

    /// <summary>The path of this process.</summary>
    public static SimdPath Current { get; } = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The paths that this processor can run, plainest first.</summary>
    public static IReadOnlyList<SimdPath> Supported { get; } = [.. Enum.GetValues<SimdPath>().Where(IsSupported)];

    /// <summary>The widest supported path within the limit; a limit that the processor does not reach changes nothing.</summary>
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
        while (!IsSupported(widest)) widest--;
        return widest;
    }

    private static bool IsSupported(SimdPath path) => path switch
    {
        SimdPath.Avx512 => LaneVector512.IsSupported,
        SimdPath.Avx2 => LaneVector256.IsSupported,
        _ => true,
    };
}
