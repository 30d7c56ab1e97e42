using System.Text.Json;
using System.Text.Json.Nodes;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>Scheduled benchmarks feed the detector: simulated months, with fixed seeds.</summary>
public sealed class BenchmarkDriftTests
{
    [Theory]
    [InlineData(100, 2, 1)]
    [InlineData(160, 1, 4)]
    public void BenchmarksThatDoNotChangeKeepTheirPromiseAgainstOneBaselineRun(int cases, int criteria, int inCluster)
    {
        const int monitors = 12, nights = 120;
        var alarms = Enumerable.Range(0, monitors).Sum(seed => new NightlyBenchmark(seed, cases, criteria, inCluster: inCluster).Nights(nights));

        // One in 30 days, of all criteria together.
        Assert.InRange(alarms, 0, monitors * nights / 30);
    }

    [Fact]
    public void AnUnluckyBaselineRunIsWhatTheBandIsFor()
    {
        // The same months with a band of nothing: what the baseline run was off by comes again each night.
        const int monitors = 12, nights = 60;
        var (held, bare) = (0, 0);
        foreach (var seed in Enumerable.Range(0, monitors))
        {
            held += new NightlyBenchmark(seed, 100).Nights(nights);
            bare += new NightlyBenchmark(seed, 100) { Band = false }.Nights(nights);
        }

        Assert.True(bare > monitors * nights / 30, $"{bare} false alarms without a band, and {monitors * nights / 30} were promised");
        Assert.True(held < bare / 3, $"{held} with it");
    }

    [Fact]
    public void ACriterionWithoutAPairInOneRunKeepsItsEvidenceAndAllKeepOnePromise()
    {
        var benchmark = new NightlyBenchmark(3, 100, criteria: 3) { Missing = 2 };
        benchmark.Nights(1);
        // The third has no score yet, and its share of the promise is kept for it.
        var two = benchmark.Ledger.Benchmark!.Evidence;
        Assert.Equal((2, 90), (two.Watches.Length, two.Watches[0].RunsToAFalseAlarm));

        benchmark.Missing = null;
        benchmark.Nights(3);
        var before = benchmark.Ledger.Benchmark!.Evidence;
        Assert.Equal([90.0, 90, 90], before.Watches.Select(watch => watch.RunsToAFalseAlarm));
        Assert.Equal(30, before.Days!.Value, 9);

        benchmark.Missing = 1;
        benchmark.Nights(1);
        var after = benchmark.Ledger.Benchmark!.Evidence;
        Assert.Equal(3, after.Watches.Length);
        Assert.Equal((before.Watches[1].Detector.Scored, before.Watches[1].Detector.Evidence), (after.Watches[1].Detector.Scored, after.Watches[1].Detector.Evidence));
        Assert.True(after.Watches[0].Detector.Scored > before.Watches[0].Detector.Scored);
    }

    [Fact]
    public void ASmallDropThatASingleRunLeavesUndecidedIsFoundAfterSomeRuns()
    {
        const int monitors = 6, most = 45;
        var (verdicts, nights) = (new List<GateVerdict?>(), new List<int>());
        for (var seed = 0; seed < monitors; seed++)
        {
            var benchmark = new NightlyBenchmark(seed, 300, margin: 0.05);
            Assert.Equal(0, benchmark.Nights(5));
            var night = 0;
            while (night++ < most && benchmark.Ledger.Watch.Alarms.Raised == 0)
            {
                verdicts.Add(benchmark.Night(worse: 0.3).Verdict);
            }

            nights.Add(night - 1);
        }

        Assert.True(verdicts.Count(verdict => verdict is GateVerdict.Undecided) > verdicts.Count / 2, "the gate says it of single runs");
        Assert.InRange(nights.Order().ElementAt(monitors / 2), 3, 30);
        Assert.True(nights.Count(night => night < most) >= monitors - 1, string.Join(", ", nights));
    }

