using Marketplace.Hosting;

namespace Marketplace.Commands;

/// <summary>A file that the user names.</summary>
internal static class InputFile
{
    /// <summary>Reads the whole file.</summary>
    /// <exception cref="UsageException">There is none, or it is longer than <paramref name="maxBytes"/>.</exception>
    public static async Task<byte[]> ReadAsync(FileInfo file, int maxBytes, CancellationToken cancellationToken)
    {
        if (!file.Exists)
            throw new UsageException($"there is no file '{file.FullName}'");
        if (file.Length > maxBytes)
            throw new UsageException($"'{file.FullName}' has {file.Length:N0} bytes, at most {maxBytes:N0} are read");
        return await File.ReadAllBytesAsync(file.FullName, cancellationToken);
    }
}
