// The public points of an SRS that verifiers pin, and its identifier:
//   id = keccak([τ]_1.x ‖ .y ‖ [τ]_2 ‖ [τ²]_2 ‖ uint256(number of G1 powers))
// with G2 points as the precompiles have them: x_im ‖ x_re ‖ y_im ‖ y_re. All numbers are 32 bytes, big-endian.

using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Algebra.Curves;
using Marketplace.Crypto;

namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>What a verifier needs of an SRS.</summary>
/// <param name="Tau1">[τ]_1.</param>
/// <param name="Tau2">[τ]_2.</param>
/// <param name="TauSquared2">[τ²]_2.</param>
/// <param name="Length">How many powers [τ^k]_1 there are.</param>
/// <param name="IsDevelopment">Whether τ is public, so that anyone can forge; for local chains only.</param>
public sealed record SrsParameters(G1 Tau1, G2 Tau2, G2 TauSquared2, int Length, bool IsDevelopment)
{
    private const int MaxFileLength = 64 * 1024;

    /// <summary>The longest vector that the SRS commits to: the reserved coordinates are the mask's.</summary>
    public int MaxDimension => Length - Srs.ReservedCoordinates;

    /// <summary>The 32-byte identifier that contract and programs compare.</summary>
    public byte[] Id
    {
        get
        {
            byte[] message = new byte[64 + 128 + 128 + 32];
            Tau1.WriteBytes(message);
            Tau2.WriteBytes(message.AsSpan(64));
            TauSquared2.WriteBytes(message.AsSpan(192));
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(message.Length - 4), Length);
            return Keccak256.HashData(message);
        }
    }

    /// <summary>The parameters as JSON for deployment: id, tau1, tau2, tauSquared2 (hexadecimal words), length, development.</summary>
    public string ToJson()
    {
        var json = new JsonObject
        {
            ["id"] = Hex(Id),
            ["tau1"] = Words(64, Tau1.WriteBytes),
            ["tau2"] = Words(128, Tau2.WriteBytes),
            ["tauSquared2"] = Words(128, TauSquared2.WriteBytes),
            ["length"] = Length,
            ["development"] = IsDevelopment,
        };
        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">Not such JSON, a bad point, or an id that is not that of the points.</exception>
    public static SrsParameters FromJson(string json)
    {
        try
        {
            JsonNode root = JsonNode.Parse(json) ?? throw new FormatException("SRS parameters must be a JSON object, got null.");
            int length = Member(root, "length").GetValue<int>();
            if (length <= Srs.ReservedCoordinates)
                throw new FormatException($"An SRS has more than {Srs.ReservedCoordinates} powers, 'length' is {length}.");
            var parameters = new SrsParameters(
                G1.FromBytes(Bytes(root, "tau1", 2)),
                G2.FromBytes(Bytes(root, "tau2", 4)),
                G2.FromBytes(Bytes(root, "tauSquared2", 4)),
                length,
                Member(root, "development").GetValue<bool>());
            string id = Member(root, "id").GetValue<string>();
            return id.Equals(Hex(parameters.Id), StringComparison.OrdinalIgnoreCase)
                ? parameters
                : throw new FormatException($"The SRS parameters' id should be {Hex(parameters.Id)}, that of the points, got {id}.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"SRS parameters must be JSON as the program writes it: {error.Message}", error);
        }
    }

    /// <summary>Writes <see cref="ToJson"/> to a file, replacing it at once.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        await File.WriteAllTextAsync(temporary, ToJson(), cancellationToken).ConfigureAwait(false);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a file that <see cref="WriteAsync"/> wrote.</summary>
    /// <exception cref="FormatException">See <see cref="FromJson"/>; also when the file is longer than 64 KiB.</exception>
    public static async Task<SrsParameters> ReadAsync(string path, CancellationToken cancellationToken)
    {
        long length = new FileInfo(path).Length;
        if (length > MaxFileLength)
            throw new FormatException($"An SRS parameter file has at most {MaxFileLength} bytes, '{path}' has {length}.");
        return FromJson(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
    }

    private delegate void Writer(Span<byte> destination);

    private static JsonArray Words(int length, Writer write)
    {
        byte[] bytes = new byte[length];
        write(bytes);
        return [.. bytes.Chunk(32).Select(word => (JsonNode)Hex(word))];
    }

    private static byte[] Bytes(JsonNode root, string name, int words)
    {
        string[] hex = [.. Member(root, name).AsArray().Select(word => word?.GetValue<string>() ?? "")];
        if (hex.Length != words || hex.Any(word => word.Length != 66 || !word.StartsWith("0x", StringComparison.Ordinal)))
            throw new FormatException($"'{name}' in SRS parameters must be {words} words of 0x and 64 hexadecimal digits.");
        return Convert.FromHexString(string.Concat(hex.Select(word => word[2..])));
    }

    private static JsonNode Member(JsonNode root, string name) =>
        root.AsObject()[name] ?? throw new FormatException($"SRS parameters lack '{name}'.");

    private static string Hex(byte[] bytes) => $"0x{Convert.ToHexStringLower(bytes)}";
}
