using System.Text.Json;

namespace Marketplace.Learning.Storage;

/// <summary>Reads JSON from outside: no comments, no trailing commas, no name twice; every fault is an <see cref="InvalidDataException"/>.</summary>
internal static class StrictJson
{
    private const int MaxDepth = 16;

    public static T Read<T>(ReadOnlyMemory<byte> utf8, string what, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{what} is not valid JSON with unique names: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // The JSON library checks a text's encoding only when the text is asked for.
            throw new InvalidDataException($"{what} has a text that is not valid UTF-8 or has half a surrogate pair: {e.Message}", e);
        }
    }
}
