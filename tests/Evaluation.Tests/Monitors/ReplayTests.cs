using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class ReplayTests
{
    private static readonly MonitorLedger Drifted = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 300).Fed(300, 300, worse: 1);

    [Fact]
    public void ItsOwnSettingsRaiseTheSameAlarmAgain()
    {
        var replayed = Replay.Of(Drifted, Drifted.Spec.Definition);

        var (then, now) = (Drifted.Watch.Alarms.All[0], replayed.Watch.Alarms.All[0]);
        Assert.Equal((then.Alarm.Sequence, then.Alarm.Evidence, then.Alarm.ChangedAt), (now.Alarm.Sequence, now.Alarm.Evidence, now.Alarm.ChangedAt));
        Assert.Equal(Drifted.Watch.Level, replayed.Watch.Level);
    }

    [Fact]
    public void FewerFalseAlarmsTakeMoreEvidence()
    {
        var patient = Replay.Of(Drifted, SomeMonitor.Definition with { Alarm = new AlarmSettings { PerDay = 100, Days = 3000 } });

        Assert.True(patient.Watch.Alarms.All[0].Alarm.Sequence > Drifted.Watch.Alarms.All[0].Alarm.Sequence, "a hundredfold threshold was reached as early");
        Assert.Contains("at most one per 3000 days (300,000 judged scores)", FalseAlarms.Of(patient.Watch.Drift!).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatScoresCannotTellIsSaidAllAtOnce()
    {
        var other = SomeMonitor.Stricter.Definition with { Slices = ["channel"], Baseline = new BaselineSettings { Scores = 100 }, Alarm = new AlarmSettings { Days = -1 } };

        var told = Assert.Throws<EvaluationException>(() => Replay.Of(MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 50), other)).Mistakes;

        Assert.Equal(["alarm.days", null, "judge", "slices", "baseline"], told.Select(mistake => mistake.Field));
        Assert.Contains("it takes 200 scores, and there are 50", told[1].What, StringComparison.Ordinal);
    }
}
