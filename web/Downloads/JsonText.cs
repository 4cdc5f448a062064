using System.Text.Json;

namespace Marketplace.Web.Downloads;

/// <summary>Tells documents from other files.</summary>
internal static class JsonText
{
    private const int MaxBytes = 1024 * 1024;
    private const int MaxDepth = 64;

    /// <summary>Whether a file is one JSON object and nothing else. Files over 1 MiB count as others: no document is that long.</summary>
    public static bool IsObject(ReadOnlySpan<byte> content)
    {
        if (content.Length is 0 or > MaxBytes || content[0] != '{')
            return false;
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                // To the end: what is no JSON throws on the way.
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
