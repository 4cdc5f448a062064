namespace Marketplace.LocalMarket;

/// <summary>Where the market's programs were built, in the configuration of the program that runs.</summary>
/// <param name="Configuration">Such as <c>Debug</c>.</param>
internal sealed record MarketPrograms(string Configuration, string Marketplace, string Aggregator, string Trainer, string Replayer, string Forger)
{
    /// <exception cref="LocalMarketException">They have not been built there.</exception>
    public static MarketPrograms Find(string repository)
    {
        string[] folders = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar);
        int bin = Array.LastIndexOf(folders, "bin");
        if (bin < 0 || bin + 1 == folders.Length)
        {
            throw new LocalMarketException(
                $"expected this program in a folder bin/CONFIGURATION of its project, it runs from {AppContext.BaseDirectory}");
        }

        string output = Path.Combine(folders[bin..]);
        string Of(string project, string assembly)
        {
            string path = Path.Combine(repository, project, output, assembly);
            return File.Exists(path)
                ? path
                : throw new LocalMarketException($"there is no {path}; build it: dotnet build {project} -c {folders[bin + 1]}");
        }
        return new MarketPrograms(
            folders[bin + 1],
            Of("src/Marketplace", "Marketplace.dll"),
            Of("src/Aggregator", "Marketplace.Aggregator.dll"),
            Of("src/Trainer", "Marketplace.Trainer.dll"),
            Of("samples/Replayer", "Marketplace.Replayer.dll"),
            Of("samples/Forger", "Marketplace.Forger.dll"));
    }
}
