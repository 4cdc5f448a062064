namespace Marketplace.ReadModel.Following;

/// <summary>Asks somebody with every poll whether they still answer, and waits no longer than a poll for that.</summary>
internal sealed class AnswerWatch(ReadModelOptions options, TimeProvider time)
{
    /// <summary>Who has much to do is slow, and not gone.</summary>
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(3);

    private TimeSpan Limit => options.Poll > LeastLimit ? options.Poll : LeastLimit;

    /// <summary>Looks until it is cancelled.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> look, CancellationToken cancellationToken)
    {
        while (true)
        {
            await look(cancellationToken);
            await Task.Delay(options.Poll, time, cancellationToken);
        }
    }

    /// <summary>Asks once.</summary>
    /// <param name="whom">Who is asked, as the beginning of a sentence.</param>
    /// <param name="ask">Tells why there is no answer; null when there is one.</param>
    /// <returns>Why there is no answer, or none in time; null when there is one.</returns>
    public async Task<string?> AskAsync(string whom, Func<CancellationToken, Task<string?>> ask, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(Limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{whom} has not answered for {Limit.TotalSeconds:0} seconds";
        }
    }
}
