using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Assize.Grains;

/// <summary>What a monitor shows of itself between its alarms.</summary>
/// <param name="AlarmsOpen">Alarms that nobody has closed.</param>
/// <param name="Watchdog">Evidence that the judge moved, over its threshold; null while no anchors are judged.</param>
internal sealed record MonitorSight(string Name, int AlarmsOpen, double? Watchdog, ImmutableArray<CriterionSight> Criteria);

/// <summary>One thing that a monitor watches: the estimate with its interval, and the evidence of a change over the threshold.</summary>
internal sealed record CriterionSight(string Name, double Estimate, double Low, double High, double Evidence);

/// <summary>Counts what monitors do; they are named by their tenants, so that only so many names become labels.</summary>
public sealed class MonitorTelemetry
{
    private const int MostNames = 100;

    private readonly ConcurrentDictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly Counter<long> interactions;
    private readonly Counter<long> sampled;
    private readonly Counter<long> judgements;
    private readonly Counter<long> alarms;
    private readonly Histogram<double> delays;

    public MonitorTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        Counter<long> Count(Metric metric) => meter.CreateCounter<long>(metric.Name, metric.Unit, metric.Means);
        void Show(Metric metric, Func<IEnumerable<Measurement<double>>> now) => meter.CreateObservableGauge(metric.Name, now, metric.Unit, metric.Means);
        (interactions, sampled, judgements, alarms) = (Count(Metrics.MonitorInteractions), Count(Metrics.MonitorSampled), Count(Metrics.MonitorJudgements), Count(Metrics.MonitorAlarms));
        delays = meter.CreateHistogram<double>(Metrics.MonitorDelay.Name, Metrics.MonitorDelay.Unit, Metrics.MonitorDelay.Means);
        Show(Metrics.MonitorEstimate, () => Each(criterion => criterion.Estimate));
        Show(Metrics.MonitorLow, () => Each(criterion => criterion.Low));
        Show(Metrics.MonitorHigh, () => Each(criterion => criterion.High));
        Show(Metrics.MonitorEvidence, () => Each(criterion => criterion.Evidence));
        Show(Metrics.MonitorAlarmsOpen, () => Monitors.Now().Select(monitor => new Measurement<double>(monitor.AlarmsOpen, Of(monitor.Name))));
        Show(Metrics.MonitorWatchdog, () => Monitors.Now().Where(monitor => monitor.Watchdog is not null).Select(monitor => new Measurement<double>(monitor.Watchdog!.Value, Of(monitor.Name))));
    }

    internal Living<MonitorSight> Monitors { get; } = new();

    /// <param name="monitor">As tenant/name.</param>
    internal void Observed(string monitor, bool drawn)
    {
        interactions.Add(1, Of(monitor));
        if (drawn)
        {
            sampled.Add(1, Of(monitor));
        }
    }

    internal void Judged(string monitor, bool scored) => judgements.Add(1, Of(monitor), new("outcome", scored ? "scored" : "unscored"));

    /// <param name="ofJudge">Whether the judge moved, and not what it judges.</param>
    /// <param name="delay">From the estimated moment of the change.</param>
    internal void Alarmed(string monitor, bool ofJudge, TimeSpan delay)
    {
        alarms.Add(1, Of(monitor), new("about", ofJudge ? "judge" : "product"));
        delays.Record(delay.TotalSeconds, Of(monitor));
    }

    private IEnumerable<Measurement<double>> Each(Func<CriterionSight, double> value) =>
        from monitor in Monitors.Now()
        from criterion in monitor.Criteria
        select new Measurement<double>(value(criterion), Of(monitor.Name), new Tag("criterion", criterion.Name));

    private Tag Of(string monitor) => new("monitor", names.TryGetValue(monitor, out var known) ? known : names.Count < MostNames ? names.GetOrAdd(monitor, monitor) : Metrics.Other);
}
