using System.Reflection;
using System.Runtime.InteropServices;

namespace Marketplace.Learning.Torch;

/// <summary>
/// Loads libtorch and TorchSharp's wrapper of it, once, before anything of TorchSharp is used: from the folder that the user names, from
/// beside the program, or from the package folder in which the build found them.
/// </summary>
internal static class TorchLibrary
{
    /// <summary>Environment variable that names a folder with another libtorch 2.10, for example one with CUDA.</summary>
    public const string FolderVariable = "MARKETPLACE_LIBTORCH";

    /// <summary>What C++ libraries older than GCC 13's lack. The wrapper refers to it by a marker only, which no code uses.</summary>
    private const string OptionalVersion = "GLIBCXX_3.4.32";

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <exception cref="PlatformNotSupportedException">There is no libtorch for this platform, or not where it should be.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeSettings.Apply();
        (string torch, string wrapper) = Locate(Environment.GetEnvironmentVariable(FolderVariable), Folders());
        try
        {
            NativeLibrary.Load(torch);
            LoadWrapper(wrapper);
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new PlatformNotSupportedException($"libtorch at {Path.GetDirectoryName(torch)} cannot be loaded: {e.Message}", e);
        }
    }

    /// <summary>Finds both libraries.</summary>
    /// <param name="named">The folder that the user names, if any: it must have libtorch.</param>
    /// <param name="folders">Where else to look, in this order.</param>
    /// <exception cref="PlatformNotSupportedException">One is nowhere; the message says what to do.</exception>
    internal static (string Torch, string Wrapper) Locate(string? named, IEnumerable<string> folders)
    {
        if (named is { Length: > 0 })
        {
            if (Find([named], "torch") is null)
                throw new PlatformNotSupportedException($"{FolderVariable} names '{named}', but {FileName("torch")} of libtorch 2.10 is not there.");
            folders = folders.Prepend(named);
        }

        return (Find(folders, "torch") ?? throw Missing("torch"), Find(folders, "LibTorchSharp") ?? throw Missing("LibTorchSharp"));
    }

    private static void LoadWrapper(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(OptionalVersion, StringComparison.Ordinal))
        {
            byte[] file = File.ReadAllBytes(path);
            if (!ElfVersions.MakeOptional(file, OptionalVersion))
                throw;
            string folder = Directory.CreateTempSubdirectory("marketplace-torch-").FullName;
            try
            {
                string copy = Path.Combine(folder, Path.GetFileName(path));
                File.WriteAllBytes(copy, file);
                NativeLibrary.Load(copy);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    internal static IEnumerable<string> Folders()
    {
        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        string? built = typeof(TorchLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == "TorchFolders")?.Value;
        foreach (string folder in built?.Split('|') ?? [])
            yield return folder;
    }

    private static string? Find(IEnumerable<string> folders, string library) =>
        folders.Select(folder => Path.Combine(folder, FileName(library))).FirstOrDefault(File.Exists);

    internal static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static PlatformNotSupportedException Missing(string library) => new(
        $"This program has no {FileName(library)} for {RuntimeInformation.RuntimeIdentifier}, so it cannot train or evaluate; "
        + $"set {FolderVariable} to a folder that holds libtorch 2.10 and TorchSharp's wrapper for it.");
}
