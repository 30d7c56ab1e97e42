using Assize.Cli.Reports;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Tests.Reports;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "p < 0.001")]
    [InlineData(0.00099, "p < 0.001")]
    [InlineData(0.001, "p = 0.001")]
    [InlineData(0.0123, "p = 0.012")]
    [InlineData(0.4412, "p = 0.44")]
    [InlineData(1, "p > 0.99")]
    public void PIsNeverZeroAndNeverOne(double p, string written) => Assert.Equal(written, Figures.P(p).Replace('\u00a0', ' '));

    [Theory]
    [InlineData(0, "0.0 %")]
    [InlineData(0.0001, "< 0.1 %")]
    [InlineData(0.5, "50.0 %")]
    [InlineData(0.9996, "> 99.9 %")]
    [InlineData(1, "100.0 %")]
    public void AShareIsRoundedToNoneOrAllOnlyWhereItIsThat(double share, string written) => Assert.Equal(written, Figures.Share(share));

    [Theory]
    [InlineData(-0.004, "0.00")]
    [InlineData(-0.006, "−0.01")]
    [InlineData(1234.5, "1234.50")]
    public void ZeroHasNoMinus(double value, string written) => Assert.Equal(written, Figures.Number(value, 2));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.000001")]
    [InlineData(12_345, "0.0123")]
    [InlineData(2_381_202, "2.38")]
    [InlineData(1_234_000_000, "1,234.00")]
    public void MoneyIsWrittenAsFinelyAsItMatters(long micros, string written) => Assert.Equal(written, Figures.Money(micros));

    [Theory]
    [InlineData(0.25, "250 ms")]
    [InlineData(59, "59.0 s")]
    [InlineData(192, "3 min 12 s")]
    [InlineData(93_600, "26 h 0 min")]
    public void TimeTakenIsWrittenForPeople(double seconds, string written) => Assert.Equal(written, Figures.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void APartOfTheCostThatNobodyCountedIsToldAsEstimated()
    {
        var report = Some.Report();
        var counted = report with { Usage = [.. report.Usage.Select(line => line with { Uncounted = null })] };

        Assert.Contains("; cost 2.38 (0.5000 of it estimated, for 12 completions of which the provider did not say what they took); 14", UsageSection.Sentence(report).Replace('\u00a0', ' '), StringComparison.Ordinal);
        Assert.DoesNotContain("estimated", UsageSection.Sentence(counted), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEndCloseToZeroShowsOnWhichSideItLies()
    {
        var unit = Unit.Of(new Scale(1, 5));
        Assert.Equal("0.002 to 0.421", unit.Read(new Estimate(0.21, 0.002, 0.421, "t"), 0).Interval);
        Assert.Equal("−0.0004 to 0.4210", unit.Read(new Estimate(0.21, -0.0004, 0.421, "t"), 0).Interval);
        Assert.Equal("0.00 to 0.42", unit.Read(new Estimate(0.21, 0, 0.421, "t"), 0).Interval);
        Assert.Equal("50.04 to 61.00", Unit.Share.Read(new Estimate(0.55, 0.5004, 0.61, "t"), 0.5).Interval);
    }

    [Fact]
    public void AMissingIntervalAlwaysHasAReason()
    {
        var unit = Unit.Of(Scale.PassFail);
        Assert.Equal(new Reading("—", null, null, "because"), unit.Read(Estimate.Nothing("Wilson", "because")));
        Assert.Equal(new Reading("50.0", null, null, "no reason was recorded"), unit.Read(new Estimate(0.5, null, null, "Wilson")));
    }

    [Theory]
    [InlineData("case-7", "case-7")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("$(rm -rf ~)", "'$(rm -rf ~)'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("a\u202e'\\\n", "$'a\\U0000202e\\'\\\\\\U0000000a'")]
    public void AWordOfACommandIsPastedSafely(string word, string written) => Assert.Equal(written, Legible.ShellWord(word));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\r\nb\tc", "a  b c")]
    [InlineData("\u001b[31mred\u009b0m", "\ufffd[31mred\ufffd0m")]
    [InlineData("\u202eexe\u2069\ufeff\u00ad", "\ufffdexe\ufffd\ufffd\ufffd")]
    [InlineData("می\u200cخواهم 👩\u200d🔬", "می\u200cخواهم 👩\u200d🔬")]
    [InlineData("\U000E0041\u2028\ue000", "\ufffd\ufffd\ufffd")]
    public void TextFromOutsideCannotSteerWhatShowsIt(string text, string shown) => Assert.Equal(shown, Legible.Of(text));

    [Theory]
    [InlineData("a\nb\tc", "a\nb\tc")]
    [InlineData("progress 1 %\rall is well", "progress 1 % all is well")]
    [InlineData("\u001b[31mred\u202e", "\ufffd[31mred\ufffd")]
    [InlineData("می\u200cخواهم क्\u200dष 👩\u200d🔬", "می\u200cخواهم क्\u200dष 👩\u200d🔬")]
    [InlineData("\u2028\u2029\ue000", "\ufffd\ufffd\ufffd")]
    public void LinesFromOutsideAreShownByTheSameRuleWithTheirBreaks(string text, string shown) => Assert.Equal(shown, Terminal.Clean(text));

    [Fact]
    public void ALongNameIsCutBetweenCharacters()
    {
        Assert.Equal(new string('x', 80) + "…", Legible.Name(new string('x', 500)));
        Assert.Equal(new string('x', 79) + "…", Legible.Name(new string('x', 79) + "😀😀"));
    }
}
