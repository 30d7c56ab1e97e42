using System.Text.RegularExpressions;

namespace Assize.Deployment.Tests;

/// <summary>Finds the metrics that an expression of Prometheus reads.</summary>
internal static partial class MetricNames
{
    /// <summary>What Prometheus and the exporter make by themselves.</summary>
    public static readonly string[] OfPrometheus = ["up", "ALERTS", "target_info"];

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "sum", "max", "min", "avg", "count", "rate", "increase", "by", "or", "and", "unless", "on", "offset", "absent", "vector", "scalar", "histogram_quantile", "avg_over_time", "label_values",
    };

    public static IEnumerable<string> In(string expression)
    {
        // Without labels, groupings, ranges and strings, what is left of the words are functions and metrics.
        var bare = Aside().Replace(expression, " ");
        return Word().Matches(bare).Select(match => match.Value).Where(word => !Words.Contains(word)).Distinct();
    }

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)|""[^""]*""|offset \w+", RegexOptions.CultureInvariant)]
    private static partial Regex Aside();

    [GeneratedRegex(@"[A-Za-z_][\w:]*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
