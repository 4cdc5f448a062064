namespace Marketplace.Algebra.Lanes;

/// <summary>Which kernel the long computations use, by how many elements it works on at once.</summary>
public enum SimdPath
{
    /// <summary>One element at a time; runs everywhere.</summary>
    Scalar,

    /// <summary>Four at a time, AVX2.</summary>
    Avx2,

    /// <summary>Eight at a time, AVX-512.</summary>
    Avx512,
}
