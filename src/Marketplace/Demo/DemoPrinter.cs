using Marketplace.Protocol.Audit;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Marketplace.Demo;

/// <summary>Shows a demo while it runs: as live tables on a terminal, as lines anywhere else.</summary>
internal sealed class DemoPrinter(IAnsiConsole console) : IProgress<AuditCheck>
{
    private int _described, _judged;
    private LiveDisplayContext? _live;
    private string? _notice;

    /// <summary>The market as it was last seen.</summary>
    public DemoProgress? Progress { get; private set; }

    /// <summary>The first check of the audit that did not pass; null when all did.</summary>
    public AuditCheck? FirstFault { get; private set; }

    public void Say(string text)
    {
        if (_live is null || Progress is null)
            console.MarkupLineInterpolated($"[grey]•[/] {text}");
        else
            _live.UpdateTarget(new Rows(Render(Progress), new Markup($"[grey]{Markup.Escape(text)}[/]")));
    }

    /// <summary>Says something that stays in sight while tables are redrawn.</summary>
    public void Announce(string text)
    {
        _notice = text;
        if (_live is null)
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
        {
            return await run(progress =>
            {
                Progress = progress;
                for (; _described < progress.Rounds.Count; _described++)
                    Say(DemoView.Describe(progress, progress.Rounds[_described]));
                for (; _judged < progress.Verdicts.Count; _judged++)
                    Say(DemoView.Describe(progress.Verdicts[_judged]));
                return Task.CompletedTask;
            });
        }

        return await console.Live(new Text("")).AutoClear(true).StartAsync(async context =>
        {
            DemoResult result = await run(progress =>
            {
                _live = context;
                Progress = progress;
                context.UpdateTarget(Render(progress));
                return Task.CompletedTask;
            });
            _live = null;
            return result;
        });
    }

    private IRenderable Render(DemoProgress progress) =>
        _notice is null ? DemoView.Render(progress) : new Rows(DemoView.Render(progress), new Markup(Markup.Escape(_notice)));
}
