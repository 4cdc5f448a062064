using System.Runtime.ExceptionServices;

namespace Marketplace.Learning;

/// <summary>Shares independent tasks among threads. Which thread runs which task never matters to a result.</summary>
internal static class Work
{
    /// <summary>Runs <paramref name="action"/>(worker, task) for every task; workers are numbered from 0 and each is one thread at a time.</summary>
    public static void Run(int tasks, int threads, Action<int, int> action)
    {
        int workers = Math.Min(threads, tasks);
        if (workers <= 1)
        {
            for (int task = 0; task < tasks; task++)
                action(0, task);
            return;
        }

        int next = -1;
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
            {
                int task;
                while ((task = Interlocked.Increment(ref next)) < tasks)
                    action(worker, task);
            });
        }
        catch (AggregateException e)
        {
            // As on one thread: the caller sees what a task threw.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
