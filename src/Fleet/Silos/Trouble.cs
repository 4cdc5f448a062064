namespace Marketplace.Fleet.Silos;

/// <summary>What is said of trouble between machines.</summary>
internal static class Trouble
{
    /// <summary>In one sentence: Orleans' own messages hold addresses, ids and stack traces.</summary>
    public static string Describe(Exception problem) =>
        problem is OrleansException or TimeoutException ? "a machine of the fleet does not answer" : problem.Message;
}
