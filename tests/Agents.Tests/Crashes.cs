namespace Marketplace.Agents.Tests;

/// <summary>Ends an agent at one of the points between its effects, which are counted from 0 over all its restarts.</summary>
/// <param name="at">The point; null for none.</param>
internal sealed class Crashes(int? at = null)
{
    private int _count;

    /// <summary>Name of the point at which the agent crashed; null when it has not.</summary>
    public string? Struck { get; private set; }

    public void Pass(string point)
    {
        if (_count++ != at)
            return;
        Struck = point;
        throw new CrashException(point);
    }

    /// <summary>An effect with a point before and a point after it.</summary>
    public async Task<T> AroundAsync<T>(string name, Func<Task<T>> effect)
    {
        Pass($"{name}: before");
        T result = await effect();
        Pass($"{name}: done");
        return result;
    }
}

internal sealed class CrashException(string point) : Exception(point);
