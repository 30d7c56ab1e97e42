using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Grains.Monitors;
using Orleans.Core.Internal;

namespace Assize.Grains.Tests.Monitors;

/// <summary>The watchdog looks while nothing comes in, and what it finds is told, whatever happens on the way.</summary>
[Collection(nameof(TwoSilos))]
public sealed class NotificationTests(TwoSilos silos)
{
    /// <summary>A third of a second.</summary>
    private static readonly AlarmSettings Impatient = new() { PerDay = 100, SilenceMinutes = 0.005 };

    private static ScriptedChannels Channels => TwoSilos.Channels;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SilenceIsNoticedAlthoughNothingComesInAndEndsByItself()
    {
        var monitor = await Begun("silent");

        var alarm = await Alarm(monitor, one => one.State is AlarmState.Open);
        Assert.Equal(WatchdogTrouble.NoTraffic, alarm.Trouble);
        await monitor.Take(MonitorTests.Batch("silent", 1, 0, 5));

        var over = await Alarm(monitor, one => one.Number == alarm.Number && one.State is AlarmState.Resolved);
        Assert.Equal([AlarmState.Open, AlarmState.Resolved], over.History.Select(one => one.State));
        Assert.Equal("monitor", over.History[^1].By);
    }

    [Fact]
    public async Task AChannelThatFailsAtFirstIsToldAgainWithTheSameIdAndTheSameText()
    {
        const string Channel = "fails-first";
        Channels.Answer(Channel, before => Task.FromResult(before < 3 ? "no connection" : null));
        var monitor = await Begun("failing", Channel);

        await Waiting.Until(() => Task.FromResult(Channels.Told(Channel).Count >= 4));
        await Waiting.Until(async () => (await monitor.Status())!.Ledger.Outbox.Waiting.IsEmpty);

        var first = Channels.Told(Channel).Take(4).ToArray();
        Assert.Equal((1, 1), (first.Select(notice => notice.Id).Distinct().Count(), first.Select(notice => notice.Body).Distinct().Count()));
        Assert.Equal([0, 1, 2, 3], first.Select(notice => notice.Failures));
    }

    [Fact]
    public async Task AnActivationThatIsLostBetweenTheAlarmAndItsDeliveryLosesNoNotification()
    {
        const string Channel = "lost-between";
        var hangs = new TaskCompletionSource<string?>();
        Channels.Answer(Channel, before => before == 0 ? hangs.Task : Task.FromResult<string?>(null));
        var monitor = await Begun("lost", Channel);
        await Waiting.Until(() => Task.FromResult(Channels.Told(Channel).Count == 1));

        await monitor.AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);

