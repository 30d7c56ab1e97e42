using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Assize.Grains;
using OpenTelemetry.Metrics;

namespace Assize.Silo.Observability;

/// <summary>What leaves the process of what is measured in it: the two catalogues, with their labels, and no more series than they say.</summary>
public static class MetricViews
{
    private static readonly FrozenDictionary<(string Meter, string Name), MetricStreamConfiguration> Kept = Metrics.All
        .Select(metric => (Key: (Telemetry.Name, metric.Name), View: View(metric.Kind, [.. metric.Labels.Select(label => label.Name)], [.. metric.Buckets], metric.MostSeries)))
        .Concat(ForeignMetrics.All.Select(metric => (Key: (metric.Meter, metric.Name), View: View(metric.Kind, [.. metric.Labels], [.. metric.Buckets], 200))))
        .ToFrozenDictionary(one => one.Key, one => one.View);

    /// <summary>The meters that are listened to.</summary>
    public static IEnumerable<string> Meters => Kept.Keys.Select(key => key.Meter).Distinct();

    /// <summary>How an instrument is exported.</summary>
    public static MetricStreamConfiguration Of(Instrument instrument) => Kept.GetValueOrDefault((instrument.Meter.Name, instrument.Name)) ?? MetricStreamConfiguration.Drop;

    private static MetricStreamConfiguration View(MetricKind kind, string[] labels, double[] buckets, int most) => kind is MetricKind.Histogram && buckets.Length > 0
        ? new ExplicitBucketHistogramConfiguration { TagKeys = labels, Boundaries = buckets, RecordMinMax = false, CardinalityLimit = most }
        : new MetricStreamConfiguration { TagKeys = labels, CardinalityLimit = most };
}
