using System.Text.Json;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>Silence is told from good news: by sentences while it lasts, and by alarms that come and go by themselves.</summary>
public sealed class WatchdogTests
{
    private static readonly DateTimeOffset Now = SomeMonitor.Start;

    private static MonitorLedger Begun => MonitorLedger.Begin(SomeMonitor.Spec());

    [Fact]
    public void NoTrafficIsATroubleAfterTheSilenceThatIsPutUpWith()
    {
        Assert.Empty(Begun.Troubles(Now.AddMinutes(59)));
        Assert.Equal("No traffic since 2026-05-04 08:00:00Z.", Assert.Single(Begun.Troubles(Now.AddMinutes(61))));
        Assert.Empty((Begun with { Paused = true }).Troubles(Now.AddDays(1)));
    }

    [Fact]
    public void SamplesThatWaitAreATroubleOnlyWhenNoneOfThemGetsAScoreForALongTime()
    {
        var taken = Begun.Take(SomeMonitor.Batch(1, 0, 30), Now).Next;
        var (again, fresh) = taken.Take(SomeMonitor.Batch(2, 30, 30), Now.AddMinutes(50));

        Assert.Empty(again.Troubles(Now.AddMinutes(59)));
        Assert.Equal("Samples wait since 2026-05-04 08:00:00Z, and none of them got a score.", Assert.Single(again.Troubles(Now.AddMinutes(61))));

        var scored = again.Record(2, [.. fresh.Select(drawn => SomeMonitor.Judged(drawn))], Now.AddMinutes(62));
        Assert.Empty(scored.Troubles(Now.AddMinutes(100)));
        Assert.Null(scored.Record(1, [SomeMonitor.Judged(fresh[0])], Now.AddMinutes(63)).Watchdog.WaitingSince);
    }

    [Fact]
    public void TrafficOfWhichNothingIsScoredIsATroubleThoughNothingWasToBeDrawn()
    {
        var sampler = SomeMonitor.Definition.Sampler with { Rate = 0.1 };
        var begun = MonitorLedger.Begin(SomeMonitor.Spec(SomeMonitor.Definition with { Sampler = sampler }));
        // The budget is spent: the rate in force is 0, so that nothing is expected, and nothing waits.
        MonitorLedger Blind(MonitorLedger ledger, int number, int minutes) => ledger.Take(SomeMonitor.Batch(number, 0, 0) with { Expected = 0, Seen = Traffic(150) }, Now.AddMinutes(minutes)).Next;

        var silent = Blind(Blind(begun, 1, 0), 2, 50);
        Assert.Empty(silent.Troubles(Now.AddMinutes(59)));
        Assert.StartsWith("No score since 2026-05-04 08:00:00Z, while traffic came in of which 30 samples would have been drawn", Assert.Single(silent.Troubles(Now.AddMinutes(61))), StringComparison.Ordinal);

        var (taken, fresh) = silent.Take(SomeMonitor.Batch(3, 0, 1) with { Seen = Traffic(1) }, Now.AddMinutes(70));
        Assert.Empty(taken.Record(1, [SomeMonitor.Judged(fresh[0])], Now.AddMinutes(71)).Troubles(Now.AddMinutes(100)));
        // Too little traffic for the rate to have drawn anything.
        Assert.Empty(begun.Take(SomeMonitor.Batch(1, 0, 0) with { Expected = 0, Seen = Traffic(100) }, Now.AddMinutes(59)).Next.Troubles(Now.AddMinutes(118)));
    }

