using Marketplace.Protocol.Audit;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Marketplace.Demo;

/// <summary>Shows a demo while it runs: as live tables on a terminal, as lines anywhere else.</summary>
internal sealed class DemoPrinter(IAnsiConsole console) : IProgress<AuditCheck>
{
    private int described;
    private LiveDisplayContext? live;
    private string? notice;

    /// <summary>The market as it was last seen.</summary>
    public DemoProgress? Progress { get; private set; }

    /// <summary>The first check of the audit that did not pass; null when all did.</summary>
    public AuditCheck? FirstFault { get; private set; }

    public void Say(string text)
    {
        if (live is null || Progress is null)
            console.MarkupLineInterpolated($"[grey]•[/] {text}");
        else
            live.UpdateTarget(new Rows(Render(Progress), new Markup($"[grey]{Markup.Escape(text)}[/]")));
    }

    /// <summary>Says something that stays in sight while tables are redrawn.</summary>
    public void Announce(string text)
    {
        notice = text;
        if (live is null)
            Say(text);
    }

    public void Report(AuditCheck value)
    {
        if (value.Result != AuditResult.Passed)
            FirstFault ??= value;
    }

    public async Task<DemoResult> WatchAsync(Func<Func<DemoProgress, Task>, Task<DemoResult>> run)
    {
        if (!console.Profile.Capabilities.Ansi || !console.Profile.Out.IsTerminal)
            return await run(progress =>
            {
                Progress = progress;
                for (; described < progress.Rounds.Count; described++)
                    Say(DemoView.Describe(progress, progress.Rounds[described]));
                return Task.CompletedTask;
            });
        return await console.Live(new Text("")).AutoClear(true).StartAsync(async context =>
        {
            DemoResult result = await run(progress =>
            {
                live = context;
                Progress = progress;
                context.UpdateTarget(Render(progress));
                return Task.CompletedTask;
            });
            live = null;
            return result;
        });
    }

    private IRenderable Render(DemoProgress progress) =>
        notice is null ? DemoView.Render(progress) : new Rows(DemoView.Render(progress), new Markup(Markup.Escape(notice)));
}
