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
    private readonly Lock _gate = new();
    private readonly List<AuditCheck> _made = [];

    // Never disposed: it has no timer, and a run that is being left may still look at it.
    private readonly CancellationTokenSource _stopping = new();
    private readonly Action _changed;
    private long _started;
    private TimeSpan? _took;

    /// <param name="changed">Called on any thread when there is something new.</param>
    public CheckRun(Action changed) => _changed = changed;

    public RunState State { get; private set; } = RunState.Waiting;

    /// <summary>How many are to run before this one.</summary>
    public int Ahead { get; private set; }

    /// <summary>Why it could not go on, for people.</summary>
    public string? Problem { get; private set; }

    /// <summary>Since its turn came, until its end.</summary>
    public TimeSpan Elapsed => _took ?? (_started == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_started));

    public bool IsOver => State is not (RunState.Waiting or RunState.Running);

    /// <summary>Takes the checks that were made since the last call.</summary>
    public AuditCheck[] TakeNew()
    {
        lock (_gate)
        {
            AuditCheck[] taken = [.. _made];
            _made.Clear();
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
            using IDisposable turn = await line.EnterAsync(SetAhead, _stopping.Token);
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            limited.CancelAfter(limit);
            _started = Stopwatch.GetTimestamp();
            Set(RunState.Running);
            await Task.Run(() => work(this, limited.Token), limited.Token);
            End(RunState.Finished);
        }
        catch (OperationCanceledException)
        {
            if (_stopping.IsCancellationRequested)
            {
                End(RunState.Cancelled);
            }
            else
            {
                End(
                    RunState.Failed,
                    $"it took longer than {limit.TotalMinutes:0} minutes and was stopped; the command line's audit has no such limit");
            }
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
        lock (_gate)
            _made.Add(value);
        _changed();
    }

    public void Cancel() => _stopping.Cancel();

    private void SetAhead(int ahead)
    {
        Ahead = ahead;
        _changed();
    }

    private void Set(RunState state)
    {
        State = state;
        _changed();
    }

    private void End(RunState state, string? problem = null)
    {
        _took = Elapsed;
        Problem = problem;
        Set(state);
    }
}
