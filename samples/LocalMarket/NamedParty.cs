using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Protocol.Projects;

namespace Marketplace.LocalMarket;

/// <summary>An account of a local market as people should see it.</summary>
/// <param name="Name">Such as <c>ada</c>.</param>
/// <param name="Role"><c>owner</c>, <c>aggregator</c>, <c>trainer</c>, <c>auditor</c>, or <c>court</c>, which is a contract.</param>
/// <param name="Address">Its account.</param>
/// <param name="About">What it does, in a few words.</param>
/// <param name="ImageSide">Side of the square images that are its data, in pixels; null where that is not said.</param>
public sealed record NamedParty(string Name, string Role, Address Address, string About, int? ImageSide = null)
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxParties = 100;
    private const int MaxLength = 100;

    private static readonly string[] Roles = ["owner", "aggregator", "trainer", "auditor", "court"];

    private static readonly JsonSerializerOptions Format = JsonDocuments.Strict(maxDepth: 3);

    /// <summary>Reads the file that a local market writes.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static async Task<IReadOnlyList<NamedParty>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new InvalidDataException($"the parties file '{path}' is larger than {MaxBytes} bytes");
        try
        {
            NamedParty[] parties = JsonSerializer.Deserialize<NamedParty[]>(await File.ReadAllBytesAsync(path, cancellationToken), Format) ?? [];
            return parties.Length <= MaxParties && parties.All(IsPlain) && parties.DistinctBy(party => party.Address).Count() == parties.Length
                ? parties
                : throw new InvalidDataException(
                    $"the parties file '{path}' must name at most {MaxParties} parties, each account once, with texts of one line, "
                        + $"at most {MaxLength} characters, and the roles {string.Join(", ", Roles)}");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"the parties file '{path}' is malformed: expected a list of objects with name, role, address and about ({e.Message})", e);
        }
    }

    /// <summary>Writes the file that <see cref="ReadAsync"/> reads.</summary>
    public static Task WriteAsync(string path, IEnumerable<NamedParty> parties, CancellationToken cancellationToken) =>
        File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(parties, Format), cancellationToken);

    private static bool IsPlain(NamedParty? party) =>
        party is { Name.Length: > 0 }
        && Roles.Contains(party.Role)
        && new[] { party.Name, party.About }.All(text => text.Length <= MaxLength && !text.Any(char.IsControl));
}
