using Assize.Cli.Reports;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Tests.Reports;

public sealed class FindingTests
{
    private static readonly Scale Five = new(1, 5);

    [Fact]
    public void AClearWinSaysByHowMuchAndHowSure() => Assert.Equal(
        "revised scores 0.62 points higher than baseline on correctness (95 % interval 0.41 to 0.83, p < 0.001) over 66 cases.",
        Sentence(new Estimate(0.62, 0.41, 0.83, "t"), 0.00001));

    [Fact]
    public void AClearLossSaysSo() => Assert.Equal(
        "revised scores 0.39 points lower than baseline on correctness (95 % interval −0.55 to −0.23, p < 0.001) over 66 cases.",
        Sentence(new Estimate(-0.39, -0.55, -0.23, "t"), 0.00001));

    [Fact]
    public void ARateIsComparedInPercentagePoints() => Assert.Equal(
        "revised passes correctness 12.1 percentage points more often than baseline (95 % interval 3.7 to 20.5, p = 0.012) over 66 cases.",
        Sentence(new Estimate(0.121, 0.037, 0.205, "t"), 0.012, scale: Scale.PassFail));

    [Fact]
    public void AnIntervalThatHoldsZeroShowsNoDifference() => Assert.Equal(
        "No difference between revised and baseline could be shown on correctness over 66 cases: the 95 % interval, −0.10 to 0.22 points, includes 0 (p = 0.44).",
        Sentence(new Estimate(0.06, -0.1, 0.22, "t"), 0.44));

    [Fact]
    public void AnIntervalThatTouchesZeroShowsNoDifference()
    {
        Assert.Equal(Tone.NotShown, Finding.Of(new Estimate(0.1, 0, 0.2, "t"), 0, 0.04));
        Assert.Equal(Tone.NotShown, Finding.Of(new Estimate(-0.1, -0.2, 0, "t"), 0, 0.04));
    }

    [Fact]
    public void ATestThatDisagreesWithTheIntervalWins() => Assert.Equal(
        "No difference between revised and baseline could be shown on correctness over 66 cases: the 95 % interval, 0.01 to 0.22 points, excludes 0, but the test does not bear it out (p = 0.062).",
        Sentence(new Estimate(0.11, 0.01, 0.22, "t"), 0.062));

    [Fact]
    public void WithoutAnIntervalNothingIsClaimed()
    {
        Assert.Equal(
            "On correctness the observed difference between revised and baseline is +0.50 points over 66 cases, but it has no interval: fewer than two clusters.",
            Sentence(new Estimate(0.5, null, null, "t", "Fewer than two clusters."), null));
        Assert.Equal(
            "Nothing can be said about revised against baseline on correctness: no pair has a value.",
            Sentence(Estimate.Nothing("t", "No pair has a value."), null));
        Assert.Equal(Tone.Unknown, Finding.Of(new Estimate(0.5, 0.4, null, "t"), 0, 0.01));
    }

    [Fact]
    public void ATotalRegressionIsNamedAlthoughEqualValuesHaveNoInterval()
    {
        var none = new Estimate(-1, null, null, "t", "All values are equal, which says nothing about how much values differ.");
        var passes = Line(none, 1.9e-9, Scale.PassFail) with { Better = 0, Worse = 66, Equal = 0 };
        var scores = Line(none, null, Five) with { Better = 0, Worse = 66, Equal = 0 };

        Assert.Equal("revised passes correctness 100.0 percentage points less often than baseline (all alike, hence no interval, p < 0.001) over 66 cases.", Sentence(passes).Replace('\u00a0', ' '));
        Assert.Equal("revised scores 1.00 points lower than baseline on correctness (all alike, hence no interval, p < 0.001) over 66 cases.", Sentence(scores).Replace('\u00a0', ' '));
        Assert.Equal((Tone.Worse, Tone.Worse, Tone.Better), (Finding.Of(passes), Finding.Of(scores), Finding.Of(scores with { Better = 66, Worse = 0, Estimate = none with { Value = 1 } })));
        // Five that went one way may be chance, two ways are no unanimity, and nothing that differs is no difference.
        Assert.Equal((0.0625, Tone.Unknown), ((scores with { Clusters = 5 }).Unanimous, Finding.Of(scores with { Clusters = 5 })));
        Assert.Equal(Tone.Unknown, Finding.Of(scores with { Better = 1, Worse = 65 }));
        Assert.Null((scores with { Estimate = none with { Value = 0 } }).Unanimous);
        var preference = Some.Preference("a", "b", Slice.All, 0, 0, 0, 30, 0, 0, null) with { WinRate = new Estimate(0, null, null, "t") };
        Assert.Equal((Tone.Worse, Math.Pow(2, -29)), (Finding.Of(preference), preference.Unanimous!.Value));
    }