        await Waiting.Until(async () => (await monitor.Status())!.Ledger is { Outbox.Waiting.IsEmpty: true, Watch.Alarms.Watchdogs.IsEmpty: false });
        Assert.Equal(Channels.Told(Channel)[0].Id, Channels.Told(Channel)[1].Id);
    }

    [Fact]
    public async Task AChannelThatNeverAnswersIsGivenUpAndTheHistorySaysSo()
    {
        const string Channel = "never";
        Channels.Answer(Channel, _ => Task.FromResult<string?>("it answered with status 503"));
        var monitor = await Begun("given-up", Channel);
        await Waiting.Until(async () => (await monitor.Status())!.Troubles.Any(trouble => trouble.Contains("did not get through", StringComparison.Ordinal)));

        var alarm = await Alarm(monitor, one => one.History.Length > 1);

        Assert.Equal((AlarmState.Open, "notifications"), (alarm.State, alarm.History[^1].By));
        Assert.Equal("Channel 'never' was not told that it was opened: it did not get through for 1 s, lastly: it answered with status 503", alarm.History[^1].Note);
        Assert.Empty((await monitor.Status())!.Ledger.Outbox.Waiting);
    }

    [Fact]
    public async Task WhatAMonitorCountsAndShowsIsMeasuredAndItsGaugesGoWithIt()
    {
        using var measured = new Measured();
        Channels.Answer("measured-channel", _ => Task.FromResult<string?>(null));
        var monitor = await MonitorTests.Begun(silos, "measured", MonitorTests.Definition("measured") with { Notify = [new("measured-channel")] });
        const string Name = "monitor=default/measured";
        Assert.True(measured.Gauges().ContainsKey($"assize.monitor.watchdog{{{Name},trouble=no_traffic}}"));
        for (var i = 0; i < 6; i++)
        {
            await monitor.Take(MonitorTests.Batch("measured", i + 1, i * 10, 10));
            await MonitorTests.Judged(monitor, (i + 1) * 10);
        }

        await monitor.Take(MonitorTests.Batch("measured", 6, 50, 10));
        TwoSilos.Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 1);
        await monitor.Take(MonitorTests.Batch("measured", 7, 60, 30));
        var ledger = await MonitorTests.Judged(monitor, 90);
        TwoSilos.Model.Answer = (_, _) => ScriptedModel.Says("no verdict");
        await monitor.Take(MonitorTests.Batch("measured", 8, 90, 5));
        await MonitorTests.Judged(monitor, 95);
        // What is measured is what is saved, a moment after it can be seen.
        await Waiting.Until(() => Task.FromResult(measured.Sum($"assize.monitor.judgements{{{Name},outcome=unscored}}") == 5));

        Assert.Equal((95, 95), (measured.Sum($"assize.monitor.interactions{{{Name}}}"), measured.Sum($"assize.monitor.sampled{{{Name}}}")));
        Assert.Equal((90, 5), (measured.Sum($"assize.monitor.judgements{{{Name},outcome=scored}}"), measured.Sum($"assize.monitor.judgements{{{Name},outcome=unscored}}")));
        Assert.Equal((1, 0, 0), (measured.Sum($"assize.monitor.alarms{{about=product,{Name}}}"), measured.Sum($"assize.monitor.alarms{{about=judge,{Name}}}"), measured.Sum($"assize.monitor.alarms{{about=watchdog,{Name}}}")));
        Assert.Contains($"assize.monitor.alarm.delay{{{Name}}}", measured.Series);
        await Waiting.Until(() => Task.FromResult(measured.Sum("assize.monitor.notifications{channel=measured-channel,outcome=delivered}") == 1));
        var gauges = measured.Gauges();
        var now = PresentEstimate.Of(ledger.Spec, ledger.Watch)!;
        Assert.Equal((1, now.Mean), (gauges[$"assize.monitor.alarms.open{{{Name}}}"], gauges[$"assize.monitor.estimate{{criterion=quality,{Name}}}"]));
        Assert.Equal((now.Low, now.High), (gauges[$"assize.monitor.estimate.low{{criterion=quality,{Name}}}"], gauges[$"assize.monitor.estimate.high{{criterion=quality,{Name}}}"]));
        Assert.Equal((0, 0), (gauges[$"assize.monitor.watchdog{{{Name},trouble=no_traffic}}"], gauges[$"assize.monitor.watchdog{{{Name},trouble=no_scores}}"]));
        Assert.InRange(gauges[$"assize.monitor.evidence.ratio{{criterion=quality,{Name}}}"], 0, 1);

        const string Unseen = $"assize.monitor.alarms.unseen{{about=product,{Name}}}";
        Assert.Equal(1, Assert.Single(gauges, series => series.Key.StartsWith("assize.monitor.alarms.unseen{", StringComparison.Ordinal) && series.Key.Contains(Name, StringComparison.Ordinal)).Value);
        Assert.True(gauges.ContainsKey(Unseen));
        await monitor.Acknowledge(1, new Acknowledgement(AlarmState.Acknowledged, "ann", "looking", Rebaseline: false));
        Assert.Equal((1, false), (measured.Gauges()[$"assize.monitor.alarms.open{{{Name}}}"], measured.Gauges().ContainsKey(Unseen)));

        await monitor.Delete();
        Assert.DoesNotContain(measured.Gauges().Keys, series => series.Contains(Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AGaugeOfAMonitorLeavesWithItsGrainAndComesBackWithIt()
    {
        using var measured = new Measured();
        var monitor = await MonitorTests.Begun(silos, "moving", MonitorTests.Definition("moving"));
        const string Series = "assize.monitor.alarms.open{monitor=default/moving}";
        Assert.Equal(0, measured.Gauges()[Series]);

        await monitor.AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);

        await Waiting.Until(() => Task.FromResult(!measured.Gauges().ContainsKey(Series)));
        await monitor.Status();
        Assert.Equal(0, measured.Gauges()[Series]);
    }

    [Fact]
    public async Task AMonitorThatIsNowhereIsPutBackToWorkByTheReminder()
    {
        // A tenant of its own, whose reminder comes due for no other test. A silo that has called the monitor
        // remembers where it was, so that the directory does not tell whether it is active: the gauges do.
        var alone = new TenantName("alone");
        const string Series = "assize.monitor.alarms.open{monitor=alone/nowhere}";
        using var measured = new Measured();
        var monitor = await MonitorTests.Begun(silos, "nowhere", tenant: alone);
        Assert.Contains(Series, measured.Gauges().Keys);
        await monitor.AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);
        await Waiting.Until(() => !measured.Gauges().ContainsKey(Series));

        await silos.Grains.Monitors(alone).AsReference<IRemindable>().ReceiveReminder("pending-samples", default, Cancellation);

        await Waiting.Until(() => measured.Gauges().ContainsKey(Series));
    }

    private Task<IMonitorGrain> Begun(string name, params string[] channels) =>
        MonitorTests.Begun(silos, name, MonitorTests.Definition(name) with { Alarm = Impatient, Notify = [.. channels.Select(channel => new Evaluation.Notifications.NotificationChannel(channel))] });

    private static async Task<WatchdogAlarm> Alarm(IMonitorGrain monitor, Func<WatchdogAlarm, bool> such)
    {
        WatchdogAlarm? found = null;
        await Waiting.Until(async () => (found = (await monitor.Status())!.Ledger.Watch.Alarms.Watchdogs.FirstOrDefault(such)) is not null);
        return found!;
    }
}
