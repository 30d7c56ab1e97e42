using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>A promise in days holds whatever happens to how much is scored a day, as far as anybody can know it.</summary>
public sealed class PaceTests
{
    private static readonly DateTimeOffset Now = SomeMonitor.Start;

    /// <summary>Nothing says how many scores a day there are to be: the baseline's pace does.</summary>
    private static MonitorDefinition Learnt => SomeMonitor.Definition with { Alarm = new AlarmSettings(), Sampler = new SamplerSettings { Rate = 0.1 } };

    [Fact]
    public void ADrawTenTimesAsLargeTakesTenTimesAsManyScoresToAFalseAlarm()
    {
        var ledger = Begun(Learnt).Fed(0, 400);
        var reckoned = ledger.Watch.Patience!.PerDay;

        var more = Updated(ledger, Learnt with { Sampler = new SamplerSettings { Rate = 1 } }, Now.AddMinutes(400));

        Assert.Equal(10 * reckoned, more.Watch.Patience!.PerDay, 6);
        Assert.Equal(10 * reckoned * 30, more.Watch.Patience.Threshold, 6);
        Assert.Equal(ledger.Watch.Baseline!.Id, more.Watch.Baseline!.Id);
        // The same share of the same traffic keeps the evidence too.
        Assert.Same(ledger.Watch, Updated(ledger, Learnt with { Description = "the same" }, Now.AddMinutes(400)).Watch);
    }

    [Fact]
    public void RatesOfSlicesCountByTheTrafficThatTheyHave()
    {
        var ledger = Begun(Learnt).Fed(0, 400);
        var strata = ImmutableSortedDictionary<Slice, double>.Empty.Add(new("language=de"), 0.3);

        var more = Updated(ledger, Learnt with { Sampler = new SamplerSettings { Rate = 0.1, Strata = strata } }, Now.AddMinutes(400));

        // Half of the traffic is German.
        Assert.Equal(2 * ledger.Watch.Patience!.PerDay, more.Watch.Patience!.PerDay, 6);
    }

    [Fact]
    public void ThePaceOfTheLastDaysIsTakenRatherThanThatOfTheBaseline()
    {
        // The baseline came at 10 in 10 minutes, then only 10 in 100.
        var slow = Begun(Learnt).Fed(0, 200);
        for (var i = 0; i < 40; i++)
        {
            var (next, fresh) = slow.Take(SomeMonitor.Batch(21 + i, 200 + 10 * i, 10), Now.AddMinutes(200 + 100 * i));
            slow = next.Record(next.Intake.Segments, [.. fresh.Select(drawn => SomeMonitor.Judged(drawn))], Now.AddMinutes(200 + 100 * i));
        }

        var more = Updated(slow, Learnt with { Sampler = new SamplerSettings { Rate = 0.2 } }, Now.AddMinutes(4200));

        Assert.InRange(more.Watch.Patience!.PerDay, 2 * 130, 2 * 300);
        Assert.InRange(slow.Watch.Patience!.PerDay, 1400, 1600);
    }

    [Fact]
    public void WithoutItsDailyBudgetAMonitorReckonsWithAllThatItsTrafficGives()
    {
        var budget = Learnt with { Sampler = new SamplerSettings { Rate = 0.5, PerDay = 50 } };
        var ledger = Begun(budget).Fed(0, 400);
        Assert.Null(ledger.Watch.Drift);
        var last = Now;
        // Three days more until the baseline has its 200 scores.
        for (var day = 1; ledger.Watch.Drift is null; day++)
        {
            for (var hour = 0; hour < 24; hour++)
            {
                var number = 24 * day + hour;
                last = Now.AddHours(number);
                var (next, fresh) = ledger.Take(SomeMonitor.Batch(1000 + number, 100 * number, 100), last);
                ledger = fresh.IsEmpty ? next : next.Record(next.Intake.Segments, [.. fresh.Select(drawn => SomeMonitor.Judged(drawn))], last);
            }
        }

        Assert.Equal(50, ledger.Watch.Patience!.PerDay);
        var free = Updated(ledger, budget with { Sampler = new SamplerSettings { Rate = 0.5 } }, last);
        Assert.InRange(free.Watch.Patience!.PerDay, 0.5 * 2000, 0.5 * 2400);
        Assert.InRange(Updated(ledger, budget with { Sampler = new SamplerSettings { Rate = 0.5, PerMinute = 1 } }, last).Watch.Patience!.PerDay, 0.5 * 2000, 0.5 * 2400);
    }

