using System.Collections.Immutable;
using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class MonitorLedgerTests
{
    private static readonly DateTimeOffset Now = SomeMonitor.Start;

    private static MonitorLedger Begun => MonitorLedger.Begin(SomeMonitor.Spec());

    [Fact]
    public void TheFirstScoresBecomeTheBaselineAndThenAreWatched()
    {
        var learning = Begun.Fed(0, 190);
        Assert.Equal((null, 190), (learning.Watch.Baseline, learning.Watch.Learning.Scores.Count));

        var watching = learning.Fed(190, 20);

        Assert.Equal((200L, 210L, 10L), (watching.Watch.Baseline!.Count, watching.Watch.Sequence, watching.Watch.Watched));
        Assert.Equal(["language=de", "language=en"], watching.Watch.Baseline.Slices.All.Select(slice => slice.Slice.Value));
        Assert.Equal(SomeMonitor.Spec().Judge, watching.Watch.Baseline.Judge);
        Assert.Equal("Expected false alarms: at most one per 30 days (3,000 judged scores) while nothing changes.", FalseAlarms.Of(watching.Watch.Drift!).Sentence);
    }

    [Fact]
    public void AFormerDefinitionIsRememberedUntilNothingIsStoredThatItMayHaveJudged()
    {
        MonitorLedger Replaced(MonitorLedger before) => before.Update(SomeMonitor.Stricter, rebaseline: true, Now).Remembering(before);
        Assert.Empty(Replaced(Begun).Former);

        var waiting = Begun.Take(SomeMonitor.Batch(1, 0, 5), Now).Next.Take(SomeMonitor.Batch(2, 5, 5), Now).Next;
        Assert.Empty(waiting.Update(waiting.Spec with { Changed = Now }, rebaseline: true, Now).Remembering(waiting).Former);
        var replaced = Replaced(waiting).Take(SomeMonitor.Batch(3, 10, 5), Now).Next;

        Assert.Equal(new FormerDefinition(Begun.Spec, 2), Assert.Single(replaced.Former));
        Assert.Equal([replaced.Spec, Begun.Spec], replaced.Judges(2));
        Assert.Equal([replaced.Spec], replaced.Judges(3));
        MonitorLedger Done(MonitorLedger ledger, long segment) => (ledger with { Intake = ledger.Intake.Done(segment) }).Leaving([segment], []).Gone([segment], []);
        var first = Done(replaced, 1);
        Assert.Single(first.Former);
        Assert.Empty(Done(first, 2).Former);
    }

    [Fact]
    public void OtherSettingsOfTheAlarmHoldFromNowOnAgainstTheSameBaseline()
    {
        var before = Begun.Fed(0, 700);
        MonitorLedger With(Func<AlarmSettings, AlarmSettings> other) =>
            before.Update(before.Spec with { Definition = before.Spec.Definition with { Alarm = other(before.Spec.Definition.Alarm) } }, rebaseline: false, Now);

        var patient = With(alarm => alarm with { Days = 365 });

        Assert.Equal((30.0, 365.0), (before.Watch.Patience!.Days, patient.Watch.Patience!.Days));
        Assert.Same(before.Watch.Baseline, patient.Watch.Baseline);
        Assert.Equal((before.Watch.Sequence, 0L), (patient.Watch.Sequence, patient.Watch.Watched));
        Assert.True(patient.Fed(700, 400, worse: 1).Watch.Alarms.All[0].Alarm.Threshold > 12 * 6000 * 0.99);
        Assert.Same(before.Watch.Drift, With(alarm => alarm with { SilenceMinutes = 5 }).Watch.Drift);
    }

    [Fact]
    public void UnchangedTrafficRaisesNothing()
    {
        var ledger = Begun.Fed(0, 2200);

        Assert.Empty(ledger.Watch.Alarms.All);
        Assert.Equal(2000, ledger.Watch.Watched);
    }

    [Fact]
    public void ADropInOneSliceRaisesAnAlarmThatNamesIt()
    {
        var ledger = Begun.Fed(0, 600).Fed(600, 400, worse: 1);

        var alarm = Assert.Single(ledger.Watch.Alarms.All);
        Assert.Equal((Direction.Drop, AlarmState.Open, 6000.0), (alarm.Alarm.Direction, alarm.State, alarm.Alarm.Threshold));
        Assert.InRange(alarm.Alarm.ChangedAt!.Value, 560, 660);
        Assert.Equal("undecided: no anchors", alarm.Verdict);
        Assert.StartsWith("Expected false alarms: at most one per 30 days", alarm.Expected, StringComparison.Ordinal);
        var first = alarm.Explanation.Slices[0];
        Assert.Equal("language=de", first.Slice.Value);
        Assert.True(first.Within < -0.3, $"German explains {first.Within}");
        Assert.InRange(alarm.Explanation.Slices[1].Within, -0.1, 0.1);
        Assert.Equal(alarm.Explanation.After - alarm.Explanation.Before, alarm.Explanation.Slices.Sum(slice => slice.Within + slice.Mix), 12);
        Assert.Equal(5, alarm.Explanation.Examples.Length);
    }

    [Fact]
    public void AnAlarmThatStandsIsNotRungAgain()
    {
        var ledger = Begun.Fed(0, 600).Fed(600, 2000, worse: 1);

        Assert.True(Assert.Single(ledger.Watch.Alarms.All).Repeats > 2);
    }

    [Fact]
    public void ASuiteThatIsStoredAgainTakesNoBaselineAway()
    {
        var definition = SomeMonitor.Definition with
        {
            Anchors = new AnchorSettings { Suite = new("anchors") },
            Benchmark = new BenchmarkSettings { Suite = new("nightly"), Schedule = Schedule.Daily },
        };
        MonitorSpec At(string version, MonitorDefinition? other = null) => SomeMonitor.Spec(other ?? definition) with
        {
            Anchors = new AnchorSource((other ?? definition).Anchors!.Suite, new(version), new CasePlan("upload", [40]), new("recorded"), 40),
            Benchmark = new BenchmarkSource(new("nightly"), new(version), new("assistant"), ModelCards.None, "test"),
        };
        var begun = MonitorLedger.Begin(At("1"));
        var standing = begun with { Anchors = begun.Anchors! with { Baseline = Baseline.Known(new("anchors"), new(1, 5), 3, 1) }, Benchmark = begun.Benchmark! with { Baseline = new("first") } };

        // The same file again, and the same with another setting, after both suites were stored anew.
        Assert.Same(standing, standing.Given(At("2"), rebaseline: false, Now));
        var quieter = standing.Given(At("2", definition with { Alarm = definition.Alarm with { SilenceMinutes = 7 } }), rebaseline: false, Now);
        Assert.Equal((new SuiteVersion("1"), new SuiteVersion("1"), 7.0), (quieter.Spec.Anchors!.Version, quieter.Spec.Benchmark!.Version, quieter.Spec.Definition.Alarm.SilenceMinutes));
        Assert.Equal((standing.Anchors.Baseline, standing.Benchmark.Baseline), (quieter.Anchors!.Baseline, quieter.Benchmark!.Baseline));

        // Somebody's word, or another suite, makes them anew.
        var anew = standing.Given(At("2"), rebaseline: true, Now);
        Assert.Equal((new SuiteVersion("2"), new SuiteVersion("2"), null, null), (anew.Spec.Anchors!.Version, anew.Spec.Benchmark!.Version, anew.Anchors!.Baseline, anew.Benchmark!.Baseline));
        Assert.Null(standing.Given(At("2", definition with { Anchors = new AnchorSettings { Suite = new("others") } }), rebaseline: false, Now).Anchors!.Baseline);
    }

    [Fact]
    public void SamplesThatABudgetHasRoomForOnlySinceTheyWereJudgedAreJudgedToo()
    {
        var begun = MonitorLedger.Begin(SomeMonitor.Spec(SomeMonitor.Definition with { Sampler = SomeMonitor.Definition.Sampler with { PerMinute = 2 } }));
        var spent = begun.Take(SomeMonitor.Batch(1, 0, 1), Now).Next;
        var batch = SomeMonitor.Batch(1, 10, 3, "another gateway");
        ImmutableArray<JudgedSample> judged = [.. spent.Take(batch, Now).Fresh.Select(drawn => SomeMonitor.Judged(drawn))];
        Assert.Single(judged);

        // While they are judged the next minute begins, and another batch tells so.
        var meanwhile = spent.Take(SomeMonitor.Batch(2, 20, 0), Now.AddMinutes(1)).Next;

        Assert.Null(meanwhile.AdmitJudged(batch, behind: false, judged, Now));
        ImmutableArray<JudgedSample> again = [.. meanwhile.Take(batch, Now).Fresh.Select(drawn => SomeMonitor.Judged(drawn))];
        var (taken, samples, _) = meanwhile.AdmitJudged(batch, behind: false, again, Now)!.Value;
        Assert.Equal((2, 1L, 4L), (samples.Length, taken.Intake.Counts.OverBudget, taken.Intake.Counts.Drawn));
        // In the same minute nothing has changed.
        Assert.Equal(judged, spent.AdmitJudged(batch, behind: false, judged, Now)!.Value.Samples);
    }

    [Fact]
    public void ResolvingWhatIsNoAlarmOfTheDetectorsLeavesTheEvidenceAsItIs()
    {
        var ledger = Begun.Fed(0, 600).Fed(600, 60, worse: 1).Tend(Now.AddDays(30));
        var trouble = Assert.Single(ledger.Watch.Alarms.Watchdogs);
        Assert.Empty(ledger.Watch.Alarms.All);
        Assert.True(ledger.Watch.Drift!.Level > 0);

        var resolved = ledger.Acknowledge(trouble.Number, new Acknowledgement(AlarmState.Resolved, "ann", "it is Sunday", Rebaseline: false), Now);

        Assert.Equal(ledger.Watch.Drift, resolved.Watch.Drift);
        var drifted = Begun.Fed(0, 600).Fed(600, 400, worse: 1).Acknowledge(1, new Acknowledgement(AlarmState.Resolved, "ann", "fixed", Rebaseline: false), Now).Fed(1000, 20, worse: 1);
        Assert.True(drifted.Watch.Drift!.Level > 0);
        Assert.Equal(drifted.Watch.Drift, drifted.Acknowledge(1, new Acknowledgement(AlarmState.Resolved, "ann", "fixed", Rebaseline: false), Now).Watch.Drift);
    }

    [Fact]
    public void AResolvedAlarmWithoutANewBaselineIsRaisedAnew()
    {
        var ledger = Begun.Fed(0, 600).Fed(600, 400, worse: 1).Acknowledge(1, new Acknowledgement(AlarmState.Resolved, "ann", "fixed", Rebaseline: false), Now);

        var again = ledger.Fed(1000, 400, worse: 1).Watch.Alarms.All;

        Assert.Equal([AlarmState.Resolved, AlarmState.Open], again.Select(alarm => alarm.State));
        Assert.Equal(("ann", "fixed"), (again[0].History[^1].By, again[0].History[^1].Note));
    }

    [Fact]
    public void OnlyAnAcknowledgementMakesANewNormal()
    {
        var drifted = Begun.Fed(0, 600).Fed(600, 400, worse: 1);
        var baseline = drifted.Watch.Baseline!;
        Assert.Equal(baseline.Id, drifted.Fed(1000, 400, worse: 1).Watch.Baseline!.Id);

        var again = drifted.Acknowledge(1, new Acknowledgement(AlarmState.Resolved, "ann", "the new tone is meant", Rebaseline: true), Now).Fed(1000, 2000, worse: 1);

        Assert.Equal((2, 1), (again.Watch.Baselines, again.Watch.Alarms.All.Length));
        Assert.True(again.Watch.Baseline!.Mean.Centre < baseline.Mean.Centre - 0.05);
    }

    [Fact]
    public void ADuplicateChangesNothing()
    {
        var ledger = Begun.Fed(0, 400);

        Assert.Same(ledger, ledger.Take(SomeMonitor.Batch(40, 390, 10), Now).Next);
        Assert.Same(ledger, ledger.Record(40, [], Now));
        var (next, fresh) = ledger.Take(SomeMonitor.Batch(1, 395, 10, "another gateway"), Now);
        Assert.Equal((5, 5L), (fresh.Length, next.Intake.Counts.Repeated));
        Assert.Equal(["turn-400", "turn-401", "turn-402", "turn-403", "turn-404"], fresh.Select(drawn => drawn.Interaction.Id.Value));
    }

    [Fact]
    public void TheLedgerIsBitIdenticalAfterAMove()
    {
        var whole = Begun.Fed(0, 600).Fed(600, 400, worse: 1);
        var moved = Begun;
        for (var i = 0; i < 1000; i += 50)
        {
            moved = Read(Written(moved.Fed(i, 50, worse: i < 600 ? 0 : 1)));
        }

        Assert.Equal(Written(whole), Written(moved));
    }

    [Fact]
    public void TheLedgerStaysSmall()
    {
        var ledger = Begun.Fed(0, 6000);

        Assert.Equal((Intake.MostKnown, RecentScores.Most), (ledger.Intake.Known.Count, ledger.Watch.Recent.Count));
        Assert.InRange(Written(ledger).Length, 1, 200_000);
        for (var i = 0; i < 300; i++)
        {
            ledger = ledger.Take(SomeMonitor.Batch(1, 6000 + i, 1, $"gateway-{i}"), Now.AddHours(i)).Next;
        }

        Assert.Equal(Intake.MostSources, ledger.Intake.Sources.Count);
        Assert.True(ledger.Intake.Knows(SomeMonitor.Batch(1, 0, 1, "gateway-299")));
    }

    [Fact]
    public void WhatCannotBeScoredIsCountedByItsReason()
    {
        var (taken, fresh) = Begun.Take(SomeMonitor.Batch(1, 0, 3), Now);

        var ledger = taken.Record(1, [.. fresh.Select(drawn => JudgedSample.Of(drawn, new Outcome.Unscored(Reason.Unparsed, ""), new("quality")))], Now);

        Assert.Equal((3L, 0L, 3L), (ledger.Watch.Sequence, ledger.Watch.Scored, ledger.Watch.Unscored[Reason.Unparsed]));
        Assert.Empty(ledger.Intake.Pending);
    }

    [Fact]
    public void ABudgetHoldsWhoeverDraws()
    {
        var definition = SomeMonitor.Definition with { Sampler = SomeMonitor.Definition.Sampler with { PerMinute = 12 } };
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec(definition));

        var (first, some) = ledger.Take(SomeMonitor.Batch(1, 0, 10), Now);
        var (second, rest) = first.Take(SomeMonitor.Batch(1, 10, 10, "another gateway"), Now);
        var (_, later) = second.Take(SomeMonitor.Batch(2, 20, 10), Now.AddMinutes(1));

        Assert.Equal((10, 2, 10, 8L), (some.Length, rest.Length, later.Length, second.Intake.Counts.OverBudget));
    }

    [Fact]
    public void WhatAMonitorGoesByAlreadyIsNoChange()
    {
        Assert.True((SomeMonitor.Spec() with { Changed = Now }).Repeats(Begun));
        Assert.False(SomeMonitor.Stricter.Repeats(Begun));
        Assert.False(SomeMonitor.Spec(SomeMonitor.Definition with { Alarm = SomeMonitor.Definition.Alarm with { SilenceMinutes = 7 } }).Repeats(Begun));
        // The present judge's definition takes the bridge to another one back.
        Assert.False(SomeMonitor.Spec().Repeats(Begun with { Anchors = new AnchorBook { Bridge = new Bridge(SomeMonitor.Stricter, Now) } }));
    }

    [Fact]
    public void AnotherJudgeNeedsAnotherBaselineAndAnotherRateDoesNot()
    {
        var ledger = Begun.Fed(0, 300);

        var faster = ledger.Update(SomeMonitor.Spec(SomeMonitor.Definition with { Sampler = new SamplerSettings { Rate = 0.5 } }), rebaseline: false, Now);
        var other = ledger.Update(SomeMonitor.Stricter, rebaseline: true, Now);

        Assert.Equal((2, ledger.Watch.Baseline), (faster.Spec.Revision, faster.Watch.Baseline));
        Assert.Contains("--rebaseline", Assert.Throws<EvaluationException>(() => ledger.Update(SomeMonitor.Stricter, rebaseline: false, Now)).Mistakes[0].Suggestion, StringComparison.Ordinal);
        Assert.Null(Begun.Update(SomeMonitor.Stricter, rebaseline: false, Now).Watch.Baseline);
        Assert.Null(other.Watch.Baseline);
        Assert.Equal(300, other.Watch.Sequence);
    }

    [Fact]
    public void AKnownBaselineIsWatchedFromTheFirstScore()
    {
        var definition = SomeMonitor.Definition with { Baseline = new BaselineSettings { Known = new KnownScores(3.5, 1.118) } };

        var ledger = MonitorLedger.Begin(SomeMonitor.Spec(definition)).Fed(0, 400, worse: 1);

        Assert.Equal(Direction.Drop, Assert.Single(ledger.Watch.Alarms.All).Alarm.Direction);
    }

    private static string Written(MonitorLedger ledger) => JsonSerializer.Serialize(ledger, EvaluationJson.Plain.MonitorLedger);

    private static MonitorLedger Read(string json) => JsonSerializer.Deserialize(json, EvaluationJson.Plain.MonitorLedger)!;
}
