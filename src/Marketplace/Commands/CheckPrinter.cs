using Marketplace.Protocol.Audit;
using Spectre.Console;

namespace Marketplace.Commands;

/// <summary>Prints an audit's checks as they are made, a line each.</summary>
/// <param name="console">Where to.</param>
/// <param name="onlyFaults">Whether checks that pass are left out.</param>
internal sealed class CheckPrinter(IAnsiConsole console, bool onlyFaults) : IProgress<AuditCheck>
{
    /// <summary>No line of an audit is longer.</summary>
    private const int UnbrokenWidth = 1000;

    private string _subject = "";

    /// <summary>The user's terminal; or, where output goes elsewhere, lines that are neither coloured nor broken.</summary>
    public static IAnsiConsole OpenConsole()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        IAnsiConsole plain = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(Console.Out) });
        plain.Profile.Width = UnbrokenWidth;
        return plain;
    }

    public void Report(AuditCheck value)
    {
        if (onlyFaults && value.Result == AuditResult.Passed)
            return;
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
