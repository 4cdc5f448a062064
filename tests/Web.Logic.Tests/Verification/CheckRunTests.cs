using Marketplace.Content;
using Marketplace.Hosting;
using Marketplace.Protocol.Audit;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Logic.Tests.Verification;

/// <summary>A run of checks ends in one of its states, whatever its work meets.</summary>
public sealed class CheckRunTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly AuditCheck Passed = new("project", "it holds", AuditResult.Passed, "1 = 1");

    private readonly WaitingLine _line = new(atOnce: 1);

    [Fact]
    public async Task Checks_are_taken_once_and_the_end_is_told()
    {
        int changes = 0;
        var run = new CheckRun(() => Interlocked.Increment(ref changes));
        Assert.Equal((RunState.Waiting, false, TimeSpan.Zero), (run.State, run.IsOver, run.Elapsed));
        await run.RunAsync(_line, Hour, (progress, _) =>
        {
            Assert.Equal(RunState.Running, run.State);
            progress.Report(Passed);
            progress.Report(Passed);
            return Task.CompletedTask;
        });
        Assert.Equal((RunState.Finished, true, null), (run.State, run.IsOver, run.Problem));
        Assert.Equal([Passed, Passed], run.TakeNew());
        Assert.Empty(run.TakeNew());
        // It began, two checks came, it ended.
        Assert.Equal(4, changes);
        Assert.Equal(run.Elapsed, run.Elapsed);
    }

    public static TheoryData<Exception, string> Failures => new()
    {
        { new UsageException("this cannot be"), "this cannot be" },
        { new InvalidDataException("the node serves another chain"), "the node serves another chain" },
        { new FormatException("malformed"), "malformed" },
        {
            new ContentNotFoundException(Cid.Of(CidCodec.Raw, [1]), "/srv/secret/blocks", "Look there."),
            $"{Cid.Of(CidCodec.Raw, [1])} was not found"
        },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Work_that_fails_says_why_and_lets_the_next_in(Exception failure, string problem)
    {
        var run = new CheckRun(() => { });
        await run.RunAsync(_line, Hour, (_, _) => throw failure);
        Assert.Equal((RunState.Failed, problem), (run.State, run.Problem));
        (await _line.EnterAsync(_ => { }, CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task A_run_can_be_stopped_while_it_works()
    {
        var run = new CheckRun(() => { });
        var begun = new TaskCompletionSource();
        Task running = run.RunAsync(_line, Hour, async (_, cancellationToken) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        await begun.Task;
        run.Cancel();
        await running;
        Assert.Equal((RunState.Cancelled, null), (run.State, run.Problem));
    }

    [Fact]
    public async Task A_run_can_be_stopped_while_it_waits()
    {
        using IDisposable turn = await _line.EnterAsync(_ => { }, CancellationToken.None);
        var run = new CheckRun(() => { });
        Task running = run.RunAsync(_line, Hour, (_, _) => throw new InvalidOperationException("it had no turn"));
        Assert.Equal((RunState.Waiting, 1), (run.State, run.Ahead));
        run.Cancel();
        await running;
        Assert.Equal((RunState.Cancelled, TimeSpan.Zero), (run.State, run.Elapsed));
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_stopped_and_says_so()
    {
        var run = new CheckRun(() => { });
        await run.RunAsync(_line, TimeSpan.FromMilliseconds(1), (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("took longer", run.Problem, StringComparison.Ordinal);
        (await _line.EnterAsync(_ => { }, CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task A_line_that_is_full_is_a_failure_in_words()
    {
        using IDisposable turn = await _line.EnterAsync(_ => { }, CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        Task<IDisposable>[] others = [.. Enumerable.Range(0, 50).Select(_ => _line.EnterAsync(_ => { }, leaving.Token))];
        var run = new CheckRun(() => { });
        await run.RunAsync(_line, Hour, (_, _) => Task.CompletedTask);
        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("try again", run.Problem, StringComparison.Ordinal);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(others));
    }
}
