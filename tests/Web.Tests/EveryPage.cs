namespace Marketplace.Web.Tests;

/// <summary>Every page of the dashboard, on a market whose first project has ended and whose second is before a court.</summary>
public static class EveryPage
{
    public static TheoryData<string> Paths =>
    [
        "", "post", "project/1", "project/1/round/1", "project/1/model", "project/2", "project/2/round/1",
        "disputes", "dispute/1",
        "trainer", $"trainer/{Ada}", "trainers", "aggregators", "audit", "audit/1", "how-it-works",
    ];

    /// <summary>A trainer of the local market, whose account is made from its name.</summary>
    public static Chain.Address Ada => new LocalMarket.LocalParty("ada").Address;
}
