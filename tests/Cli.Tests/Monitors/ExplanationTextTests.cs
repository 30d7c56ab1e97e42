using Assize.Cli.Monitors;

namespace Assize.Cli.Tests.Monitors;

public sealed class ExplanationTextTests
{
    [Fact]
    public void TheCauseThePartsAndTheExamplesAreTold()
    {
        var german = new V1.SliceChange { Slice = "language=de", ShareBefore = 0.5, ShareAfter = 0.5, MeanBefore = 4, MeanAfter = 3, Within = -0.5, WithinLow = -0.62, WithinHigh = -0.38, P = 0.0001, Scores = 80 };
        var alarm = new V1.MonitorAlarm
        {
            MeanBefore = 4,
            MeanAfter = 3.5,
            Slices = { new V1.SliceChange { Slice = "language=de, plan=free", ShareBefore = 0.25, ShareAfter = 0.25, MeanBefore = 4, MeanAfter = 3, Within = -0.25 } },
            Cause = german,
            Parts = { german, new V1.SliceChange { Slice = "plan=free", ShareBefore = 0.5, ShareAfter = 0.5, MeanBefore = 4, MeanAfter = 3.9, Within = -0.05, P = 0.4 } },
            Distances = new V1.ScoreDistances { Scores = 100, Psi = 0.2, PsiBySampling = 0.04, JensenShannon = 0.15, JensenShannonBySampling = 0.07, Wasserstein = 0.5, WassersteinBySampling = 0.1 },
            Criteria = { new V1.CriterionShift { Criterion = "tone", MeanBefore = 4.2, MeanAfter = 3.1, Shift = -1, ShiftLow = -1.2, ShiftHigh = -0.8, P = 0.0002, Scores = 100 } },
            Examples = { "a" },
            Shown = { new V1.ExampleScore { Sample = "a", Slice = "language=de", Score = 1, Before = "b", ScoreBefore = 4 } },
        };

        Assert.Equal(
        [
            "  language=de, plan=free: 4.00 to 3.00, share 25.0 % to 25.0 %; within -0.25, mix 0.00",
            "  Explained by language=de, which moved further than the rest: 4.00 to 3.00 in 80 scores, within -0.50 (95 % interval -0.62 to -0.38)",
            "  By values, and pairs of values, of the properties (p after Holm):",
            "    language=de: 4.00 to 3.00, share 50.0 % to 50.0 %; within -0.50 (95 % interval -0.62 to -0.38), mix 0.00, p < 0.001",
            "    plan=free: 4.00 to 3.90, share 50.0 % to 50.0 %; within -0.05, mix 0.00, p = 0.40",
            "  Other criteria (p after Holm): tone 4.20 to 3.10, by slice -1.00 (95 % interval -1.20 to -0.80), p < 0.001",
            "  Scores against the baseline (descriptions, never alarms), 100 of them: PSI 0.200 (sampling alone 0.040), Jensen-Shannon distance 0.150 (0.070), Wasserstein 0.500 points (0.100)",
            "  Examples: a (1.00; before b, 4.00)",
        ], ExplanationText.Lines(alarm).Select(line => line.Replace('\u00a0', ' ').Replace('\u2212', '-')));
    }

    [Fact]
    public void AnAlarmOfAnOlderVersionHasItsExamples() => Assert.Equal(["  Examples: a, b"], ExplanationText.Lines(new V1.MonitorAlarm { Examples = { "a", "b" } }));
}