    [Fact]
    public void AnotherAlarmMayBeWantedWhileTheBaselineIsBeingMade()
    {
        var half = Begun(Learnt).Fed(0, 100);

        var rarer = Updated(half, Learnt with { Alarm = new AlarmSettings { Days = 60 } }, Now.AddMinutes(100));

        Assert.Equal(100, rarer.Watch.Learning.Scores.Count);
        Assert.Equal(60, rarer.Fed(100, 200).Watch.Patience!.Days);
    }

    [Fact]
    public void APauseSaysNothingAboutThePaceOfABaseline()
    {
        var half = Begun(Learnt).Fed(0, 100);
        var paused = half.Pause(true, Now.AddMinutes(100)).Pause(false, Now.AddMinutes(100).AddDays(7));
        Assert.Equal(TimeSpan.FromDays(7), paused.Watch.Learning.Rested);
        Assert.Equal(half.Watch.Learning.PerDay(Now.AddMinutes(100)), paused.Watch.Learning.PerDay(Now.AddMinutes(100).AddDays(7)), 9);
        // Before the first score there is no pace.
        Assert.Equal(TimeSpan.Zero, Begun(Learnt).Pause(true, Now).Pause(false, Now.AddDays(1)).Watch.Learning.Rested);
    }

    [Fact]
    public void APauseSaysNothingAboutThePaceThatAnAlarmReckonsWith()
    {
        var steady = Paced(Begun(Learnt), 0, 300, 10);
        var (stopped, resumed) = (Now.AddMinutes(3000), Now.AddMinutes(3000).AddDays(5));

        var more = Updated(steady.Pause(true, stopped).Pause(false, resumed), Learnt with { Sampler = new SamplerSettings { Rate = 0.2 } }, resumed.AddHours(1));

        Assert.InRange(more.Watch.Patience!.PerDay, 2 * 1400, 2 * 1600);
        // Of a short one nothing is to be seen in a week.
        Assert.Equal(steady.Watchdog.Scores, steady.Pause(true, stopped).Pause(false, stopped.AddMinutes(5)).Watchdog.Scores);
    }

    [Fact]
    public void ThePaceBeforeAnotherBaselineIsNotHeldAgainstItsPromise()
    {
        var fast = Paced(Begun(Learnt), 0, 300, 10);
        var given = Now.AddMinutes(3000);
        var anew = fast.Update(SomeMonitor.Spec(Learnt), rebaseline: true, given);

        var slow = Paced(anew, 300, 25, 100, given);

        Assert.InRange(slow.Watch.Patience!.PerDay, 140, 160);
        Assert.Null(slow.Outpaced(given.AddMinutes(2600)));
    }

    /// <summary>Takes and records so many batches of ten, one every so many minutes.</summary>
    private static MonitorLedger Paced(MonitorLedger ledger, int first, int batches, int minutes, DateTimeOffset? from = null)
    {
        for (var i = 0; i < batches; i++)
        {
            var now = (from ?? Now).AddMinutes(i * minutes);
            var (next, fresh) = ledger.Take(SomeMonitor.Batch(first + i + 1, 10 * (first + i), 10), now);
            ledger = next.Record(next.Intake.Segments, [.. fresh.Select(drawn => SomeMonitor.Judged(drawn))], now);
        }

        return ledger;
    }

    private static MonitorLedger Begun(MonitorDefinition definition) => MonitorLedger.Begin(SomeMonitor.Spec(definition));

    private static MonitorLedger Updated(MonitorLedger ledger, MonitorDefinition definition, DateTimeOffset now) => ledger.Update(SomeMonitor.Spec(definition), rebaseline: false, now);
}