    [Fact]
    public void FarFewerThanExpectedIsATrouble()
    {
        var few = Begun.Take(SomeMonitor.Batch(1, 0, 5) with { Expected = 40 }, Now).Next;
        // Where texts are not kept, what is drawn is counted when it is judged.
        Assert.Empty(few.Troubles(Now.AddMinutes(1)));
        Assert.Equal("Only 5 samples were drawn where the rates say 40.", Assert.Single(few.Troubles(Now.AddMinutes(2))));
        Assert.Equal("Only 5 samples were drawn where the rates say 80.", Assert.Single(few.Take(SomeMonitor.Batch(2, 40, 0) with { Expected = 40 }, Now.AddMinutes(60)).Next.Troubles(Now.AddMinutes(60))));

        var (taken, fresh) = Begun.Take(SomeMonitor.Batch(1, 0, 30), Now);
        var unread = taken.Record(1, [.. fresh.Select((drawn, i) => i < 5 ? SomeMonitor.Judged(drawn) : JudgedSample.Of(drawn, new Outcome.Unscored(Reason.Unparsed, ""), new("quality")))], Now);
        Assert.Equal("Only 5 of the last 30 judged samples have a score.", Assert.Single(unread.Troubles(Now)));
        Assert.DoesNotContain(unread.Troubles(Now.AddHours(2)), trouble => trouble.StartsWith("Only", StringComparison.Ordinal));
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<Evaluation.Suites.Slice, long> Traffic(long seen) =>
        System.Collections.Immutable.ImmutableSortedDictionary<Evaluation.Suites.Slice, long>.Empty.Add(new("all"), seen);

    [Fact]
    public void TrafficIsHeldAgainstTheSameHourOfAWeekAndAQuietDayIsNoTrouble()
    {
        MonitorLedger Hour(MonitorLedger ledger, int hour, long seen) => ledger.Take(
            SomeMonitor.Batch(hour + 1, 0, 0) with { Seen = Traffic(seen) }, Now.AddHours(hour)).Next;
        // The rate is so low that nothing is wanted of all this traffic. Less at night, and a Sunday with a third of the others.
        var begun = MonitorLedger.Begin(SomeMonitor.Spec(SomeMonitor.Definition with { Sampler = new() { Rate = 1e-6 } }));
        var week = Enumerable.Range(0, 8 * 24).Aggregate(begun, (ledger, hour) => Hour(ledger, hour, (hour % 24 < 8 ? 120 : 900) / (hour / 24 == 6 ? 3 : 1)));

        Assert.Empty(week.Troubles(Now.AddHours(8 * 24)));
        var some = Hour(week, 8 * 24 + 12, 80);
        Assert.Empty(some.Troubles(Now.AddHours(8 * 24 + 13)));
        var few = Hour(week, 8 * 24 + 12, 70);
        Assert.Equal("Only 70 interactions in the last whole hour, which had at least 300 on each of the seven days before.", Assert.Single(few.Troubles(Now.AddHours(8 * 24 + 13))));
        var paused = few.Pause(true, Now.AddHours(8 * 24 + 12.5)).Pause(false, Now.AddHours(8 * 24 + 12.9));
        Assert.Empty(paused.Troubles(Now.AddHours(8 * 24 + 13)));
        Assert.Single(Hour(paused, 8 * 24 + 13, 70).Troubles(Now.AddHours(8 * 24 + 14)));
        Assert.Empty(Hour(Enumerable.Range(0, 7 * 24).Aggregate(begun, (ledger, hour) => Hour(ledger, hour, 900)), 7 * 24, 10).Troubles(Now.AddHours(7 * 24 + 1)));
    }

    [Fact]
    public void ScoresThatComeTwiceAsOftenAsThePromiseReckonsWithAreATroubleFromTheFirstWholeDayOn()
    {
        // The promise reckons with 100 a day; 10 come every 10 minutes.
        var (begun, fast) = (Begun.Fed(0, 200), Begun.Fed(0, 200).Fed(200, 2000));
        Assert.DoesNotContain(begun.Fed(200, 1000).Troubles(Now.AddMinutes(1200)), Outpaced);
        var told = Assert.Single(fast.Troubles(Now.AddMinutes(2200)), Outpaced);
        Assert.Equal("1440 scores came a day, where the alarms' promise reckons with 100: false alarms may come once in 2.1 days in the place of 30. Apply the monitor with alarm.perDay: 1440.", told);

        var quick = SomeMonitor.Definition with { Alarm = new AlarmSettings { PerDay = 1440 } };
        Assert.DoesNotContain(fast.Update(SomeMonitor.Spec(quick), rebaseline: false, Now.AddMinutes(2200)).Fed(2200, 2000).Troubles(Now.AddMinutes(4200)), Outpaced);

        static bool Outpaced(string trouble) => trouble.Contains("promise", StringComparison.Ordinal);
    }

    [Fact]
    public void ANewSliceIsATroubleHoweverLongTheMonitorWatchedBeforeAndNoneWhenItIsGone()
    {
        var old = MonitorLedger.Begin(SomeMonitor.Spec(SomeMonitor.Definition with { Alarm = new AlarmSettings { PerDay = 1440 } })).Fed(0, 6000);
        MonitorLedger Mixed(MonitorLedger ledger, int from, int strangers)
        {
            var (taken, fresh) = ledger.Take(SomeMonitor.Batch(from / 10 + 1, from, 100), Now.AddMinutes(from));
            return taken.Record(taken.Intake.Segments, [.. fresh.Select((drawn, i) => SomeMonitor.Judged(drawn) is var judged && i < strangers ? judged with { Slice = new("language=fr") } : judged)], Now.AddMinutes(from));
        }

        var (few, many) = (Mixed(old, 6000, 51), Mixed(old, 6000, 52));
        Assert.Empty(few.Troubles(Now.AddMinutes(6001)));
        Assert.Equal("52 of the last 512 scores lie in slices that the baseline does not have, and are not watched.", Assert.Single(many.Troubles(Now.AddMinutes(6001))));
        Assert.Empty(many.Fed(6100, 512).Troubles(Now.AddMinutes(6613)));
    }

    [Fact]
    public void ATroubleRaisesOneAlarmThatResolvesItselfAndKeepsItsHistory()
    {
        var silent = Begun.Tend(Now.AddMinutes(61));
        var alarm = Assert.Single(silent.Watch.Alarms.Watchdogs);
        Assert.Equal((1L, WatchdogTrouble.NoTraffic, AlarmState.Open, 1), (alarm.Number, alarm.Trouble, alarm.State, silent.Watch.Alarms.StandingCount));
        Assert.Same(silent, silent.Tend(Now.AddMinutes(62)));

        var back = silent.Take(SomeMonitor.Batch(1, 0, 10), Now.AddMinutes(70)).Next.Tend(Now.AddMinutes(70));
        var over = Assert.Single(back.Watch.Alarms.Watchdogs);
        Assert.Equal((AlarmState.Resolved, "monitor", "It is over."), (over.State, over.History[^1].By, over.History[^1].Note));
        Assert.Equal([Now.AddMinutes(61), Now.AddMinutes(70)], over.History.Select(one => one.At));

        var again = back.Record(1, [.. Enumerable.Range(0, 10).Select(_ => SomeMonitor.Judged(SomeMonitor.Batch(1, 0, 1).Drawn[0]))], Now.AddMinutes(71)).Tend(Now.AddMinutes(140));
        Assert.Equal([1L, 2L], again.Watch.Alarms.Watchdogs.Select(one => one.Number));
    }

    [Fact]
    public void AnAlarmThatSomebodyResolvedIsNotRaisedAgainWhileTheSameTroubleLasts()
    {
        var resolved = Begun.Tend(Now.AddMinutes(61)).Acknowledge(1, new Acknowledgement(AlarmState.Resolved, "ann", "it is Sunday", Rebaseline: false), Now.AddMinutes(62));

        Assert.Same(resolved, resolved.Tend(Now.AddMinutes(63)));

        var back = resolved.Take(SomeMonitor.Batch(1, 0, 10), Now.AddMinutes(70)).Next.Tend(Now.AddMinutes(70));
        Assert.Equal(("ann", 2), (back.Watch.Alarms.Watchdogs[0].History[^1].By, back.Watch.Alarms.Watchdogs[0].History.Length));
        Assert.Equal(2, back.Tend(Now.AddMinutes(131)).Watch.Alarms.Watchdogs.Count(one => one.Trouble is WatchdogTrouble.NoTraffic));
    }

    [Fact]
    public void APauseIsNotHeldAgainstTheTraffic()
    {
        var paused = Begun.Tend(Now.AddMinutes(61)).Pause(true, Now.AddMinutes(65));
        var tended = paused.Tend(Now.AddMinutes(66));
        Assert.Equal("The monitor is paused.", tended.Watch.Alarms.Watchdogs[0].History[^1].Note);

        var resumed = tended.Pause(false, Now.AddDays(1));

        Assert.Same(resumed, resumed.Tend(Now.AddDays(1).AddMinutes(59)));
        Assert.Equal(2, resumed.Tend(Now.AddDays(1).AddMinutes(61)).Watch.Alarms.Watchdogs.Length);
    }

    [Fact]
    public void ALedgerWithAlarmsOfBothKindsIsReadAsItWasWritten()
    {
        var ledger = Begun.Fed(0, 600).Fed(600, 400, worse: 1).Tend(Now.AddDays(30));
        Assert.Equal((1, 1, 2), (ledger.Watch.Alarms.All.Length, ledger.Watch.Alarms.Watchdogs.Length, ledger.Watch.Alarms.StandingCount));

        var written = JsonSerializer.Serialize(ledger, EvaluationJson.Plain.MonitorLedger);

        Assert.Equal(written, JsonSerializer.Serialize(JsonSerializer.Deserialize(written, EvaluationJson.Plain.MonitorLedger), EvaluationJson.Plain.MonitorLedger));
    }

    [Fact]
    public void APresentPassRateHasAnIntervalAtItsEndsTooAndFewerScoresWhereSomeWeighMore()
    {
        var criterion = new Criterion { Name = new("safe"), Question = "Is it safe?", Scale = Scale.PassFail };
        var spec = SomeMonitor.Spec(SomeMonitor.Definition with { Judge = ((ScoreJudge)SomeMonitor.Definition.Judge) with { Asked = [criterion] } });
        PresentEstimate Of(params RecentScore[] scores) => PresentEstimate.Of(spec, Begun.Fed(0, 400).Watch with { Recent = [.. scores] })!;
        RecentScore Score(int i, double score, double inclusion = 1) => new(i, new($"s{i}"), new("x"), score, 0) { Inclusion = inclusion };
        var carry = Begun.Fed(0, 400).Watch.Baseline!.Mean.Carry;

        var all = Of([.. Enumerable.Range(1, 80).Select(i => Score(i, 1))]);
        var (low, high) = Evaluation.Statistics.Proportion.Wilson(1, 80 * (1 - carry) / (1 + carry));
        Assert.Equal((1.0, low, 1.0, 1.0), (all.Mean, all.Low, all.High, high));
        Assert.InRange(all.Low!.Value, 0.85, 0.97);

        // Forty that stand for ten times as many each as the other forty: worth 48 equal ones.
        var unequal = Of([.. Enumerable.Range(1, 80).Select(i => Score(i, i % 4 == 0 ? 0 : 1, i % 2 == 0 ? 0.1 : 1))]);
        var expected = Evaluation.Statistics.Proportion.Wilson(unequal.Mean, 440.0 * 440 / 4040 * (1 - carry) / (1 + carry));
        Assert.Equal(expected.Low, unequal.Low!.Value, 12);
        Assert.Equal(expected.High, unequal.High!.Value, 12);
    }

    [Fact]
    public void ThePresentEstimateWeighsByTheProbabilityOfBeingDrawn()
    {
        var ledger = Begun.Fed(0, 400);
        var watch = ledger.Watch with { Recent = [new RecentScore(1, new("a"), new("x"), 5, 0) { Inclusion = 0.1 }, new RecentScore(2, new("b"), new("x"), 1, 0) { Inclusion = 0.5 }] };

        Assert.Equal((10 * 5 + 2 * 1) / 12.0, PresentEstimate.Of(ledger.Spec, watch)!.Mean, 12);
        var now = PresentEstimate.Of(ledger.Spec, ledger.Watch)!;
        Assert.Equal(100, now.Scores);
        Assert.InRange(now.Mean, now.Low!.Value, now.High!.Value);
        Assert.InRange(now.Mean, 3.2, 3.8);
        Assert.Equal(100, PresentEstimate.Of(ledger.Spec, Begun.Fed(0, 150).Watch)!.Scores);
        Assert.Null(PresentEstimate.Of(ledger.Spec, Begun.Watch));
    }
}
