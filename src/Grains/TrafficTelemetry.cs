using System.Diagnostics.Metrics;
using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Assize.Grains;

/// <summary>How interactions come in.</summary>
public enum TrafficWay
{
    /// <summary>By Assize's own service.</summary>
    Api,

    /// <summary>As spans of OpenTelemetry.</summary>
    Otlp,
}

/// <summary>What a gateway shows of its traffic at a moment.</summary>
/// <param name="Waiting">Interactions that do not rest safely yet.</param>
/// <param name="Monitors">Of each monitor that wants traffic, the share of its own rate that is drawn, and whether it is set apart.</param>
public sealed record TrafficSight(long Waiting, IReadOnlyList<(MonitorName Monitor, double Share, bool Apart)> Monitors);

/// <summary>Counts what comes in through the gateway of this process, before any monitor has seen it.</summary>
public sealed class TrafficTelemetry
{
    private static readonly string[] Ways = [.. Enum.GetNames<TrafficWay>().Select(Telemetry.Snake)];

    private static readonly string[] Verdicts = ["negative", "neutral", "positive"];

    private readonly TrafficPolicy policy;
    private readonly Counter<long> interactions;
    private readonly Histogram<double> latency;
    private readonly Counter<double> cost;
    private readonly Counter<long> feedback;
    private readonly Counter<long> redactions;
    private readonly Counter<long> lost;
    private readonly MonitorNames names;
    private Func<TrafficSight>? shown;

    public TrafficTelemetry(IMeterFactory meters, MonitorNames names, TrafficPolicy policy)
    {
        var meter = meters.Create(Telemetry.Name);
        Counter<long> Count(Metric metric) => meter.CreateCounter<long>(metric.Name, metric.Unit, metric.Means);
        void Show(Metric metric, Func<TrafficSight, IEnumerable<Measurement<double>>> now) =>
            meter.CreateObservableGauge(metric.Name, () => Volatile.Read(ref shown) is { } sight ? now(sight()) : [], metric.Unit, metric.Means);
        (this.names, this.policy) = (names, policy);
        (interactions, redactions, lost) = (Count(Metrics.TrafficInteractions), Count(Metrics.TrafficRedactions), Count(Metrics.MonitorLost));
        latency = meter.CreateHistogram<double>(Metrics.TrafficLatency.Name, Metrics.TrafficLatency.Unit, Metrics.TrafficLatency.Means);
        (cost, feedback) = (meter.CreateCounter<double>(Metrics.TrafficCost.Name, Metrics.TrafficCost.Unit, Metrics.TrafficCost.Means), Count(Metrics.TrafficFeedback));
        Show(Metrics.TrafficUnsafe, sight => [new(sight.Waiting)]);
        Show(Metrics.MonitorShare, sight =>
            from monitor in sight.Monitors
            let label = LabelOf(monitor.Monitor)
            where label != Metrics.Other
            select new Measurement<double>(monitor.Share, new Tag("monitor", label)));
        Show(Metrics.MonitorApart, sight => sight.Monitors.Where(monitor => monitor.Apart).GroupBy(monitor => LabelOf(monitor.Monitor))
            .Select(alike => new Measurement<double>(alike.Count(), new Tag("monitor", alike.Key))));
    }

    /// <summary>Begins the counters at 0, so that the first time is seen as an increase.</summary>
    public void Begin()
    {
        foreach (var way in Enum.GetValues<TrafficWay>())
        {
            foreach (var outcome in new[] { "accepted", "repeated", "refused" })
            {
                interactions.Add(0, Of(way), new("outcome", outcome));
            }
        }

        foreach (var source in policy.Sources.Keys.Select(source => source.Value).Append(Metrics.Other))
        {
            cost.Add(0, new Tag("source", source));
            foreach (var verdict in Verdicts)
            {
                feedback.Add(0, new("source", source), new("verdict", verdict));
            }
        }

        foreach (var detector in PersonalData.All)
        {
            redactions.Add(0, new Tag("detector", detector.Name));
        }
    }

    /// <summary>Shows this from now on, as it is when it is asked for.</summary>
    public void Show(Func<TrafficSight> sight) => Volatile.Write(ref shown, sight);

    /// <param name="accepted">New here.</param>
    /// <param name="repeated">Known here.</param>
    public void Taken(TrafficWay way, int accepted, int repeated)
    {
        Add(way, "accepted", accepted);
        Add(way, "repeated", repeated);
    }

    /// <summary>What an accepted interaction says of itself; of what it does not say nothing is counted.</summary>
    public void Said(Interaction interaction)
    {
        var source = new Tag("source", policy.Sources.ContainsKey(interaction.Application) ? interaction.Application.Value : Metrics.Other);
        if (interaction.LatencyMs is { } milliseconds)
        {
            latency.Record(milliseconds / 1000, source);
        }

        if (interaction.Cost is { } money)
        {
            cost.Add((double)money, source);
        }

        if (interaction.Feedback is { } verdict)
        {
            feedback.Add(1, source, new("verdict", Verdicts[Math.Sign(verdict) + 1]));
        }
    }

    public void Refused(TrafficWay way, int refused) => Add(way, "refused", refused);

    /// <summary>One place was redacted.</summary>
    public void Redacted(Redactor by) => redactions.Add(1, new Tag("detector", by.Name));

    /// <summary>Interactions were drawn for a monitor that is set apart. Most monitors never lose one, so that the counter begins with the first: it is read as it stands, since an increase would leave that one out.</summary>
    public void Lost(MonitorName monitor, int interactions) => lost.Add(interactions, new Tag("monitor", LabelOf(monitor)));

    private string LabelOf(MonitorName monitor) => names.Of($"{TenantName.Default}/{monitor}");

    private void Add(TrafficWay way, string outcome, int more)
    {
        if (more > 0)
        {
            interactions.Add(more, Of(way), new("outcome", outcome));
        }
    }

    private static Tag Of(TrafficWay way) => new("way", Ways[(int)way]);
}