    [Fact]
    public void AnAlarmSaysWhatWasFoundSinceWhichRunAndHowSureItHadToBe()
    {
        var benchmark = new NightlyBenchmark(4, 300, criteria: 2, margin: 0.05);
        Assert.Equal(0, benchmark.Nights(10));
        while (benchmark.Ledger.Watch.Alarms.Raised == 0)
        {
            benchmark.Night(worse: 0.4);
        }

        var alarm = benchmark.Ledger.Watch.Alarms.All[0];
        Assert.Equal(("mixture", AlarmSource.Benchmark, Direction.Drop, Channel.Mean), (alarm.Alarm.Detector, alarm.Alarm.Stream, alarm.Alarm.Direction, alarm.Alarm.Channel));
        // Two criteria, thirty nights, three hundred cases.
        Assert.Equal(2 * 30 * 300, alarm.Alarm.Threshold, 6);
        Assert.True(alarm.Alarm.Evidence >= alarm.Alarm.Threshold);
        Assert.InRange(alarm.Alarm.ChangedAt!.Value, 11, 13);
        Assert.Equal((alarm.Alarm.ChangedAt!.Value, benchmark.Ledger.Benchmark!.Runs), (alarm.Explanation.Since, alarm.Alarm.Sequence));
        Assert.StartsWith("quality/c", Assert.Single(alarm.Alarm.Slices).Value, StringComparison.Ordinal);
        Assert.InRange(alarm.Explanation.After - alarm.Explanation.Before, -0.6, -0.2);
        Assert.Equal((alarm.Alarm.Sequence - alarm.Alarm.ChangedAt.Value + 1) * 300, alarm.Explanation.Scores);
        Assert.Equal(5, alarm.Explanation.Examples.Length);
        Assert.Equal(benchmark.Ledger.Benchmark.Baseline!.Value.Value, alarm.Baseline.Value);
        Assert.Equal("Expected false alarms of the benchmark: at most one per 30 days (30 runs) while nothing changes.", alarm.Expected);
    }

    [Fact]
    public void ARunThatFailsRingsByItselfUnlessOnlyTheDetectorMay()
    {
        var (loud, quiet) = (new NightlyBenchmark(7, 60, margin: 0.02, detectorOnly: false, days: 1000), new NightlyBenchmark(7, 60, margin: 0.02, days: 1000));
        Assert.Equal((GateVerdict.Fail, GateVerdict.Fail), (loud.Night(worse: 0.45).Verdict, quiet.Night(worse: 0.45).Verdict));

        var alarm = Assert.Single(loud.Ledger.Watch.Alarms.All);
        Assert.Equal(("gate", Direction.Drop, 2L, 5), (alarm.Alarm.Detector, alarm.Alarm.Direction, alarm.Alarm.ChangedAt, alarm.Explanation.Examples.Length));
        Assert.Equal("Expected false alarms of the gate: about one per 20 days (20 runs) at most, for each criterion that is no worse than its margin; calibrated by a t test, not guaranteed.", alarm.Expected);
        Assert.Empty(quiet.Ledger.Watch.Alarms.All);

        // The stronger promise is told of the same alarm, once.
        while (quiet.Ledger.Watch.Alarms.Raised == 0)
        {
            loud.Night(worse: 0.45);
            quiet.Night(worse: 0.45);
        }

        loud.Night(worse: 3);
        Assert.StartsWith("The detector found it as well, since run 2", Assert.Single(Assert.Single(loud.Ledger.Watch.Alarms.All).History, one => one.Note.Length > 0).Note, StringComparison.Ordinal);
        Assert.Equal("mixture", Assert.Single(quiet.Ledger.Watch.Alarms.All).Alarm.Detector);
    }

    [Fact]
    public void WhatBothTellOfInOneRunIsTheDetectorsAlarm()
    {
        var benchmark = new NightlyBenchmark(9, 200, detectorOnly: false);
        Assert.Equal(GateVerdict.Fail, benchmark.Night(worse: 1.5).Verdict);

        var alarm = Assert.Single(benchmark.Ledger.Watch.Alarms.All);
        Assert.Equal(("mixture", 0, 1), (alarm.Alarm.Detector, alarm.Repeats, alarm.History.Length));
    }

