using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Protocol.Audit;

/// <summary>How one check of an audit came out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuditResult>))]
public enum AuditResult
{
    Passed,
    Failed,

    /// <summary>
    /// Could not be made, because a store or a node does not give what is needed; the evidence says why. That says nothing about the project,
    /// and an audit with such checks has not passed.
    /// </summary>
    Unchecked,
}

/// <param name="Subject">What was looked at: <c>project</c>, <c>round 3</c>, <c>money</c>.</param>
/// <param name="Name">What must hold.</param>
/// <param name="Result">Whether it does.</param>
/// <param name="Evidence">The numbers, addresses and hashes that show it.</param>
public sealed record AuditCheck(string Subject, string Name, AuditResult Result, string Evidence)
{
    /// <summary>The subject of a round's checks. People count rounds from 1.</summary>
    /// <param name="index">From 0.</param>
    public static string RoundSubject(int index) => $"round {index + 1}";
}

/// <summary>Everything an audit looked at.</summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Market">Address of the market contract.</param>
/// <param name="Project">The project's id.</param>
/// <param name="Block">Number of the block up to which the chain was read.</param>
/// <param name="FinalModel">CID of the project's latest model, as derived by the audit; null when it could not be.</param>
/// <param name="Checks">The checks in the order in which they were made.</param>
public sealed record AuditReport(
    ulong ChainId, string Market, string Project, ulong Block, string? FinalModel, IReadOnlyList<AuditCheck> Checks)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Whether every check was made and passed.</summary>
    public bool Passed => Result == AuditResult.Passed;

    /// <summary>The worst of its checks' results: one that failed outweighs any that could not be made.</summary>
    public AuditResult Result => Count(AuditResult.Failed) > 0 ? AuditResult.Failed
        : Count(AuditResult.Unchecked) > 0 ? AuditResult.Unchecked
        : AuditResult.Passed;

    /// <summary>How many checks came out so.</summary>
    public int Count(AuditResult result) => Checks.Count(check => check.Result == result);

    public string ToJson() => JsonSerializer.Serialize(this, Format);
}
