using Assize.Cli.Reports;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Tests.Reports;

public class SentencesTests
{
    [Theory]
    [InlineData(0.62, 0.41, 0.83, 0.0000004, "BetterB", "revised scores 0.62 points higher than baseline on correctness (quality) (95 % interval +0.41 to +0.83, p < 0.001) over 66 cases.")]
    [InlineData(-0.62, -0.83, -0.41, 0.004, "BetterA", "revised scores 0.62 points lower than baseline on correctness (quality) (95 % interval −0.83 to −0.41, p = 0.004) over 66 cases.")]
    [InlineData(0.1, -0.1, 0.3, 0.31, "Open", "No difference between revised and baseline could be shown on correctness (quality) (difference +0.10, 95 % interval −0.10 to +0.30 includes 0, p = 0.310) over 66 cases.")]
    [InlineData(0.1, 0.0, 0.2, 0.05, "Open", "No difference between revised and baseline could be shown on correctness (quality) (difference +0.10, 95 % interval 0.00 to +0.20 includes 0, p = 0.050) over 66 cases.")]
    public void ADifferenceIsClaimedOnlyWhereTheIntervalExcludesZero(double value, double low, double high, double p, string finding, string text)
    {
        var verdict = Sentences.Of(Some.Difference() with { Estimate = new(value, low, high, "t"), P = p });
        Assert.Equal((finding, text), (verdict.Finding.ToString(), verdict.Text));
    }

    [Fact]
    public void ADifferenceOfRatesIsInPercentagePoints()
    {
        var verdict = Sentences.Of(Some.Difference() with { Scale = Scale.PassFail, Estimate = new(0.041, 0.02, 0.062, "t"), P = null, Pairs = 1 });
        Assert.Equal("revised scores 4.1 percentage points higher than baseline on correctness (quality) (95 % interval +2.0 to +6.2) over 1 case.", verdict.Text);
    }

    [Fact]
    public void WithoutAnIntervalNothingIsClaimed()
    {
        var alone = Sentences.Of(Some.Difference() with { Estimate = new(0.5, null, null, "t", "One cluster."), P = null });
        Assert.Equal(Finding.Unknown, alone.Finding);
        Assert.EndsWith("without an interval nothing follows from it: One cluster.", alone.Text, StringComparison.Ordinal);
        var nothing = Sentences.Of(Some.Difference() with { Estimate = Estimate.Nothing("t", "Nothing was scored."), P = null });
        Assert.Equal("revised and baseline could not be compared on correctness (quality): Nothing was scored.", nothing.Text);
    }

    [Theory]
    [InlineData(0.682, 0.575, 0.788, "BetterB", "revised is preferred over baseline by duel: it wins 68.2 % (95 % interval 57.5 % to 78.8 %, p = 0.001) over 66 cases.")]
    [InlineData(0.318, 0.212, 0.425, "BetterA", "baseline is preferred over revised by duel: revised wins only 31.8 % (95 % interval 21.2 % to 42.5 %, p = 0.001) over 66 cases.")]
    [InlineData(0.52, 0.41, 0.63, "Open", "No preference between revised and baseline could be shown by duel (win rate of revised 52.0 %, 95 % interval 41.0 % to 63.0 % includes 50 %, p = 0.001) over 66 cases.")]
    public void APreferenceIsClaimedOnlyWhereTheIntervalExcludesOneHalf(double rate, double low, double high, string finding, string text)
    {
        var verdict = Sentences.Of(Some.Preference() with { WinRate = new(rate, low, high, "t") });
        Assert.Equal((finding, text), (verdict.Finding.ToString(), verdict.Text));
    }
}