    [Fact]
    public void TheBandIsTheBaselineRunsPartOfTheDifferencesOrTheMargin()
    {
        var definition = SomeMonitor.Definition with { Benchmark = new BenchmarkSettings { Suite = new("nightly"), Margin = 0.05, Schedule = Schedule.Daily } };
        var baseline = Moments.Empty with { Clusters = 200, Count = 200, Least = 1, Most = 5 };
        var watch = BenchmarkWatch.Of(new("quality"), new("correct"), new Scale(1, 5), baseline, 60, definition) with { Spread = 1.2, Squares = 199 * 0.64, Freedom = 199 };

        // Reckoned by hand: s² = (199·0.64 + 10·2·1.2²)/209 in squared points, over (2·4)²; the error s/sqrt(2n).
        Assert.Equal(0.1080492533445991, watch.Against(new("first"), 200).Mean.Deviation, 1e-15);
        Assert.Equal(0.005402462667229955, watch.Against(new("first"), 200).Mean.Error, 1e-15);
        Assert.Equal(0.01080492533445991, watch.Against(new("first"), 50).Mean.Error, 1e-15);
        Assert.Equal((0.5, 0.05, 0.005), (watch with { Spread = 0, Squares = 0 }).Against(new("first"), 99).Mean is var level ? (level.Centre, level.Deviation, level.Error) : default);
        Assert.Equal((60.0 * 200, 0.2, 60.0), (watch.Detector.Threshold, watch.Detector.LeastShift, watch.RunsToAFalseAlarm));
        Assert.Equal((60.0 * 300, 300), watch.Grown(baseline with { Clusters = 300 }) is var grown ? (grown.Detector.Threshold, grown.Clusters) : default);
    }

    [Fact]
    public void ARunGoesPastTheDetectorsInTheSameOrderHoweverItIsReadAndInAnotherThanTheRunBefore()
    {
        var (run, next) = (BenchmarkRun.Of(SomeMonitor.Spec(), 2, SomeMonitor.Start), BenchmarkRun.Of(SomeMonitor.Spec(), 3, SomeMonitor.Start));
        var benchmark = new NightlyBenchmark(3, 100, inCluster: 2);
        benchmark.Night();
        var evidence = benchmark.Ledger.Benchmark!.Evidence;
        PairedScore[] pairs = [.. Enumerable.Range(0, 40).Select(i => new PairedScore(new($"case-{i}"), $"cluster-{i / 2}", new("quality"), new("c0"), 3, 1 + (i * 7 % 5)))];
        string After(BenchmarkRun which, IEnumerable<PairedScore> read) =>
            JsonSerializer.Serialize(BenchmarkPass.Begin(which, new("first"), evidence, []).Take(read).After.Watches[0].Detector, EvaluationJson.Plain.Detector);

        Assert.Equal(After(run, pairs), After(run, pairs.Reverse()));
        Assert.NotEqual(JsonNode.Parse(After(run, pairs))!["evidence"]!["sums"]!.ToJsonString(), JsonNode.Parse(After(next, pairs))!["evidence"]!["sums"]!.ToJsonString());
        Assert.Equal(BenchmarkPass.Order(run, 50), BenchmarkPass.Order(run, 50));
        Assert.NotEqual(BenchmarkPass.Order(run, 50), BenchmarkPass.Order(next, 50));
        Assert.Equal(Enumerable.Range(0, 50), BenchmarkPass.Order(next, 50).Order());
        // Two cases are one observation.
        Assert.Equal(20, BenchmarkPass.Begin(run, new("first"), evidence, []).Take(pairs).Courses[0].Differences.Count);
    }

