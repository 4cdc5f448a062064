using System.Diagnostics;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Hosting;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Web.Verification;

/// <summary>How far a run of checks has come.</summary>
public enum RunState
{
    /// <summary>Waits for its turn; see <see cref="CheckRun.Ahead"/>.</summary>
    Waiting,
    Running,

    /// <summary>Every check was made, or was tried.</summary>
    Finished,

    /// <summary>The reader stopped it.</summary>
    Cancelled,

    /// <summary>Could not go on; see <see cref="CheckRun.Problem"/>.</summary>
    Failed,
}

/// <summary>Makes checks away from the page that shows them, one such run at a time, for a bounded time.</summary>
public sealed class CheckRun : IProgress<AuditCheck>
{
    private readonly Lock gate = new();
    private readonly List<AuditCheck> made = [];

    // Never disposed: it has no timer, and a run that is being left may still look at it.
    private readonly CancellationTokenSource stopping = new();
    private readonly Action changed;
    private long started;
    private TimeSpan? took;

    /// <param name="changed">Called on any thread when there is something new.</param>
    public CheckRun(Action changed) => this.changed = changed;

    public RunState State { get; private set; } = RunState.Waiting;

    /// <summary>How many are to run before this one.</summary>
    public int Ahead { get; private set; }

    /// <summary>Why it could not go on, for people.</summary>
    public string? Problem { get; private set; }

    /// <summary>Since its turn came, until its end.</summary>
    public TimeSpan Elapsed => took ?? (started == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(started));

    public bool IsOver => State is not (RunState.Waiting or RunState.Running);

    /// <summary>Takes the checks that were made since the last call.</summary>
    public AuditCheck[] TakeNew()
    {
        lock (gate)
        {
            AuditCheck[] taken = [.. made];
            made.Clear();
            return taken;
        }
    }

    /// <summary>Waits for a turn and does the work on the thread pool. Never throws for what the work meets.</summary>
    /// <param name="line">Where it queues.</param>
    /// <param name="limit">How long the work may take.</param>
    /// <param name="work">Reports its checks here.</param>
    public async Task RunAsync(WaitingLine line, TimeSpan limit, Func<IProgress<AuditCheck>, CancellationToken, Task> work)
    {
        try
        {
            using IDisposable turn = await line.EnterAsync(SetAhead, stopping.Token);
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            limited.CancelAfter(limit);
            started = Stopwatch.GetTimestamp();
            Set(RunState.Running);
            await Task.Run(() => work(this, limited.Token), limited.Token);
            End(RunState.Finished);
        }
        catch (OperationCanceledException)
        {
            if (stopping.IsCancellationRequested)
                End(RunState.Cancelled);
            else
                End(RunState.Failed, $"it took longer than {limit.TotalMinutes:0} minutes and was stopped; the command line's audit has no such limit");
        }
        catch (ContentStoreException e)
        {
            End(RunState.Failed, e.Problem);
        }
        catch (Exception e) when (e is WaitingLineFullException or UsageException or UnknownProjectException or PublishedException
            or RpcException or RpcTransportException or InvalidDataException or FormatException)
        {
            End(RunState.Failed, e.Message);
        }
    }

    public void Report(AuditCheck value)
    {
        lock (gate)
            made.Add(value);
        changed();
    }

    public void Cancel() => stopping.Cancel();

    private void SetAhead(int ahead)
    {
        Ahead = ahead;
        changed();
    }

    private void Set(RunState state)
    {
        State = state;
        changed();
    }

    private void End(RunState state, string? problem = null)
    {
        took = Elapsed;
        Problem = problem;
        Set(state);
    }
}