    [Fact]
    public void AClaimThatMissingValuesCouldOverturnSaysSo()
    {
        var line = Line(new Estimate(0.2, 0.1, 0.3, "t"), 0.001, Five) with { Unpaired = 5, Clusters = 42, Bounds = new Bounds(-0.1, 0.5) };
        Assert.Equal(
            "revised scores 0.20 points higher than baseline on correctness (95 % interval 0.10 to 0.30, p = 0.001) over 66 cases in 42 clusters. "
            + "5 more cases lack a value: had they all gone against revised, the difference would be −0.10 points.",
            Sentence(line));
        Assert.EndsWith("clusters.", Sentence(line with { Bounds = new Bounds(0.05, 0.5) }), StringComparison.Ordinal);
        // A case of which one turn of two lacks a value is paired.
        Assert.EndsWith(
            "clusters. Some turns lack a value: had they all gone against revised, the difference would be −0.10 points.", Sentence(line with { Unpaired = 0 }), StringComparison.Ordinal);
    }

    [Fact]
    public void ADifferenceIsPrintedAsFinelyAsItsInterval()
    {
        Assert.Equal(
            "revised scores 0.005 points higher than baseline on correctness (95 % interval 0.001 to 0.008, p = 0.020) over 66 cases.",
            Sentence(new Estimate(0.0046, 0.0007, 0.0083, "t"), 0.02));
        Assert.Equal("99.95", Unit.Share.Read(new Estimate(0.9995, 0.997, 0.9999, "w")).Value);
        Assert.Equal("100.0", Unit.Share.Read(new Estimate(1, 0.99, 1, "w")).Value);
    }

    [Fact]
    public void APreferenceIsAWinRateAgainstOneHalf()
    {
        Assert.Equal(
            "taste prefers revised over baseline: its win rate is 68.0 %, ties counted half (95 % interval 56.5 to 79.5 %, p < 0.001) over 64 comparisons.",
            Sentence(Some.Preference("baseline", "revised", Slice.All, 38, 11, 6, 9, 0.68, 0.115, 0.0004)));
        Assert.Equal(
            "taste prefers baseline over revised: the win rate of revised is 32.0 %, ties counted half (95 % interval 20.5 to 43.5 %, p < 0.001) over 64 comparisons.",
            Sentence(Some.Preference("baseline", "revised", Slice.All, 9, 11, 6, 38, 0.32, 0.115, 0.0004)));
        Assert.Equal(
            "No preference of taste between revised and baseline could be shown over 64 comparisons: the 95 % interval of the win rate, 42.5 to 62.1 %, includes 50 % (p = 0.63).",
            Sentence(Some.Preference("baseline", "revised", Slice.All, 24, 14, 7, 19, 0.523, 0.098, 0.63)));
    }

    [Fact]
    public void ASliceIsNoFinding() =>
        Assert.Empty(Findings.Of(Some.Alone() with { Differences = [Line(new Estimate(1, 0.5, 1.5, "t"), 0.01, Five) with { Slice = new("category=x") }] }));

    [Fact]
    public void ACriterionOfTwoJudgesIsNamedWithItsJudge()
    {
        var line = Line(new Estimate(1, 0.5, 1.5, "t"), 0.01, Five);
        var pair = Assert.Single(Findings.Of(Some.Alone() with { Scores = [], Differences = [line, line with { Judge = new("panel") }] }));
        Assert.Equal(["correctness (rubric)", "correctness (panel)"], pair.Labels(Tone.Better));
    }

    private static string Sentence(Estimate estimate, double? p, Scale? scale = null) => Sentence(Line(estimate, p, scale ?? Five));

    private static string Sentence(DifferenceLine line) => Only(Some.Alone() with { Differences = [line] });

    private static string Sentence(PreferenceLine line) => Only(Some.Alone() with { Preferences = [line] });

    private static string Only(Report report) => Assert.Single(Assert.Single(Findings.Of(report)).All).Sentence.Replace('\u00a0', ' ');

    private static DifferenceLine Line(Estimate estimate, double? p, Scale scale) =>
        Some.Difference("baseline", "revised", "rubric", "correctness", scale, Slice.All, estimate, p);
}
