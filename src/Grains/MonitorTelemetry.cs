using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Notifications;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Assize.Grains;

/// <summary>What a monitor shows of itself between its alarms: what its ledger says at the moment it is asked.</summary>
internal sealed record MonitorSight(MonitorLedger Ledger, DateTimeOffset At)
{
    /// <summary>As tenant/name.</summary>
    public string Name => NameOf(Ledger.Spec);

    public string Criterion => Ledger.Spec.Definition.Watched?.Name.Value ?? Metrics.Other;

    /// <summary>Alarms of either kind that are not resolved.</summary>
    public int AlarmsOpen => Ledger.Watch.Alarms.StandingCount;

    /// <summary>What those are about that nobody has acknowledged.</summary>
    public IEnumerable<string> Unseen =>
        Ledger.Watch.Alarms.All.Where(alarm => alarm.State is AlarmState.Open).Select(AboutOf)
            .Concat(Ledger.Watch.Alarms.Watchdogs.Where(alarm => alarm.State is AlarmState.Open).Select(_ => "watchdog"));

    /// <summary>Drawn conversations that are not complete; null where none are put together.</summary>
    public int? ConversationsOpen => Ledger.Spec.Definition.Conversations is null ? null : Ledger.Conversations.Open.Count(one => !one.Value.Left);

    /// <summary>Where the scores stand; null while there are none.</summary>
    public PresentEstimate? Estimate => PresentEstimate.Of(Ledger.Spec, Ledger.Watch);

    /// <summary>Evidence of a change over its threshold; null while there is no baseline.</summary>
    public double? Evidence => Ledger.Watch.Drift?.Level;

    /// <summary>The same of the judge by itself, from anchors that are judged again and again; null while none are.</summary>
    public double? JudgeEvidence => Ledger.Watch.Drift?.JudgeDetector?.Level;

    public IEnumerable<WatchdogTrouble> Troubles => Watchdog.Findings(Ledger, At).Select(finding => finding.Trouble);

    public static string AboutOf(MonitorAlarm alarm) => alarm.Alarm.Stream is AlarmSource.Anchors ? "judge" : "product";

    public static string NameOf(MonitorSpec spec) => $"{spec.Tenant}/{spec.Definition.Name}";
}

/// <summary>Counts what monitors do; they are named by their tenants, so that only so many names become labels.</summary>
public sealed class MonitorTelemetry
{
    private static readonly ImmutableArray<WatchdogTrouble> Troubles = [.. Enum.GetValues<WatchdogTrouble>()];

    private static readonly ImmutableArray<string> LeftOut = ["thinned", "over_budget", "repeated"];

    private static readonly ImmutableArray<string> Abouts = ["product", "judge", "watchdog"];

    private readonly MonitorNames names;
    private readonly Counter<long> interactions;
    private readonly Counter<double> expected;
    private readonly Counter<long> sampled;
    private readonly Counter<long> leftOut;
    private readonly Counter<long> conversations;
    private readonly Counter<long> cut;
    private readonly Counter<long> judgements;
    private readonly Counter<long> alarms;
    private readonly Histogram<double> delays;
    private readonly Counter<long> notifications;
    private readonly Counter<long> injections;

    public MonitorTelemetry(IMeterFactory meters, MonitorNames names)
    {
        this.names = names;
        var meter = meters.Create(Telemetry.Name);
        Counter<long> Count(Metric metric) => meter.CreateCounter<long>(metric.Name, metric.Unit, metric.Means);
        void Show(Metric metric, Func<IEnumerable<Measurement<double>>> now) => meter.CreateObservableGauge(metric.Name, now, metric.Unit, metric.Means);
        (interactions, sampled, judgements, alarms) = (Count(Metrics.MonitorInteractions), Count(Metrics.MonitorSampled), Count(Metrics.MonitorJudgements), Count(Metrics.MonitorAlarms));
        (leftOut, conversations, cut) = (Count(Metrics.MonitorLeftOut), Count(Metrics.MonitorConversations), Count(Metrics.MonitorConversationsCut));
        expected = meter.CreateCounter<double>(Metrics.MonitorExpected.Name, Metrics.MonitorExpected.Unit, Metrics.MonitorExpected.Means);
        delays = meter.CreateHistogram<double>(Metrics.MonitorDelay.Name, Metrics.MonitorDelay.Unit, Metrics.MonitorDelay.Means);
        (notifications, injections) = (Count(Metrics.MonitorNotifications), Count(Metrics.Injections));
        Show(Metrics.MonitorEstimate, () => Each(monitor => monitor.Estimate?.Mean));
        Show(Metrics.MonitorLow, () => Each(monitor => monitor.Estimate?.Low));
        Show(Metrics.MonitorHigh, () => Each(monitor => monitor.Estimate?.High));
        Show(Metrics.MonitorEvidence, () => Each(monitor => monitor.Evidence));
        Show(Metrics.MonitorJudgeEvidence, () => Each(monitor => monitor.JudgeEvidence));
        Show(Metrics.MonitorConversationsOpen, () =>
            from monitor in Monitors.Now()
            where monitor.ConversationsOpen is not null
            group monitor by LabelOf(monitor.Name) into alike
            select new Measurement<double>(alike.Sum(monitor => monitor.ConversationsOpen!.Value), Of(alike.Key)));
        Show(Metrics.MonitorAlarmsOpen, () => Monitors.Now().GroupBy(monitor => LabelOf(monitor.Name)).Select(group => new Measurement<double>(group.Sum(monitor => monitor.AlarmsOpen), Of(group.Key))));
        Show(Metrics.MonitorAlarmsUnseen, () =>
            from monitor in Monitors.Now()
            from about in monitor.Unseen
            group monitor by (Label: LabelOf(monitor.Name), About: about) into alike
            select new Measurement<double>(alike.Count(), Of(alike.Key.Label), new Tag("about", alike.Key.About)));
        Show(Metrics.MonitorWatchdog, () => Monitors.Now().GroupBy(monitor => LabelOf(monitor.Name)).SelectMany(group => Found(group.Key, [.. group.SelectMany(monitor => monitor.Troubles)])));
    }

