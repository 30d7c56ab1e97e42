using System.Collections.Immutable;

namespace Assize.Grains;

/// <summary>What kind of number a metric is.</summary>
public enum MetricKind
{
    /// <summary>Only grows; read as a rate.</summary>
    Counter,

    /// <summary>Read as it stands; shown by the process where the thing lives, and gone with it.</summary>
    Gauge,

    /// <summary>Counts values by size; read as quantiles, means and rates.</summary>
    Histogram,
}

/// <summary>A label of a metric and the words it can take.</summary>
public sealed record MetricLabel(string Name, string Values);

/// <summary>One metric: its name, its unit, what it means, and all the labels it may ever carry.</summary>
public sealed record Metric(string Name, MetricKind Kind, string Unit, string Means, ImmutableArray<MetricLabel> Labels)
{
    /// <summary>Upper ends of a histogram's buckets.</summary>
    public ImmutableArray<double> Buckets { get; init; } = [];

    /// <summary>The most series of one process; what comes later is one series more, marked <c>otel_metric_overflow</c>.</summary>
    public int MostSeries { get; init; } = 200;
}
