namespace Marketplace.Learning.Torch;

/// <summary>Where an engine computes.</summary>
public enum TorchDevice
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first NVIDIA GPU.</summary>
    Cuda,

    /// <summary>The GPU where there is one that libtorch can use, otherwise the processor.</summary>
    Auto,
}
