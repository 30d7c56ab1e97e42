using Assize.Cli.Reports;
using Assize.Evaluation.Judges;

namespace Assize.Cli.Tests.Reports;

public sealed class AxisTests
{
    [Theory]
    [InlineData(1, 5, 1, "1 2 3 4 5")]
    [InlineData(0, 10, 1, "0 2 4 6 8 10")]
    [InlineData(0, 100, 1, "0 20 40 60 80 100")]
    [InlineData(0, 1, 0, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(-1, 1, 0.5, "-1 -0.5 0 0.5 1")]
    [InlineData(1, 7, 1, "1 2 3 4 5 6 7")]
    [InlineData(0, 1, 1, "0 0.2 0.4 0.6 0.8 1")]
    public void AScaleHasTicksThatPeopleRead(double min, double max, double step, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', Axis.Of(new Scale(min, max, step)).Ticks.Select(tick => Math.Round(tick, 9).ToString(System.Globalization.CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData(0.224, 1)]
    [InlineData(1.46, 4)]
    [InlineData(0.00003, 1)]
    [InlineData(250, 100)]
    [InlineData(0, 4)]
    public void AnAxisAroundZeroReachesFarEnoughAndNoFartherThanPossible(double end, double limit)
    {
        var axis = Axis.AroundZero([-end / 2, end], limit);
        Assert.Equal(-axis.Min, axis.Max);
        Assert.True(axis.Max >= Math.Min(end, limit) && axis.Max <= limit);
        Assert.InRange(axis.Ticks.Length, 3, 7);
        Assert.Contains(0.0, axis.Ticks);
        Assert.Equal("50%", axis.Place(0));
    }

    [Fact]
    public void WhatLiesOutsideIsDrawnAtTheEnd()
    {
        var axis = Axis.Of(new Scale(1, 5));
        Assert.Equal("0%", axis.Place(0.5));
        Assert.Equal("25%", axis.Place(2));
        Assert.Equal("100%", axis.Place(9));
        Assert.True(axis.Beyond(5.1));
        Assert.False(axis.Beyond(5));
    }
}
