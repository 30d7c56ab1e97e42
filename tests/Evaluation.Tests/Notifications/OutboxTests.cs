using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Notifications;
using Assize.Evaluation.Tests.Monitors;

namespace Assize.Evaluation.Tests.Notifications;

/// <summary>What is to be told comes to be with the alarm, and stays until it is told or given up.</summary>
public sealed class OutboxTests
{
    private static readonly DateTimeOffset Now = SomeMonitor.Start;

    private static readonly RetryTimes Retry = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), TimeSpan.FromHours(24));

    private static MonitorLedger Begun => MonitorLedger.Begin(SomeMonitor.Spec(SomeMonitor.Definition with { Notify = [new("pager"), new("chat")] }));

    [Fact]
    public void EachTransitionOfAnAlarmIsToldToEachChannelOnceWithAnIdOfItsOwn()
    {
        var before = Begun.Fed(0, 600);
        var opened = before.Fed(600, 400, worse: 1).Announced(before, Now);
        var acknowledged = opened.Acknowledge(1, new Acknowledgement(AlarmState.Acknowledged, "ann", "looking", Rebaseline: false), Now.AddMinutes(5)).Announced(opened, Now);
        var resolved = acknowledged.Acknowledge(1, new Acknowledgement(AlarmState.Resolved, "ann", "", Rebaseline: false), Now.AddMinutes(9)).Announced(acknowledged, Now);

        Assert.Equal(["opened", "opened", "acknowledged", "acknowledged", "resolved", "resolved"], resolved.Outbox.Waiting.Select(notice => notice.Event));
        Assert.Equal(["pager", "chat"], opened.Outbox.Waiting.Select(notice => notice.Channel.Value));
        Assert.Equal(3, resolved.Outbox.Waiting.Select(notice => notice.Id).Distinct().Count());
        Assert.Same(resolved, resolved.Announced(resolved, Now));
        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(resolved, EvaluationJson.Plain.MonitorLedger), EvaluationJson.Plain.MonitorLedger)!;
        Assert.Equal(resolved.Outbox.Waiting, read.Outbox.Waiting);
    }

    [Fact]
    public void AnotherVerdictIsToldOnceAndNoOtherFigureIs()
    {
        var before = Begun.Fed(0, 600);
        var opened = before.Fed(600, 400, worse: 1).Announced(before, Now);
        var (lenient, steady) = (new Shift(0.5, 0.01), new Shift(0, 0.1));
        var unknown = Judged(opened, new AnchorVerdict(steady, new Shift(-0.1, 0.1), 40));
        var judge = Judged(unknown, new AnchorVerdict(lenient, null, 40));
        var surer = Judged(judge, new AnchorVerdict(new Shift(0.6, 0.01), null, 40));
        var both = Judged(surer, new AnchorVerdict(lenient, new Shift(-1, 0.1), 40));
        var back = Judged(both, new AnchorVerdict(lenient, null, 40));

        Assert.Equal(
            [2, 4, 4, 6, 8],
            new[] { unknown, judge, surer, both, back }.Select(ledger => ledger.Outbox.Waiting.Length));
        Assert.Equal(4, back.Outbox.Waiting.Select(notice => notice.Id).Distinct().Count());
        var told = judge.Outbox.Waiting[^1];
        Assert.Equal("verdict", told.Event);
        Assert.EndsWith("/verdict-1", told.Id, StringComparison.Ordinal);
        Assert.Contains("alarm 1 has another verdict: quality dropped", told.Body, StringComparison.Ordinal);
        Assert.Contains("\"verdict\":\"the judge", told.Body, StringComparison.Ordinal);
        Assert.Equal((AlarmState.Open, 4), (back.Watch.Alarms.All[0].State, back.Watch.Alarms.All[0].History.Length));
        var resolved = back.Acknowledge(1, new Acknowledgement(AlarmState.Resolved, "ann", "", Rebaseline: false), Now).Announced(back, Now);
        Assert.Same(resolved, Judged(resolved, new AnchorVerdict(steady, null, 40)));

        static MonitorLedger Judged(MonitorLedger ledger, AnchorVerdict verdict)
        {
            var alarms = ledger.Watch.Alarms.Judged(_ => verdict, Now);
            return alarms == ledger.Watch.Alarms ? ledger : (ledger with { Watch = ledger.Watch with { Alarms = alarms } }).Announced(ledger, Now);
        }
    }

    [Fact]
    public void TheMessageSaysWhatMovedSinceWhenAndWhere()
    {
        var before = Begun.Fed(0, 600);
        var opened = before.Fed(600, 400, worse: 1).Announced(before, Now);
        using var message = JsonDocument.Parse(opened.Outbox.Waiting[0].Body);
        var root = message.RootElement;

        Assert.Equal((1, "opened", "support", "drift", "default"), (root.GetProperty("version").GetInt32(), root.GetProperty("event").GetString(), root.GetProperty("monitor").GetString(),
            root.GetProperty("kind").GetString(), root.GetProperty("tenant").GetString()));
        Assert.Equal(opened.Outbox.Waiting[0].Id, root.GetProperty("id").GetString());
        var drift = root.GetProperty("drift");
        Assert.Equal(("drop", "language=de"), (drift.GetProperty("direction").GetString(), drift.GetProperty("slices")[0].GetProperty("slice").GetString()));
        Assert.Equal(Now, drift.GetProperty("changedTime").GetDateTimeOffset());
        Assert.Matches("^support, alarm 1 opened: quality dropped from 3\\.\\d\\d to \\d\\.\\d\\d since 2026-05-04 08:00Z, most of it in language=de\\. Judge or product: undecided: no anchors\\.$", root.GetProperty("summary").GetString());
        Assert.False(root.TryGetProperty("watchdog", out _));
    }

    [Fact]
    public void TheWatchdogsAlarmsAreToldAsWell()
    {
        var silent = Begun.Tend(Now.AddMinutes(61)).Announced(Begun, Now);
        using var message = JsonDocument.Parse(silent.Outbox.Waiting[0].Body);

        Assert.Equal("watchdog", message.RootElement.GetProperty("kind").GetString());
        Assert.Equal("NoTraffic", message.RootElement.GetProperty("watchdog").GetProperty("trouble").GetString());
    }

    [Fact]
    public void AChannelThatDoesNotAnswerIsAskedAgainLaterAndHoldsUpNoOther()
    {
        var silent = Begun.Tend(Now.AddMinutes(61)).Announced(Begun, Now);
        var at = Now.AddMinutes(61);
        var (pager, chat) = (silent.Outbox.Waiting[0], silent.Outbox.Waiting[1]);
        Assert.Equal([pager, chat], silent.Outbox.Due(at));

        var failed = silent.NotDelivered(pager, "no connection", Retry, at);

        Assert.Equal([chat], failed.Outbox.Due(at));
        Assert.Equal(2, failed.Outbox.Due(at.AddSeconds(5)).Length);
        Assert.Equal("The notification of channel 'pager' about alarm 1 (opened) did not get through 1 times: no connection", Assert.Single(failed.Outbox.Troubles));
        var twice = failed.NotDelivered(failed.Outbox.Waiting[0], "no connection", Retry, at.AddSeconds(5));
        Assert.Equal(at.AddSeconds(15), twice.Outbox.Waiting[0].NotBefore);
        Assert.Equal(TimeSpan.FromMinutes(10), Retry.After(40));
        Assert.Equal([twice.Outbox.Waiting[0]], twice.Delivered(chat).Outbox.Waiting);
    }

    [Fact]
    public void WhatIsGivenUpStandsInTheAlarmsHistory()
    {
        var silent = Begun.Tend(Now.AddMinutes(61)).Announced(Begun, Now);
        var pager = silent.Outbox.Waiting[0];

        var late = silent.NotDelivered(pager, "it answered with status 500", Retry, Now.AddMinutes(61).AddHours(24));

        Assert.DoesNotContain(late.Outbox.Waiting, pager.Same);
        var remark = late.Watch.Alarms.Watchdogs[0].History[^1];
        Assert.Equal((AlarmState.Open, "notifications"), (remark.State, remark.By));
        Assert.Equal("Channel 'pager' was not told that it was opened: it did not get through for 24 h, lastly: it answered with status 500", remark.Note);
        Assert.Same(late, late.Announced(silent, Now));
    }

    [Fact]
    public void AnOutboxThatIsFullGivesUpTheOldest()
    {
        var ledger = Begun;
        for (var i = 0; i < 120; i++)
        {
            var next = ledger with { Watch = ledger.Watch with { Alarms = ledger.Watch.Alarms.Tend(i % 2 == 0 ? [new WatchdogFinding(WatchdogTrouble.NoTraffic, "none")] : [], "over", Now.AddMinutes(i)) } };
            ledger = next.Announced(ledger, Now.AddMinutes(i));
        }

        Assert.Equal(Outbox.Most, ledger.Outbox.Waiting.Length);
        Assert.Contains("too many others wait", ledger.Watch.Alarms.Watchdogs[0].History[^1].Note, StringComparison.Ordinal);
    }

    [Fact]
    public void AChannelThatNobodyDeclaredIsAMistake()
    {
        var definition = SomeMonitor.Definition with { Notify = [new("pagr"), new("chat"), new("chat")] };

        Assert.Equal(
            ["notify[0]", "notify[2]"],
            MonitorCheck.Of(definition, null, [new NotificationChannel("pager"), new NotificationChannel("chat")]).Select(mistake => mistake.Field));
        Assert.Equal(["notify[2]"], MonitorCheck.Of(definition).Select(mistake => mistake.Field));
    }
}
