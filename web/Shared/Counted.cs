namespace Marketplace.Web.Shared;

/// <summary>A number with its noun, such as <c>1 trainer</c> or <c>3 trainers</c>.</summary>
internal static class Counted
{
    public static string Of(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
