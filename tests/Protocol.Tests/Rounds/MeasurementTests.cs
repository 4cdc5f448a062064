using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Tests.Rounds;

/// <summary>What another machine may have measured of the same model, and what it may not.</summary>
public class MeasurementTests
{
    [Theory]
    [InlineData(0.5, 0.5, true)]
    [InlineData(0.5, 0.5 + 0.9e-5, true)]
    [InlineData(0.5, 0.5 - 0.9e-5, true)]
    [InlineData(0.5, 0.5 + 1.1e-5, false)]
    [InlineData(0.5, 0.5 - 1.1e-5, false)]
    [InlineData(40, 40 + 3.9e-4, true)]
    [InlineData(40, 40 + 4.1e-4, false)]
    [InlineData(double.NaN, double.NaN, true)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, true)]
    [InlineData(double.PositiveInfinity, 1e300, false)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, false)]
    [InlineData(double.NaN, 0.5, false)]
    [InlineData(0.5, double.NaN, false)]
    [InlineData(0.5, double.PositiveInfinity, false)]
    public void A_loss_is_confirmed_within_its_bound(double measured, double reported, bool holds) => Assert.Equal(
        holds, new Measurement(new RoundReport.Metrics(measured, 0.9), 100, 0).Confirms(new RoundReport.Metrics(reported, 0.9)));

    [Theory]
    [InlineData(0.9, 0.9, 0, true)]
    [InlineData(0.9, 0.91, 0, false)]
    [InlineData(0.9, 0.91, 1, true)]
    [InlineData(0.9, 0.89, 1, true)]
    [InlineData(0.9, 0.92, 1, false)]
    [InlineData(0.9, 0.87, 3, true)]
    [InlineData(0.9, 0.905, 0, false)]
    [InlineData(0.9, double.NaN, 100, false)]
    [InlineData(0.9, 1e300, 100, false)]
    [InlineData(0.9, null, 100, false)]
    [InlineData(null, 0.9, 100, false)]
    [InlineData(null, null, 0, true)]
    public void Right_answers_are_confirmed_up_to_the_close_calls(double? measured, double? reported, int closeCalls, bool holds) => Assert.Equal(
        holds, new Measurement(new RoundReport.Metrics(0.5, measured), 100, closeCalls).Confirms(new RoundReport.Metrics(0.5, reported)));

    [Theory]
    [InlineData(3)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Counting_in_parts_of_one_loses_no_answer(int samples)
    {
        for (int right = 0; right <= 3; right++)
        {
            double accuracy = (double)right / samples;
            var measurement = new Measurement(new RoundReport.Metrics(0.5, accuracy), samples, 0);
            Assert.True(measurement.Confirms(new RoundReport.Metrics(0.5, accuracy)));
            Assert.False(measurement.Confirms(new RoundReport.Metrics(0.5, (double)(right + 1) / samples)));
        }
    }
}
