using System.Globalization;
using System.Text;
using Assize.Grains;
using Assize.Silo.Observability;

namespace Assize.Deployment.Tests;

/// <summary>docs/metrics.md, made from the two catalogues.</summary>
internal static class MetricReference
{
    /// <summary>The names by which Prometheus reads a metric's series.</summary>
    public static IEnumerable<string> Series { get; } =
    [
        .. Metrics.All.SelectMany(SeriesOf),
        .. ForeignMetrics.All.SelectMany(metric => Expanded(metric.Prometheus, metric.Kind)),
    ];

    /// <summary>What Prometheus reads of one of Assize's own.</summary>
    public static IEnumerable<string> SeriesOf(Metric metric) => Expanded(NameOf(metric), metric.Kind);

    /// <summary>A metric's name as the exporter writes it: underscores, the unit, and what its kind adds.</summary>
    public static string NameOf(Metric metric)
    {
        var unit = metric.Unit switch { "s" => "_seconds", var rate when rate.EndsWith("}/s", StringComparison.Ordinal) => "_per_second", _ => "" };
        return $"{metric.Name.Replace('.', '_')}{unit}{(metric.Kind is MetricKind.Counter ? "_total" : "")}";
    }

    public static string Text()
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        Line("# Metrics");
        Line();
        Line("Every process of a cluster serves them at `/metrics`, on the listener for health (port 7101) and on no other; how to look at them: [monitoring.md](monitoring.md). This page is made from the catalogues in `src/Grains/Metrics.cs` and `src/Silo/Observability/ForeignMetric.cs`; a test keeps it true.");
        Line();
        Line("No label is an id, a text or a user's word. A name that was not declared reads `other`; what exceeds a metric's number of series in one process is one series more, labelled `otel_metric_overflow`. A gauge is shown by the process where the thing lives, and is gone with it: sum over processes. Beside these there is `target_info`, with `service_version` and `assize_role`.");
        Line();
        Line("## Assize");
        Line();
        Line("| metric | kind | labels | means |");
        Line("|---|---|---|---|");
        foreach (var metric in Metrics.All)
        {
            Line($"| `{NameOf(metric)}` | {Kind(metric.Kind)} | {string.Join(", ", metric.Labels.Select(label => $"`{label.Name.Replace('.', '_')}`"))} | {metric.Means} |");
        }

        Line();
        Line("| label | values |");
        Line("|---|---|");
        foreach (var (label, of) in Metrics.All.SelectMany(metric => metric.Labels.Select(label => (label, Name: NameOf(metric)))).GroupBy(one => one.label).Select(group => (group.Key, group.Select(one => one.Name).ToArray())))
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"| `{label.Name.Replace('.', '_')}`{(Ambiguous(label.Name) ? $" of {string.Join(", ", of.Select(name => $"`{name}`"))}" : "")} | {label.Values} |"));
        }

        Line();
        Line("The monitors' metrics appear once there is a monitor, and the judge's evidence where it has anchors.");
        Line();
        Line("## Orleans, .NET and ASP.NET Core");
        Line();
        Line("A selection; what is not listed is not exported.");
        Line();
        Line("| metric | kind | labels | means |");
        Line("|---|---|---|---|");
        foreach (var metric in ForeignMetrics.All)
        {
            Line($"| `{metric.Prometheus}` | {Kind(metric.Kind)} | {string.Join(", ", metric.Labels.Select(label => $"`{label.Replace('.', '_')}`"))} | {metric.Means} |");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Expanded(string name, MetricKind kind) => kind is MetricKind.Histogram ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"] : [name];

    private static string Kind(MetricKind kind) => kind.ToString().ToLowerInvariant();

    private static bool Ambiguous(string label) => Metrics.All.SelectMany(metric => metric.Labels).Where(one => one.Name == label).Distinct().Count() > 1;
}
