using Assize.Cli.Monitors;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Cli.Tests.Monitors;

/// <summary>What a person reads of baselines and benchmarks.</summary>
public sealed class MonitorTextTests
{
    private static readonly Timestamp Early = Timestamp.FromDateTime(new DateTime(2026, 5, 4, 8, 0, 0, DateTimeKind.Utc));

    private static readonly Timestamp Late = Timestamp.FromDateTime(new DateTime(2026, 5, 6, 9, 30, 0, DateTimeKind.Utc));

    [Fact]
    public void ABaselineIsReadWithItsIdItsDaysItsJudgeAndWhoWantedIt()
    {
        var baseline = new V1.Baseline
        {
            Id = "support-2", FromTime = Early, UntilTime = Late, Scores = 500, ScaleMin = 1, ScaleMax = 5, JudgeVersion = "0123456789abcdef", RubricHash = "fedcba9876543210",
            Mean = 3.5, Deviation = 0.8, StandardError = 0.0358, Carry = 0.1, LowCutoff = 2,
            Slices =
            {
                new V1.BaselineSlice { Slice = "language=de", Scores = 300, Mean = 3.4, Deviation = 0.8, LowShare = 0.08 },
                new V1.BaselineSlice { Slice = "(rest)", Scores = 200, Mean = 3.65, Deviation = 0.7, Pooled = { "language=fr", "language=it" } },
            },
            Accepted = new V1.BaselineAcceptance { Time = Late, By = "ann", Note = "the new tone is meant" },
        };

        Assert.Equal(
            [
                "support-2: 500 scores, 2026-05-04 08:00:00 UTC to 2026-05-06 09:30:00 UTC",
                "Mean 3.500 ± 0.036 on 1 to 5, deviation 0.800 inside slices, carry-over 0.10; very low is 2.00 and below",
                "Judge 0123456789abcdef, rubric fedcba9876543210",
                "Wanted 2026-05-06 09:30:00 UTC by ann: the new tone is meant",
            ],
            BaselineText.Lines(baseline));
        Assert.Equal([["language=de", "300", "3.400", "0.800", "8.0 %"], ["(rest): language=fr, language=it", "200", "3.650", "0.700", "—"]], BaselineText.Rows(baseline));
    }

    [Fact]
    public void AMonitorNamesItsBaseline()
    {
        var monitor = new V1.Monitor
        {
            Definition = new V1.MonitorDefinition { Name = "support", Baseline = new V1.BaselineSettings { Scores = 500 } }, Counts = new V1.MonitorCounts(),
            BaselineId = "support-2", BaselineFromTime = Early, BaselineUntilTime = Late, BaselineMean = 3.5, BaselineScores = 500, Level = 0.25,
        };

        Assert.Contains("Baseline support-2: mean 3.50 of 500 scores, 2026-05-04 08:00:00 UTC to 2026-05-06 09:30:00 UTC; evidence at 25.0 % of the threshold", MonitorText.Lines(monitor));
    }

    [Fact]
    public void AnAlarmOfABenchmarkSaysWhetherOneRunOrAllOfThemRaisedIt()
    {
        var alarm = new V1.MonitorAlarm
        {
            Monitor = "support", Number = 3, State = V1.AlarmState.Open, Kind = V1.AlarmKind.Drift, Stream = V1.AlarmStream.Benchmark, Direction = V1.AlarmDirection.Drop, Detector = "mixture", Sequence = 17, ChangedAt = 12,
            RaiseTime = Late, ChangeTime = Early, Baseline = "01jdk3", MeanBefore = 3.5, MeanAfter = 3.2, Scores = 1800, Evidence = 20000, Threshold = 18000, NamedSlices = { "quality/correct" }, Examples = { "case-7", "case-9" },
            ExpectedFalseAlarms = "Expected false alarms of the benchmark: at most one per 30 days (30 runs) while nothing changes.",
        };

        Assert.Equal(
            [
                "support, alarm 3: drop of the benchmark in quality/correct (open, 2026-05-06 09:30:00 UTC)",
                "  Mean 3.50 in the baseline run 01jdk3, 3.20 in the 1,800 cases since run 12 (2026-05-04 08:00:00 UTC); evidence 20000 over threshold 18000 in run 17",
                "  Cases that fell most: case-7, case-9",
                "  Expected false alarms of the benchmark: at most one per 30 days (30 runs) while nothing changes.",
            ],
            MonitorText.Lines(alarm));

        (alarm.Detector, alarm.Threshold, alarm.Scores) = ("gate", 0.2, 300);
        Assert.Equal("support, alarm 3: the benchmark fails in quality/correct (open, 2026-05-06 09:30:00 UTC)", MonitorText.Lines(alarm).First());
        Assert.Equal(
            "  Mean 3.50 in the baseline run 01jdk3, 3.20 now over 300 cases; the difference is beyond the margin of 0.20 by its one-sided 95 % bound", MonitorText.Lines(alarm).ElementAt(1));
    }

    [Fact]
    public void ABenchmarkSaysHowFarItsEvidenceIs()
    {
        var status = new V1.BenchmarkStatus
        {
            Version = "v", Runs = 4, Due = Late, Baseline = "01jdk3", BaselineLost = true, ExpectedFalseAlarms = "Expected.",
            Results = { new V1.BenchmarkResult { Number = 4, Run = "01jdk9", Time = Early, Lines = { new V1.BenchmarkLine { Judge = "quality", Criterion = "correct", Difference = -0.1, Margin = 0.2, Pairs = 300, Verdict = V1.BenchmarkVerdict.Undecided } } } },
            Evidence = { new V1.BenchmarkEvidence { Judge = "quality", Criterion = "correct", Level = 0.4, Threshold = 9000, Clusters = 300 } },
        };

        Assert.Equal(
            [
                "Benchmark: suite nightly, 4 runs, next 2026-05-06 09:30:00 UTC; baseline run 01jdk3, which is not kept any more",
                "  quality/correct: UNDECIDED, difference −0.100 (no bounds), margin 0.200, 300 cases; evidence of all runs at 40.0 % of the threshold",
                "  Expected.",
            ],
            BenchmarkText.Lines("nightly", status));
    }
}
