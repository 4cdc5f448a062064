using Marketplace.Content;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;

namespace Marketplace.Web.Disputes;

/// <summary>What people may show a court from here, and how what others have shown can be followed.</summary>
public static class EvidenceUri
{
    private const string Ipfs = "ipfs://";

    /// <summary>Why it cannot be sent, with what is expected; null when it can.</summary>
    public static string? FindProblem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Expected = "Expected an address that begins with ipfs:// or https://, or the opening of the update";
        return text.Length > ClaimEvidence.MaxLength ? $"{Expected}, of at most {ClaimEvidence.MaxLength} characters; this has {text.Length}."
            : text.Length == 0 ? $"{Expected}."
            : LinkOf(text) is null && UpdateOpening.TryParse(text) is null ? $"{Expected}; this is neither. Publish what you have to show first."
            : null;
    }

    /// <summary>Where it leads; null for everything that is not plainly safe to follow.</summary>
    /// <remarks>Content of IPFS is served by this dashboard, out of the store that it was given.</remarks>
    public static string? LinkOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Any(letter => letter is <= ' ' or > '~'))
            return null;
        if (text.StartsWith(Ipfs, StringComparison.Ordinal))
            return Cid.TryParse(text[Ipfs.Length..], out Cid cid) ? $"content/{cid}" : null;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0
            && uri.Host.Length > 0
                ? uri.AbsoluteUri
                : null;
    }
}
