using System.Globalization;
using Marketplace.Protocol.Audit;

namespace Marketplace.Protocol.ModelCards;

/// <summary>What an audit has found, for a model card: for whoever trusts the machine that ran it; everybody else can run it again.</summary>
/// <param name="Report">What the audit found.</param>
/// <param name="Made">When it was finished.</param>
/// <param name="By">Who ran it: <c>marketplace card</c>, <c>a dashboard</c>.</param>
public sealed record CardAudit(AuditReport Report, DateTimeOffset Made, string By)
{
    /// <summary>The audit in two or three sentences.</summary>
    /// <param name="model">The CID of the card's model, which is another one than the audit's when a round has ended in between.</param>
    public string InWords(string model)
    {
        string when = Made.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return $"Audited on {when} by {By}, from public data up to block {Report.Block}: {Verdict}"
            + (Report.FinalModel is null || Report.FinalModel == model
                ? ""
                : $" It derived another model than this one, {Report.FinalModel}: a round has ended in between.");
    }

    private string Verdict => Report.Result switch
    {
        AuditResult.Passed => $"everything holds ({Report.Checks.Count} checks).",
        AuditResult.Failed => $"it does not hold; {Report.Count(AuditResult.Failed)} of {Report.Checks.Count} checks failed.",
        _ => $"nothing that was checked is wrong, but {Report.Count(AuditResult.Unchecked)} of {Report.Checks.Count} checks could not be made.",
    };
}
