using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Testing.Files;

namespace Marketplace.Protocol.Tests;

/// <summary>The limits are those of the contracts' source.</summary>
public partial class MarketLimitsTests
{
    [Theory]
    [InlineData("libraries/Cohort.sol", "SEATS", MarketLimits.Seats)]
    [InlineData("GramVerifier.sol", "MOST_UPDATES", MarketLimits.Seats)]
    [InlineData("GramVerifier.sol", "MOST_PUBLIC_ROWS", MarketLimits.PublicRows)]
    [InlineData("GramVerifier.sol", "MOST_POWERS", MarketLimits.Dimension + Srs.ReservedCoordinates)]
    [InlineData("libraries/Scoring.sol", "ONE", MarketLimits.One)]
    [InlineData("libraries/Scoring.sol", "LIKENESS", MarketLimits.Likeness)]
    [InlineData("libraries/TermsChecks.sol", "BASIS_POINTS", MarketLimits.BasisPoints)]
    [InlineData("libraries/TermsChecks.sol", "MAX_ROUNDS", MarketLimits.Rounds)]
    [InlineData("libraries/TermsChecks.sol", "MAX_FRACTION_BITS", MarketLimits.FractionBits)]
    [InlineData("libraries/TermsChecks.sol", "MAX_DURATION", MarketLimits.Duration)]
    public void A_limit_is_the_contract_s(string file, string name, long limit) => Assert.Equal(limit, Constant(file, name));

    [Fact]
    public void The_largest_entries_are_the_contract_s()
    {
        Assert.Equal(BigInteger.Pow(MarketLimits.UpdateEntry, 2), Constant("GramVerifier.sol", "UPDATE_ENTRY_SQUARED"));
        Assert.Equal(BigInteger.Pow(MarketLimits.AggregateEntry, 2), Constant("GramVerifier.sol", "PUBLIC_ENTRY_SQUARED"));
    }

    [Fact]
    public void Tolerated_expiries_are_counted_in_the_contract_s_eight_bits() => Assert.Contains(
        "_range(\"toleratedExpiries\", terms.toleratedExpiries, 0, type(uint8).max - 1);",
        Source("libraries/TermsChecks.sol"),
        StringComparison.Ordinal);

    [Fact]
    public void The_proof_s_own_limits_are_the_same() => Assert.Equal(
        (MarketLimits.Seats, MarketLimits.PublicRows, MarketLimits.Dimension, MarketLimits.UpdateEntry, MarketLimits.AggregateEntry),
        (GramMatrix.MaxUpdates, GramMatrix.MaxPublicRows, GramMatrix.MaxDimension, GramMatrix.MaxUpdateEntry, GramMatrix.MaxPublicEntry));

    private static string Source(string file) => File.ReadAllText(Repository.Path(["contracts", .. file.Split('/')]));

    private static BigInteger Constant(string file, string name)
    {
        Match found = Regex.Match(Source(file), $@"\bconstant {name} = (?<value>[^;]+);");
        Assert.True(found.Success, $"{file} has no constant {name}");
        return Evaluate(found.Groups["value"].Value);
    }

    /// <summary>A product, a shift or a power of numbers and of one such expression in brackets, or days as seconds.</summary>
    private static BigInteger Evaluate(string expression)
    {
        if (Bracketed().Match(expression) is { Success: true } outer)
            return Evaluate($"{Evaluate(outer.Groups["inner"].Value)}{outer.Groups["rest"].Value}");
        if (expression.EndsWith(" days", StringComparison.Ordinal))
            return Evaluate(expression[..^5]) * 86_400;
        string[] parts = expression.Split("**", 2, StringSplitOptions.TrimEntries);
        if (parts.Length == 2)
            return BigInteger.Pow(Evaluate(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture));
        parts = expression.Split("<<", 2, StringSplitOptions.TrimEntries);
        if (parts.Length == 2)
            return Evaluate(parts[0]) << int.Parse(parts[1], CultureInfo.InvariantCulture);
        return expression.Split('*', StringSplitOptions.TrimEntries)
            .Select(factor => BigInteger.Parse(factor.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture))
            .Aggregate(BigInteger.Multiply);
    }

    [GeneratedRegex(@"^\((?<inner>[^()]+)\)(?<rest>.*)$")]
    private static partial Regex Bracketed();
}
