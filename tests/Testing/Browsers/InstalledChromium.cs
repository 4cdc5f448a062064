namespace Marketplace.Testing.Browsers;

/// <summary>The machine's own Chromium, and how it is started without a window.</summary>
public static class InstalledChromium
{
    private const string Variable = "MARKETPLACE_CHROMIUM";

    /// <summary>Names under which systems install it; the variable names any other.</summary>
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>The executable; null when there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>What to do when there is none; null when there is one.</summary>
    public static string? WhyMissing => Path is null
        ? $"SKIPPED: there is no Chromium ({string.Join(", ", Names)}) on the PATH; install it, or set {Variable}."
        : null;

    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private static string? Find() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen
            ? chosen
            : Names
                .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "")
                    .Split(System.IO.Path.PathSeparator).Select(folder => System.IO.Path.Combine(folder, name)))
                .FirstOrDefault(File.Exists);
}
