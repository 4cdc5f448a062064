namespace Marketplace.LocalMarket;

/// <summary>Where the market's programs were built, in the configuration of the program that runs.</summary>
/// <param name="Configuration">Such as <c>Debug</c>.</param>
public sealed record MarketPrograms(string Configuration, string Marketplace, string Aggregator, string Trainer, string Replayer, string Forger)
{
    /// <exception cref="LocalMarketException">They have not been built there.</exception>
    public static MarketPrograms Find(string repository) => new(
        OutputFolder()[1],
        PathOf(repository, "src/Marketplace", "Marketplace.dll"),
        PathOf(repository, "src/Aggregator", "Marketplace.Aggregator.dll"),
        PathOf(repository, "src/Trainer", "Marketplace.Trainer.dll"),
        PathOf(repository, "samples/Replayer", "Marketplace.Replayer.dll"),
        PathOf(repository, "samples/Forger", "Marketplace.Forger.dll"));

    /// <summary>Where a project's program was built.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="project">The project's folder in it.</param>
    /// <param name="assembly">The program's file.</param>
    /// <exception cref="LocalMarketException">It has not been built there.</exception>
    public static string PathOf(string repository, string project, string assembly)
    {
        string[] output = OutputFolder();
        string path = Path.Combine([repository, project, .. output, assembly]);
        return File.Exists(path)
            ? path
            : throw new LocalMarketException($"there is no {path}; build it: dotnet build {project} -c {output[1]}");
    }

    /// <summary>The folder of the program that runs, below its project: <c>bin</c>, the configuration, and what follows.</summary>
    private static string[] OutputFolder()
    {
        string[] folders = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar);
        int bin = Array.LastIndexOf(folders, "bin");
        return bin >= 0 && bin + 1 < folders.Length
            ? folders[bin..]
            : throw new LocalMarketException(
                $"expected this program in a folder bin/CONFIGURATION of its project, it runs from {AppContext.BaseDirectory}");
    }
}
