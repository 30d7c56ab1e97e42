using Assize.Servers;
using YamlDotNet.RepresentationModel;

namespace Assize.Deployment.Tests;

/// <summary>Prometheus on a machine and its operator in Kubernetes read the same in the same way.</summary>
public sealed class ScrapeTests
{
    [Fact]
    public void TheServiceMonitorAndTheConfigurationAgree()
    {
        var documents = Documents("deploy/k8s/components/monitoring/servicemonitor.yaml");
        var (service, monitor) = (documents[0], documents[1]);
        var endpoint = monitor["spec"]["endpoints"][0];
        var configuration = Documents("deploy/prometheus/prometheus.yml")[0];
        var job = configuration["scrape_configs"][0];

        Assert.Equal(Text(job["metrics_path"]), Text(endpoint["path"]));
        Assert.Equal(Text(configuration["global"]["scrape_interval"]), Text(endpoint["interval"]));
        Assert.Equal(Text(configuration["global"]["scrape_timeout"]), Text(endpoint["scrapeTimeout"]));
        Assert.Equal(Text(job["job_name"]), Text(service["metadata"]["labels"][Text(monitor["spec"]["jobLabel"])]));
        Assert.Equal(Text(service["spec"]["ports"][0]["name"]), Text(endpoint["port"]));
        Assert.Equal(
            (Text(job["metric_relabel_configs"][0]["action"]), Text(job["metric_relabel_configs"][0]["source_labels"][0]), Text(job["metric_relabel_configs"][0]["regex"])),
            (Text(endpoint["metricRelabelings"][0]["action"]), Text(endpoint["metricRelabelings"][0]["sourceLabels"][0]), Text(endpoint["metricRelabelings"][0]["regex"])));
    }

    [Fact]
    public void SilosAreScaledByWhatWaitsWhileTheyAreBusyAndByWhatTheyUse()
    {
        var triggers = (YamlSequenceNode)Documents("deploy/k8s/components/keda/scaledobject.yaml")[0]["spec"]["triggers"];
        var (waiting, trigger) = (Text(triggers[0]["metadata"]["query"]), triggers[1]["metadata"]);
        var query = Text(trigger["query"]);

        Assert.Equal(["assize_permits_waiting", "dotnet_process_cpu_time_seconds_total"], MetricNames.In(waiting).Distinct().Order());
        Assert.Contains(query, waiting, StringComparison.Ordinal);
        Assert.Equal(["dotnet_process_cpu_time_seconds_total"], MetricNames.In(query));
        Assert.Contains("assize_permits_waiting", MetricReference.Series);
        Assert.Contains("dotnet_process_cpu_time_seconds_total", MetricReference.Series);
        // The label that tells silos from gateways is the monitor's of Prometheus' operator.
        var label = Text(Documents("deploy/k8s/components/monitoring/servicemonitor.yaml")[1]["spec"]["podTargetLabels"][0]);
        Assert.Contains($"{label.Replace('.', '_').Replace('/', '_')}=\"silo\"", query, StringComparison.Ordinal);
        var asked = Text(Documents("deploy/k8s/base/silo.yaml")[0]["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"]);
        Assert.InRange(double.Parse(Text(trigger["threshold"]), System.Globalization.CultureInfo.InvariantCulture), 0.5, 0.9 * double.Parse(asked, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void GrafanaFindsItsDataAndItsDashboards()
    {
        Assert.Equal("prometheus", Text(Documents("deploy/grafana/provisioning/datasources/prometheus.yaml")[0]["datasources"][0]["type"]));
        var folder = Text(Documents("deploy/grafana/provisioning/dashboards/assize.yaml")[0]["providers"][0]["options"]["path"]);
        Assert.Contains($"deploy/grafana/dashboards:{folder}:ro", File.ReadAllText(Path.Combine(Programs.Root, "docs/monitoring.md")), StringComparison.Ordinal);
    }

    private static List<YamlNode> Documents(string file)
    {
        var stream = new YamlStream();
        using var text = new StreamReader(Path.Combine(Programs.Root, file));
        stream.Load(text);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
