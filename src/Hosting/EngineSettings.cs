using System.Globalization;
using Marketplace.Learning.Torch;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting;

/// <summary>Where a program learns, and on how many threads.</summary>
/// <param name="device">Where, unless the user says otherwise: cpu, cuda or auto.</param>
public sealed class EngineSettings(string device)
{
    private const int MaxThreads = 1024;

    public Setting Device { get; } =
        new("device", "Where to train: cpu, cuda for the first GPU, or auto for a GPU where there is one", device);

    public Setting Threads { get; } =
        new("threads", "Threads of the processor to train on; results differ in their last bits between numbers of threads", "1");

    public Setting[] All => [Device, Threads];

    /// <summary>Makes the engine and says in the log what it is.</summary>
    /// <exception cref="UsageException">A setting is none of its words or numbers, or the device is not to be had.</exception>
    public TorchEngine Open(SettingsReader settings, ILogger log)
    {
        TorchDevice chosen = settings.Require(Device) switch
        {
            "cpu" => TorchDevice.Cpu,
            "cuda" => TorchDevice.Cuda,
            "auto" => TorchDevice.Auto,
            string other => throw new UsageException($"{Device.Option.Name} is '{other}'; expected cpu, cuda or auto"),
        };
        string number = settings.Require(Threads);
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) || threads is < 1 or > MaxThreads)
            throw new UsageException($"{Threads.Option.Name} is '{number}'; expected a whole number from 1 to {MaxThreads}");
        var engine = new TorchEngine(chosen, threads);
        try
        {
            log.LogInformation("trains on {Engine}", engine.Describe());
            return engine;
        }
        catch (PlatformNotSupportedException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
