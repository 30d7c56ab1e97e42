using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Tests.Drift;

/// <summary>Whether the charts raise false alarms as seldom as they say.</summary>
public sealed class RunLengthTests
{
    /// <summary>Published values, with constant limits and with exact ones; an EWMA of weight 1 is the chart of single values.</summary>
    [Theory]
    [InlineData(0.5, 2, false, 26.45, 0.01)] // Crowder 1987, table 1
    [InlineData(0.05, 2, false, 127.53, 0.01)]
    [InlineData(0.5, 3.071, false, 500, 0.5)] // Lucas, Saccucci 1990, table 3
    [InlineData(0.03, 2.437, false, 500, 0.5)]
    [InlineData(0.05, 3, false, 1379, 1)] // Steiner 1999, table 2
    [InlineData(0.05, 3, true, 1353, 7)] // the same, by a coarser method: 400,000 simulated runs give 1348.7 ± 2.2
    [InlineData(1, 3, true, 370.398, 0.001)] // 1/(2 Φ(−3))
    public void AnEwmaHasThePublishedRunLength(double weight, double limit, bool exact, double expected, double within) =>
        Assert.Equal(expected, exact ? EwmaRunLength.Exact(weight, limit) : EwmaRunLength.Constant(weight, limit), within);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15_000)]
    [InlineData(1e12)]
    public void AnEwmaOfARunLengthHasThatRunLength(double scores)
    {
        var detector = EwmaDetector.Of(scores);

        Assert.Empty(detector.Check());
        Assert.Equal(Math.Max(scores, 1.01), detector.Promise().Scores, scores * 1e-6);
    }

    [Fact]
    public void TheUsualSettingsOfTheChartsAreOneIn10000()
    {
        Assert.InRange(new EwmaDetector().Promise().Scores, 9_500, 10_500);
        Assert.InRange(new CusumDetector().Promise().Scores, 9_500, 10_500);
        Assert.InRange(new PageHinkleyDetector().Promise()!.Scores, 9_500, 10_500);
    }

    [Fact]
    public void WhereNoFormulaHoldsNothingIsPromised()
    {
        Assert.Null(new AdwinDetector().Promise());
        Assert.Null(new PageHinkleyDetector { Memory = 0.9999 }.Promise());
        Assert.Null(new PageHinkleyDetector { Standardised = false }.Promise());
    }

    /// <summary>Half a million normal scores with a false alarm in 500: the standard error of the mean is 3 %.</summary>
    [Theory]
    [InlineData("cusum")]
    [InlineData("ewma")]
    [InlineData("page-hinkley")]
    public void AChartRaisesAsManyFalseAlarmsOnNormalScoresAsItSays(string kind)
    {
        const int scores = 500_000, wanted = 500;
        var baseline = DetectorOracleTests.Points(-100, 100, 0, 1);
        var (detector, alarms, chance) = (ChosenDetectors.Of([kind], baseline, new Patience(wanted, 1))[0], 0, new Random(20261127));
        var observation = DetectorOracleTests.Of(0, 0);
        for (var i = 1; i <= scores; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
            (detector, var alarm) = detector.Observe(observation with { Sequence = i, Score = normal }, baseline);
            alarms += alarm is null ? 0 : 1;
        }

        Assert.InRange((double)scores / alarms, 0.9 * wanted, 1.1 * wanted);
    }
}
