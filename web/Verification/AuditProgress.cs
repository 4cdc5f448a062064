using Marketplace.Protocol.Audit;

namespace Marketplace.Web.Verification;

/// <summary>How far an audit is, told by the subject of its latest check: it goes through the project, its rounds in order, and the money.</summary>
public static class AuditProgress
{
    private const double RoundsBegin = 0.05;
    private const double RoundsEnd = 0.9;

    /// <summary>What the audit is at, for people.</summary>
    /// <param name="groups">The checks so far.</param>
    /// <param name="rounds">How many rounds the project has had.</param>
    public static string Describe(CheckGroups groups, int rounds) => groups.Latest?.Subject switch
    {
        null => "Reading the project's events from the chain",
        "money" => "Following the money, block by block",
        { } subject when RoundOf(subject, rounds) is { } round => $"Round {round} of {rounds}: proof, decisions, files",
        _ => "Checking the project's document and first model",
    };

    /// <summary>How much is done, 0 to 1. Rounds count alike; what a round or the money takes is not known before.</summary>
    public static double Part(CheckGroups groups, int rounds) => groups.Latest?.Subject switch
    {
        null => 0,
        "money" => RoundsEnd,
        { } subject when RoundOf(subject, rounds) is { } round => RoundsBegin + (RoundsEnd - RoundsBegin) * (round - 1) / rounds,
        _ => RoundsBegin,
    };

    /// <summary>The round of a subject, from 1; null when it is no round's.</summary>
    private static int? RoundOf(string subject, int rounds)
    {
        int index = Enumerable.Range(0, rounds).FirstOrDefault(index => AuditCheck.RoundSubject(index) == subject, -1);
        return index < 0 ? null : index + 1;
    }
}
