using Assize.Cli.Reports;
using Assize.Evaluation.Judges;

namespace Assize.Cli.Tests.Reports;

public class FiguresTests
{
    [Theory]
    [InlineData(0.0, "< 0.001")]
    [InlineData(0.00099, "< 0.001")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.0499, "0.050")]
    [InlineData(1.0, "1.000")]
    [InlineData(null, "—")]
    public void ASmallPIsNeverShownAsZero(double? p, string shown) => Assert.Equal(shown, Figures.P(p));

    [Theory]
    [InlineData(0L, "0.00")]
    [InlineData(1L, "0.000001")]
    [InlineData(1_682_000L, "1.68")]
    [InlineData(1_234_567_890_000L, "1,234,567.89")]
    public void MoneyIsInTheUnitOfThePrices(long micros, string shown) => Assert.Equal(shown, Figures.Money(micros));

    [Fact]
    public void AShiftHasASignUnlessItRoundsToZero()
    {
        Assert.Equal("+0.62", Figures.Shift(0.62, Some.FivePoints));
        Assert.Equal("−0.62", Figures.Shift(-0.62, Some.FivePoints));
        Assert.Equal("0.00", Figures.Shift(-0.001, Some.FivePoints));
        Assert.Equal("—", Figures.Shift(null, Some.FivePoints));
        Assert.Equal("+4.1", Figures.Shift(0.041, Scale.PassFail));
    }

    [Fact]
    public void EveryReasonHasWords() =>
        Assert.All(Enum.GetValues<Reason>(), reason => Assert.Matches("^[a-z ]+$", Figures.Words(reason)));

    [Theory]
    [InlineData(1, 5, "1 2 3 4 5")]
    [InlineData(0, 100, "0 20 40 60 80 100")]
    [InlineData(-1, 1, "-1 -0.5 0 0.5 1")]
    public void AnAxisHasRoundTicks(double min, double max, string ticks)
    {
        var axis = Axis.Between(min, max, value => Figures.Number(value, 2));
        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(tick => tick.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal("50%", axis.At((min + max) / 2));
    }
}
