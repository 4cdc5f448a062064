using Marketplace.Web.Shared;

namespace Marketplace.Web.Logic.Tests.Shared;

public sealed class AxisNumberTests
{
    [Theory]
    [InlineData(0.6000000000000001, "0.6")]
    [InlineData(0.30000000000000004, "0.3")]
    [InlineData(0.000001369, "0.000001369")]
    [InlineData(0, "0")]
    [InlineData(1500, "1500")]
    [InlineData(-0.06, "-0.06")]
    public void An_axis_has_the_number_that_is_meant(double value, string expected) => Assert.Equal(expected, AxisNumber.Format(value));
}