    internal Living<MonitorSight> Monitors { get; } = new();

    internal void InjectionSeen() => injections.Add(1);

    /// <summary>Begins a monitor's counters at 0, so that its first alarm in this process is seen as an increase.</summary>
    internal void Begin(MonitorSpec spec)
    {
        var monitor = Of(LabelOf(MonitorSight.NameOf(spec)));
        interactions.Add(0, monitor);
        expected.Add(0, monitor);
        sampled.Add(0, monitor);
        foreach (var reason in LeftOut)
        {
            leftOut.Add(0, monitor, new("reason", reason));
        }

        if (spec.Definition.Conversations is not null)
        {
            conversations.Add(0, monitor, new("outcome", "complete"));
            conversations.Add(0, monitor, new("outcome", "lost"));
            cut.Add(0, monitor);
        }

        judgements.Add(0, monitor, new("outcome", "scored"));
        judgements.Add(0, monitor, new("outcome", "unscored"));
        foreach (var about in Abouts)
        {
            alarms.Add(0, monitor, new("about", about));
        }

        foreach (var channel in spec.Definition.Notify)
        {
            notifications.Add(0, new("channel", channel.Value), new("outcome", "delivered"));
            notifications.Add(0, new("channel", channel.Value), new("outcome", "given_up"));
        }
    }

    /// <summary>Counts what a saved change of a monitor's ledger brought: each thing once, since each is saved once.</summary>
    internal void Changed(MonitorLedger? before, MonitorLedger after)
    {
        if (before is null || before.Spec.Revision != after.Spec.Revision)
        {
            Begin(after.Spec);
        }

        if (before is null)
        {
            return;
        }

        var monitor = Of(LabelOf(MonitorSight.NameOf(after.Spec)));
        Add(interactions, after.Intake.Counts.Seen - before.Intake.Counts.Seen, monitor);
        expected.Add(Math.Max(0, after.Intake.Counts.Expected - before.Intake.Counts.Expected), monitor);
        Add(leftOut, after.Intake.Counts.Thinned - before.Intake.Counts.Thinned, monitor, new("reason", "thinned"));
        Add(leftOut, after.Intake.Counts.OverBudget - before.Intake.Counts.OverBudget, monitor, new("reason", "over_budget"));
        Add(leftOut, after.Intake.Counts.Repeated - before.Intake.Counts.Repeated, monitor, new("reason", "repeated"));
        Add(conversations, after.Conversations.Complete - before.Conversations.Complete, monitor, new("outcome", "complete"));
        Add(conversations, after.Conversations.Lost - before.Conversations.Lost, monitor, new("outcome", "lost"));
        Add(cut, after.Conversations.Cut - before.Conversations.Cut, monitor);
        Add(sampled, after.Intake.Counts.Drawn - before.Intake.Counts.Drawn, monitor);
        Add(judgements, after.Watch.Scored - before.Watch.Scored, monitor, new("outcome", "scored"));
        Add(judgements, after.Watch.UnscoredInAll() - before.Watch.UnscoredInAll(), monitor, new("outcome", "unscored"));
        var book = after.Watch.Alarms;
        foreach (var alarm in book.All.Where(alarm => alarm.Number > before.Watch.Alarms.Raised))
        {
            alarms.Add(1, monitor, new("about", MonitorSight.AboutOf(alarm)));
            if (alarm.Alarm.Time - alarm.Explanation.SinceTime is { } delay)
            {
                delays.Record(Math.Max(0, delay.TotalSeconds), monitor);
            }
        }

        Add(alarms, book.Watchdogs.Count(alarm => alarm.Number > before.Watch.Alarms.Raised), monitor, new("about", "watchdog"));
    }

    /// <param name="outcome">delivered, failed, given_up.</param>
    internal void Told(NotificationChannel channel, string outcome) => notifications.Add(1, new("channel", channel.Value), new("outcome", outcome));

    private static void Add(Counter<long> counter, long more, Tag monitor)
    {
        if (more > 0)
        {
            counter.Add(more, monitor);
        }
    }

    private static void Add(Counter<long> counter, long more, Tag monitor, Tag what)
    {
        if (more > 0)
        {
            counter.Add(more, monitor, what);
        }
    }

    /// <summary>One value a monitor; those without a label of their own have no value that could stand for all of them.</summary>
    private IEnumerable<Measurement<double>> Each(Func<MonitorSight, double?> value) =>
        from monitor in Monitors.Now()
        let label = LabelOf(monitor.Name)
        where label != Metrics.Other
        let now = value(monitor)
        where now is not null
        select new Measurement<double>(now.Value, Of(label), new Tag("criterion", monitor.Criterion));

    private static IEnumerable<Measurement<double>> Found(string label, HashSet<WatchdogTrouble> found) =>
        // Few monitors have these: the others need no series that says so.
        Troubles.Where(trouble => trouble is not (WatchdogTrouble.NoBaselineRun or WatchdogTrouble.OutpacedPromise) || found.Contains(trouble)).Select(trouble => new Measurement<double>(found.Contains(trouble) ? 1 : 0, Of(label), new Tag("trouble", Telemetry.Snake(trouble.ToString()))));

    private static Tag Of(string label) => new("monitor", label);

    private string LabelOf(string monitor) => names.Of(monitor);
}
