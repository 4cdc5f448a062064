using Marketplace.ReadModel;
using Marketplace.Web.Shared;

namespace Marketplace.Web.Projects;

/// <summary>How an aggregator has done so far, in a few words.</summary>
internal static class StandingWords
{
    public static string Of(AggregatorStanding standing)
    {
        string[] troubles =
        [
            .. new[]
            {
                (Count: standing.Empty, Word: "empty"), (Count: standing.Expired, Word: "expired"), (Count: standing.Failed, Word: "failed"),
                (Count: standing.Contested, Word: "contested"),
            }.Where(trouble => trouble.Count > 0).Select(trouble => $"{trouble.Count} {trouble.Word}"),
        ];
        return $"{Counted.Of(standing.Settled, "round")} settled{(troubles.Length == 0 ? "" : ", " + string.Join(", ", troubles))}";
    }
}
