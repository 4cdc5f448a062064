namespace Marketplace.Proofs.Gram;

/// <summary>One named check of a verification.</summary>
/// <param name="Name">What is checked, for a report.</param>
/// <param name="Passed">Whether it held. A check that an earlier failure kept from running has not passed.</param>
/// <param name="Expected">What must hold.</param>
/// <param name="Actual">What came.</param>
public sealed record GramCheck(string Name, bool Passed, string Expected, string Actual);

/// <summary>The outcome of verifying a Gram proof: always the same checks, in the same order.</summary>
/// <param name="Checks">Every check with its result.</param>
public sealed record GramVerification(IReadOnlyList<GramCheck> Checks)
{
    /// <summary>Whether every check passed.</summary>
    public bool Accepted => Checks.All(check => check.Passed);

    /// <summary>The first check that failed; null when all passed.</summary>
    public GramCheck? Failure => Checks.FirstOrDefault(check => !check.Passed);
}
