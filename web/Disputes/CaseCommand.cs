using Marketplace.Chain;

namespace Marketplace.Web.Disputes;

/// <summary>What to type to act in a case by the tool, which can do what no page can: open and seal what a trainer has kept.</summary>
public static class CaseCommand
{
    /// <param name="verb">The command's name, such as <c>judge</c>.</param>
    /// <param name="id">The claim's number.</param>
    /// <param name="market">The market; which node and which store the dashboard uses is its own affair.</param>
    /// <param name="more">Further options.</param>
    public static string Of(string verb, long id, Address market, params string[] more) => string.Join(
        " \\\n  ",
        [$"marketplace {verb} {id}", $"--market {market}", "--rpc URL --store URL", "--keystore FILE --password-file FILE", .. more]);
}
