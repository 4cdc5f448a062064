using System.Globalization;
using System.Net;
using System.Text;

namespace Marketplace.Protocol.Audit;

/// <summary>
/// An audit's report for people: one HTML file that needs nothing else and runs nothing. What it quotes of strangers is encoded.
/// </summary>
public static class AuditHtml
{
    private const string Style =
        """
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; max-width: 60rem; }
        dl { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; }
        dt { opacity: 0.75; }
        dd { margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.125rem; margin: 1.5rem 0 0.5rem; break-after: avoid; }
        h2::first-letter { text-transform: uppercase; }
        table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 0.8125rem; }
        th:first-child { width: 5.5rem; }
        th, td { text-align: left; vertical-align: top; padding: 0.375rem 0.5rem; border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
        tr { break-inside: avoid; }
        .failed td { color: light-dark(#b91c1c, #fca5a5); }
        """;

    /// <summary>The whole file.</summary>
    /// <param name="made">When the audit was finished.</param>
    public static string Write(AuditReport report, DateTimeOffset made) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>{Encode(Title(report))}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <h1>{Encode(Title(report))}</h1>
        {WriteBody(report, made, int.MaxValue)}
        </body>
        </html>

        """;

    /// <summary>What stands below the title.</summary>
    /// <param name="maxRows">Most checks of a subject that are listed; how many more there are is said.</param>
    public static string WriteBody(AuditReport report, DateTimeOffset made, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(report);
        CheckGroups groups = new();
        foreach (AuditCheck check in report.Checks)
            groups.Add(check);
        string time = made.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        StringBuilder html = new();
        html.AppendLine(
            $"""
            <dl>
            <dt>Verdict</dt><dd><strong>{Encode(Verdict(groups))}</strong></dd>
            <dt>Market</dt><dd><code>{Encode(report.Market)}</code> on chain {report.ChainId}</dd>
            <dt>As of</dt><dd>block {report.Block}, made {time}</dd>
            <dt>Latest model</dt><dd><code>{Encode(report.FinalModel ?? "could not be derived")}</code></dd>
            </dl>
            <p>Verified from public data alone: the chain's events and what is published under their content addresses. Scores, payouts, commitments
            and models were computed anew.</p>
            """);
        foreach (CheckGroup group in groups.Shown(null))
            WriteGroup(html, group, maxRows);
        return html.ToString();
    }

    /// <summary>What the report is called.</summary>
    public static string Title(AuditReport report) => $"Audit report: project {report.Project}";

    private static void WriteGroup(StringBuilder html, CheckGroup group, int maxRows)
    {
        html.AppendLine(
            $"""
            <h2>{Encode(group.Subject)}: {group.Passed} passed, {group.Failed} failed, {group.Unchecked} could not be checked</h2>
            <table>
            <thead><tr><th scope="col">Result</th><th scope="col">What must hold</th><th scope="col">Evidence</th></tr></thead>
            <tbody>
            """);
        foreach (AuditCheck check in group.Shown(null).Take(maxRows))
        {
            html.AppendLine(
                $"<tr class=\"{check.Result.ToString().ToLowerInvariant()}\"><td>{check.Result}</td><td>{Encode(check.Name)}</td>"
                    + $"<td><bdi>{Encode(check.Evidence)}</bdi></td></tr>");
        }
        html.AppendLine("</tbody>").AppendLine("</table>");
        if (group.Checks.Count > maxRows)
            html.AppendLine($"<p>{group.Checks.Count - maxRows} more checks of this subject are in the report's files.</p>");
    }

    private static string Verdict(CheckGroups groups) => groups switch
    {
        { FirstFailure: { } failure } => $"{groups.Failed} of {groups.Count} checks failed; first, in {failure.Subject}: {failure.Name}",
        { Unchecked: > 0 } => $"nothing that was checked is wrong, but {groups.Unchecked} of {groups.Count} checks could not be made",
        _ => $"all {groups.Count} checks passed",
    };

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