    [Fact]
    public void ResolvingAnAlarmBeginsTheEvidenceAnewAndAComparisonOfBeforeIsMadeAgain()
    {
        var benchmark = new NightlyBenchmark(5, 100);
        benchmark.Night(worse: 1);
        var rung = benchmark.Ledger;
        var begun = rung.BeginBenchmark(SomeMonitor.Start.AddDays(9));
        var (run, result) = (begun.Benchmark!.Open!, new BenchmarkResult(3, begun.Benchmark.Open!.Run, SomeMonitor.Start.AddDays(9), [], null));
        var pass = BenchmarkPass.Begin(run, new("first"), begun.Benchmark.Evidence, []);
        var number = Assert.Single(rung.Watch.Alarms.All).Number;

        var resolved = begun.Acknowledge(number, new Acknowledgement(AlarmState.Resolved, "ann", "fixed", Rebaseline: false), SomeMonitor.Start.AddDays(10));

        Assert.True(rung.Benchmark!.Evidence.Level > 0);
        Assert.Equal(0, resolved.Benchmark!.Evidence.Level);
        Assert.Equal(rung.Benchmark.Evidence.Watches[0].Squares, resolved.Benchmark.Evidence.Watches[0].Squares);
        Assert.Same(resolved, resolved.Record(run, result, complete: true, SomeMonitor.Start.AddDays(10), pass));
        Assert.Null(begun.Record(run, result, complete: true, SomeMonitor.Start.AddDays(10), pass).Benchmark!.Open);

        Assert.Same(resolved.Benchmark, resolved.Acknowledge(number, new Acknowledgement(AlarmState.Resolved, "bob", "fixed", Rebaseline: false), SomeMonitor.Start.AddDays(11)).Benchmark);

        // A new normal is the benchmark's own, and production keeps its baseline.
        var anew = begun.Acknowledge(number, new Acknowledgement(AlarmState.Resolved, "ann", "meant", Rebaseline: true), SomeMonitor.Start.AddDays(10));
        Assert.Equal((null, 0), (anew.Benchmark!.Baseline, anew.Benchmark.Evidence.Watches.Length));
        Assert.Same(begun.Watch.Learning, anew.Watch.Learning);
    }

    [Fact]
    public void AnotherPromiseBeginsTheEvidenceAnewAndKeepsRunsAndBaseline()
    {
        var benchmark = new NightlyBenchmark(6, 60);
        benchmark.Night();
        var (ledger, spec) = (benchmark.Ledger, benchmark.Ledger.Spec);
        MonitorLedger With(Func<BenchmarkSettings, BenchmarkSettings> settings, double days = 30) => ledger.Update(
            spec with { Definition = spec.Definition with { Benchmark = settings(spec.Definition.Benchmark!), Alarm = spec.Definition.Alarm with { Days = days } } }, rebaseline: false, SomeMonitor.Start.AddDays(2));

        Assert.Same(ledger.Benchmark, With(settings => settings).Benchmark);
        Assert.Same(ledger.Benchmark, With(settings => settings with { DetectorOnly = false }).Benchmark);
        foreach (var changed in new[] { With(settings => settings with { Margin = 0.1 }), With(settings => settings, days: 7), With(settings => settings with { Schedule = new Schedule { EveryHours = 1 } }) })
        {
            Assert.Equal((2L, ledger.Benchmark!.Baseline, 0), (changed.Benchmark!.Runs, changed.Benchmark.Baseline, changed.Benchmark.Evidence.Watches.Length));
        }

        Assert.Equal(SomeMonitor.Start.AddDays(2).AddHours(1), With(settings => settings with { Schedule = new Schedule { EveryHours = 1 } }).Benchmark!.Due);
    }

    [Fact]
    public void ALedgerOfBeforeThereWasEvidenceIsRead()
    {
        var benchmark = new NightlyBenchmark(8, 60);
        benchmark.Night();
        var stored = JsonNode.Parse(JsonSerializer.Serialize(benchmark.Ledger, EvaluationJson.Plain.MonitorLedger))!;
        Assert.True(stored["benchmark"]!.AsObject().Remove("evidence"));
        Assert.True(stored["benchmark"]!.AsObject().Remove("lost"));

        var read = stored.Deserialize<MonitorLedger>(EvaluationJson.Stored)!;

        Assert.Equal((0.0, null, false), (read.Benchmark!.Evidence.Level, read.Benchmark.Evidence.Expected, read.Benchmark.Lost));
        Assert.Equal(benchmark.Ledger.Benchmark!.Baseline, read.Benchmark.Baseline);
    }
}
