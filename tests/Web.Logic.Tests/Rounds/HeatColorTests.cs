using System.Globalization;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>The colors of the heat map, which go into style attributes.</summary>
public sealed class HeatColorTests
{
    [Theory]
    [InlineData(null, "none", "--strength:0%")]
    [InlineData(0d, "agrees", "--strength:0%")]
    [InlineData(1d, "agrees", "--strength:100%")]
    [InlineData(0.424, "agrees", "--strength:42%")]
    [InlineData(-0.426, "opposes", "--strength:43%")]
    [InlineData(-1d, "opposes", "--strength:100%")]
    [InlineData(-1e-9, "opposes", "--strength:0%")]
    public void A_cosine_has_a_class_and_a_strength(double? cosine, string name, string strength) =>
        Assert.Equal((name, strength), (HeatColor.Class(cosine), HeatColor.Strength(cosine)));

    [Fact]
    public void Numbers_in_styles_do_not_follow_the_readers_language()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var arabic = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            arabic.NumberFormat.NegativeSign = "−";
            arabic.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = arabic;
            Assert.Equal("--strength:12%", HeatColor.Strength(-0.123));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
