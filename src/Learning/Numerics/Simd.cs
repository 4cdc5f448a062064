using System.Runtime.Intrinsics.X86;

namespace Marketplace.Learning;

/// <summary>The instruction set that the kernels use. All paths give the same bits; they differ in speed only.</summary>
public enum SimdPath
{
    /// <summary>Plain C#; every multiply-add is <see cref="MathF.FusedMultiplyAdd"/>, so it runs on any processor.</summary>
    Scalar,

    /// <summary>256-bit AVX2 with FMA3.</summary>
    Avx2,

    /// <summary>512-bit AVX-512F.</summary>
    Avx512,
}

/// <summary>Chooses the instruction set once per process: the widest that the processor has, or what <c>MARKETPLACE_SIMD</c> names.</summary>
public static class Simd
{
    /// <summary>Environment variable that forces a path: <c>avx512</c>, <c>avx2</c> or <c>scalar</c>.</summary>
    public const string EnvironmentVariable = "MARKETPLACE_SIMD";

    private static SimdPath? s_path;

    /// <summary>The path in use.</summary>
    /// <exception cref="PlatformNotSupportedException">The environment variable names a path that this processor lacks.</exception>
    /// <exception cref="ArgumentException">The environment variable holds an unknown name.</exception>
    public static SimdPath Path
    {
        get => s_path ??= Select(Environment.GetEnvironmentVariable(EnvironmentVariable));
        internal set => s_path = value;
    }

    /// <summary>Whether this processor can run a path.</summary>
    // The instruction sets themselves are asked: Vector512.IsHardwareAccelerated is false on processors that have AVX-512 but may throttle.
    public static bool IsSupported(SimdPath path) => path switch
    {
        SimdPath.Avx512 => Avx512F.IsSupported && Avx2.IsSupported && Fma.IsSupported,
        SimdPath.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        _ => true,
    };

    internal static SimdPath Select(string? forced)
    {
        if (string.IsNullOrEmpty(forced))
            return IsSupported(SimdPath.Avx512) ? SimdPath.Avx512 : IsSupported(SimdPath.Avx2) ? SimdPath.Avx2 : SimdPath.Scalar;
        SimdPath path = forced.ToLowerInvariant() switch
        {
            "avx512" => SimdPath.Avx512,
            "avx2" => SimdPath.Avx2,
            "scalar" => SimdPath.Scalar,
            _ => throw new ArgumentException($"{EnvironmentVariable} is '{forced}'; expected avx512, avx2 or scalar."),
        };
        if (!IsSupported(path))
            throw new PlatformNotSupportedException($"{EnvironmentVariable} is '{forced}', but this processor lacks it; unset the variable.");
        return path;
    }
}
