namespace Marketplace.Agents;

/// <summary>What an agent found when it looked at the market.</summary>
public abstract record AgentStep
{
    /// <summary>Something was done; look again at once.</summary>
    public static readonly AgentStep Acted = new Acting();

    /// <summary>There is nothing left to do.</summary>
    public static readonly AgentStep Done = new Ending();

    /// <summary>It is somebody else's turn; look again after a while.</summary>
    public static AgentStep Wait(string why) => new Waiting(why);

    public sealed record Acting : AgentStep;

    public sealed record Ending : AgentStep;

    /// <param name="Why">What is waited for.</param>
    public sealed record Waiting(string Why) : AgentStep;
}
