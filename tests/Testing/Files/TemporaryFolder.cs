using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;

namespace Marketplace.Testing.Files;

/// <summary>
/// An empty folder that goes with its owner. Its name says who made it. What nobody disposed of, because a fixture failed half-way,
/// goes with the process.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Standing = [];

    static TemporaryFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DeleteStanding();

    public TemporaryFolder([CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        // A constructor's name and a field's, of which neither begins with a capital, say nothing.
        string maker = System.IO.Path.GetFileNameWithoutExtension(file) + (char.IsUpper(member, 0) ? $"-{member}" : "");
        Path = Directory.CreateTempSubdirectory($"marketplace-{maker}-").FullName;
        Standing[Path] = true;
    }

    public string Path { get; }

    /// <summary>The path of something in it.</summary>
    public string this[params ReadOnlySpan<string> parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file, with the folders above it.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Write(string, string)"/>
    public string Write(string name, byte[] bytes)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Makes a folder in it.</summary>
    /// <returns>Its path.</returns>
    public string CreateFolder(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose()
    {
        if (Standing.TryRemove(Path, out _))
            Directory.Delete(Path, recursive: true);
    }

    private static void DeleteStanding()
    {
        foreach (string path in Standing.Keys)
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A program that the failure left running still writes to it.
            }
        }
    }
}
