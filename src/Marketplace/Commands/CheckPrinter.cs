using Marketplace.Protocol.Audit;
using Spectre.Console;

namespace Marketplace.Commands;

/// <summary>Prints an audit's checks as they are made, a line each.</summary>
internal sealed class CheckPrinter(IAnsiConsole console) : IProgress<AuditCheck>
{
    private string _subject = "";

    public void Report(AuditCheck value)
    {
        if (value.Subject != _subject)
            console.MarkupLineInterpolated($"[bold]{_subject = value.Subject}[/]");
        string mark = value.Result switch
        {
            AuditResult.Passed => "[green]✓[/]",
            AuditResult.Failed => "[red]✗[/]",
            _ => "[yellow]?[/]",
        };
        console.MarkupLine($"  {mark} {Markup.Escape(value.Name)} [grey]{Markup.Escape(Shorten(value.Evidence))}[/]");
    }

    /// <summary>Passing evidence can be long numbers; the JSON report has them whole.</summary>
    private static string Shorten(string evidence) => evidence.Length <= 120 ? evidence : $"{evidence[..117]}...";
}
