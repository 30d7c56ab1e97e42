using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class BenchmarkTests
{
    private static readonly DateTimeOffset Now = SomeMonitor.Start;

    private static readonly MonitorSpec Spec = SomeMonitor.Spec(SomeMonitor.Definition with
    {
        Benchmark = new BenchmarkSettings { Suite = new("nightly"), Schedule = new Schedule { Cron = "0 2 * * *", Zone = "UTC" } },
    }) with { Benchmark = new BenchmarkSource(new("nightly"), new("v"), new("assistant"), ModelCards.None, "test") };

    [Fact]
    public void TheFirstCompleteRunIsTheBaselineAndLaterOnesComeBySchedule()
    {
        var begun = MonitorLedger.Begin(Spec).BeginBenchmark(Now);
        var run = begun.Benchmark!.Open!;
        Assert.Same(begun, begun.BeginBenchmark(Now.AddDays(3)));

        var partial = begun.Record(run, Result(run), complete: false, Now);
        Assert.Null(partial.Benchmark!.Baseline);
        var known = begun.Record(run, Result(run), complete: true, Now.AddMinutes(10));
        Assert.Equal((run.Run, Now.Date.AddDays(1).AddHours(2)), (known.Benchmark!.Baseline!.Value, known.Benchmark.Due!.Value.UtcDateTime));
        Assert.Same(known, known.BeginBenchmark(Now.AddHours(12)));

        // Away for a week, there is one run and not seven.
        var late = known.BeginBenchmark(Now.AddDays(7));
        Assert.Equal(2, late.Benchmark!.Open!.Number);
        Assert.Equal(Now.AddDays(7).Date.AddDays(1).AddHours(2), late.Record(late.Benchmark.Open, Result(late.Benchmark.Open), true, Now.AddDays(7)).Benchmark!.Due!.Value.UtcDateTime);
    }

    [Fact]
    public void ADailyRunStaysAtItsHourHoweverLongItTakes()
    {
        var settings = Spec.Definition.Benchmark! with { Schedule = Schedule.Daily };
        var begun = MonitorLedger.Begin(Spec with { Definition = Spec.Definition with { Benchmark = settings } }).BeginBenchmark(Now);
        var known = begun.Record(begun.Benchmark!.Open!, Result(begun.Benchmark.Open!), complete: true, Now);

        var next = known.BeginBenchmark(Now.AddDays(1));

        Assert.Equal(Now.AddDays(2), next.Record(next.Benchmark!.Open!, Result(next.Benchmark.Open!), true, Now.AddDays(1).AddHours(3)).Benchmark!.Due);
    }

    [Fact]
    public void ARunThatItsSuiteHasTakenInIsNotedAndAnotherIsNot()
    {
        var begun = MonitorLedger.Begin(Spec).BeginBenchmark(Now).Benchmark!;
        var other = BenchmarkRun.Of(Spec, 2, Now);

        Assert.Equal((false, true), (begun.Open!.Started, begun.Taken(begun.Open).Open!.Started));
        Assert.Same(begun, begun.Taken(other));
        Assert.Equal(begun.Open.Run, begun.Taken(begun.Open).Open!.Run);
    }

    [Fact]
    public void ANamedBaselineWaitsForTheSchedule()
    {
        var named = Spec with { Definition = Spec.Definition with { Benchmark = Spec.Definition.Benchmark! with { Baseline = new("before") } } };
        var ledger = MonitorLedger.Begin(named);

        Assert.Same(ledger, ledger.BeginBenchmark(Now.AddHours(1)));
        Assert.NotNull(ledger.BeginBenchmark(Now.AddHours(18)).Benchmark!.Open);
        Assert.Same(ledger.Benchmark, ledger.Update(named, rebaseline: false, Now).Benchmark);
        Assert.Null(ledger.Update(Spec, rebaseline: false, Now).Benchmark!.Baseline);
    }

    [Fact]
    public void ARunThatIsStartedAgainIsTheSameAndAsksEverybodyAnew()
    {
        var run = BenchmarkRun.Of(Spec, 1, Now);

        Assert.Equal(run, JsonSerializer.Deserialize(JsonSerializer.Serialize(run, EvaluationJson.Plain.BenchmarkRun), EvaluationJson.Plain.BenchmarkRun));
        Assert.Equal((26, true), (run.Run.Value.Length, run.Draw > 0));
        Assert.NotEqual(run.Run, BenchmarkRun.Of(Spec, 2, Now).Run);
        Assert.NotEqual(run.Draw, BenchmarkRun.Of(Spec, 2, Now).Draw);
        Assert.True(string.CompareOrdinal(run.Run.Value, BenchmarkRun.Of(Spec, 2, Now.AddDays(1)).Run.Value) < 0);
    }

    [Fact]
    public void ACriterionThatFailsRaisesAnAlarmAndOthersDoNot()
    {
        var first = MonitorLedger.Begin(Spec).BeginBenchmark(Now);
        var second = first.Record(first.Benchmark!.Open!, Result(first.Benchmark.Open!), true, Now).BeginBenchmark(Now.AddDays(1));
        var run = second.Benchmark!.Open!;

        var failed = second.Record(
            run, Result(run, Line("correct", -0.6, -0.7, -0.5, GateVerdict.Fail), Line("polite", 0, -0.3, 0.3, GateVerdict.Undecided)), true, Now.AddDays(1));

        var alarm = Assert.Single(failed.Watch.Alarms.All);
        Assert.Equal((AlarmSource.Benchmark, Direction.Drop, "gate", 0.2, 0.5), (alarm.Alarm.Stream, alarm.Alarm.Direction, alarm.Alarm.Detector, alarm.Alarm.Threshold, alarm.Alarm.Evidence));
        Assert.Equal((4.0, 3.4), (alarm.Explanation.Before, alarm.Explanation.After));
        Assert.Equal(first.Benchmark.Open!.Run.Value, alarm.Baseline.Value);
        Assert.Equal(GateVerdict.Fail, failed.Benchmark!.Results[^1].Verdict);
        Assert.Same(failed, failed.Record(run, Result(run), true, Now));
    }

    [Fact]
    public void WhatIsNoBenchmarkIsTold() => Assert.Equal(
        ["benchmark.suite", "benchmark.margin", "benchmark.schedule.zone"],
        MonitorCheck.Of(SomeMonitor.Definition with { Benchmark = new BenchmarkSettings { Suite = new("?"), Margin = 2, Schedule = new Schedule { Cron = "0 2 * * *" } } }).Select(mistake => mistake.Field));

    private static BenchmarkResult Result(BenchmarkRun run, params BenchmarkLine[] lines) => new(run.Number, run.Run, Now, [.. lines], lines.Length == 0 ? "nothing to compare with" : null);

    private static BenchmarkLine Line(string criterion, double difference, double lower, double upper, GateVerdict verdict) =>
        new(new("quality"), new(criterion), 4, difference, lower, upper, 0.2, 100, verdict);
}
