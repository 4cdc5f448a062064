using System.Collections.Concurrent;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Logic.Tests.Verification;

/// <summary>Turns come in order, never more at once than may run, and nobody who leaves holds up the rest.</summary>
public sealed class WaitingLineTests
{
    private const int MaxWaiting = 50;

    [Fact]
    public async Task Turns_come_in_the_order_of_coming()
    {
        var line = new WaitingLine(atOnce: 1);
        IDisposable turn = await EnterAsync(line);
        int[] ahead = new int[3];
        Task<IDisposable>[] waiting = [.. Enumerable.Range(0, 3).Select(k => line.EnterAsync(places => ahead[k] = places, CancellationToken.None))];
        Assert.Equal([1, 2, 3], ahead);
        for (int k = 0; k < waiting.Length; k++)
        {
            Assert.All(waiting[k..], task => Assert.False(task.IsCompleted));
            turn.Dispose();
            turn = await waiting[k];
        }
        Assert.Equal([1, 1, 1], ahead);
        turn.Dispose();
        (await EnterAsync(line)).Dispose();
    }

    [Fact]
    public async Task Who_leaves_is_passed_over_and_the_others_move_up()
    {
        var line = new WaitingLine(atOnce: 1);
        IDisposable turn = await EnterAsync(line);
        using var leaving = new CancellationTokenSource();
        int ahead = 0;
        Task<IDisposable> first = line.EnterAsync(_ => { }, leaving.Token),
            second = line.EnterAsync(places => ahead = places, CancellationToken.None);
        Assert.Equal(2, ahead);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, ahead);
        turn.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task A_turn_ends_once_however_often_it_is_disposed()
    {
        var line = new WaitingLine(atOnce: 1);
        IDisposable turn = await EnterAsync(line);
        Task<IDisposable> second = EnterAsync(line), third = EnterAsync(line);
        turn.Dispose();
        turn.Dispose();
        IDisposable next = await second;
        Assert.False(third.IsCompleted);
        next.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task A_line_that_is_full_sends_people_away_until_somebody_leaves()
    {
        var line = new WaitingLine(atOnce: 2);
        IDisposable[] turns = [await EnterAsync(line), await EnterAsync(line)];
        using var leaving = new CancellationTokenSource();
        Task<IDisposable>[] waiting = [.. Enumerable.Range(0, MaxWaiting).Select(_ => line.EnterAsync(_ => { }, leaving.Token))];
        WaitingLineFullException full = await Assert.ThrowsAsync<WaitingLineFullException>(() => EnterAsync(line));
        Assert.Contains("50 others", full.Message, StringComparison.Ordinal);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
        Task<IDisposable> late = EnterAsync(line);
        turns[0].Dispose();
        (await late).Dispose();
        turns[1].Dispose();
    }

    [Fact]
    public async Task Under_a_crowd_of_comers_and_leavers_no_more_run_than_may_and_no_turn_is_lost()
    {
        const int AtOnce = 3, Rounds = 400;
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var line = new WaitingLine(AtOnce);
        int running = 0, ran = 0;
        var most = new ConcurrentBag<int>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(reader => Task.Run(async () =>
        {
            var random = new Random(seed + reader);
            for (int k = 0; k < Rounds; k++)
            {
                using var leaving = new CancellationTokenSource();
                Task<IDisposable> entering = line.EnterAsync(_ => { }, leaving.Token);
                if (random.Next(3) == 0)
                    await leaving.CancelAsync();
                try
                {
                    using IDisposable turn = await entering;
                    most.Add(Interlocked.Increment(ref running));
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                    Interlocked.Increment(ref ran);
                }
                catch (OperationCanceledException)
                {
                    Assert.True(leaving.IsCancellationRequested);
                }
            }
        })));
        Assert.InRange(most.Max(), 1, AtOnce);
        Assert.InRange(ran, Rounds, 16 * Rounds);
        // All places are free again.
        Task<IDisposable>[] free = [.. Enumerable.Range(0, AtOnce).Select(_ => EnterAsync(line))];
        Assert.All(free, task => Assert.True(task.IsCompletedSuccessfully));
    }

    private static Task<IDisposable> EnterAsync(WaitingLine line) => line.EnterAsync(_ => { }, CancellationToken.None);
}
