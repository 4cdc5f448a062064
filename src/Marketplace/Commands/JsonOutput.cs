using System.Numerics;
using System.Text.Json;
using Marketplace.Chain;

namespace Marketplace.Commands;

/// <summary>Answers for machines: indented JSON on standard output, amounts as texts, which no reader of JSON rounds.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new ParsableJsonConverter<BigInteger>() },
    };

    public static void Write<T>(T answer) => Console.WriteLine(JsonSerializer.Serialize(answer, Format));
}
