using System.Globalization;

namespace Marketplace.Web.Shared;

/// <summary>Numbers beside an axis.</summary>
public static class AxisNumber
{
    /// <summary>The number that is meant: an axis counts in binary fractions, whose last digits are none of it.</summary>
    /// <param name="value">A double, as the chart gives it.</param>
    public static string Format(object value) => ((double)value).ToString("0.############", CultureInfo.InvariantCulture);
}
