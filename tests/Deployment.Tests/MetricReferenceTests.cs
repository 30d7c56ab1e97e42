using Assize.Grains;
using Assize.Servers;
using Assize.Silo.Observability;

namespace Assize.Deployment.Tests;

public sealed class MetricReferenceTests
{
    /// <summary>Set to write the page anew instead of comparing it.</summary>
    private const string Write = "ASSIZE_WRITE_REFERENCE";

    private static readonly string[] Ids = ["run", "run_id", "case", "case_id", "suite", "tenant", "user", "grain", "key", "prompt", "text"];

    [Fact]
    public void ThePageOfMetricsIsWhatTheCataloguesSay()
    {
        var page = Path.Combine(Programs.Root, "docs/metrics.md");
        if (Environment.GetEnvironmentVariable(Write) is not null)
        {
            File.WriteAllText(page, MetricReference.Text());
        }

        Assert.Equal(MetricReference.Text(), File.ReadAllText(page));
    }

    [Fact]
    public void NoMetricStandsThereTwice() =>
        Assert.Equal(MetricReference.Series.Count(), MetricReference.Series.Distinct().Count());

    [Fact]
    public void NoLabelIsAnId() => Assert.Empty(
        Metrics.All.SelectMany(metric => metric.Labels.Select(label => label.Name)).Concat(ForeignMetrics.All.SelectMany(metric => metric.Labels)).Intersect(Ids));

    [Fact]
    public void NamesAreOpenTelemetrysOwnForm() => Assert.All(Metrics.All, metric =>
    {
        Assert.Matches("^(assize|gen_ai)(\\.[a-z_]+)+$", metric.Name);
        Assert.False(metric.Name.EndsWith("total", StringComparison.Ordinal) || metric.Name.EndsWith("seconds", StringComparison.Ordinal), $"{metric.Name} says what its kind or unit says");
        Assert.EndsWith(".", metric.Means, StringComparison.Ordinal);
        Assert.True(metric.Kind is MetricKind.Histogram == metric.Buckets.Length > 0, $"{metric.Name} is a {metric.Kind} with {metric.Buckets.Length} buckets");
    });
}
