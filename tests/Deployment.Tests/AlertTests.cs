using Assize.Servers;
using YamlDotNet.Serialization;

namespace Assize.Deployment.Tests;

public sealed class AlertTests
{
    private static readonly string[] Sections = ["## What it means", "## What to look at", "## What to do"];

    private static readonly Lazy<IReadOnlyList<Alert>> Declared = new(() =>
        [.. Read("deploy/prometheus/rules/alerts.yaml")["groups"] is List<object> groups
            ? groups.SelectMany(group => (List<object>)((Dictionary<object, object>)group)["rules"]).Select(rule => Alert.From((Dictionary<object, object>)rule))
            : []]);

    public static TheoryData<string> Names => [.. Declared.Value.Select(alert => alert.Name)];

    [Fact]
    public void RulesAndConfigurationsAreWellFormed()
    {
        Programs.Need("promtool", "Debian's package prometheus (test.sh installs it when it may)");
        Kustomize.Output("promtool", ["check", "rules", "--lint=all", "--lint-fatal", "deploy/prometheus/rules/recording.yaml", "deploy/prometheus/rules/alerts.yaml"]);
        Kustomize.Output("promtool", ["check", "config", "deploy/prometheus/prometheus.yml"]);
    }

    [Fact]
    public void RoutesAreWellFormed()
    {
        Programs.Need("amtool", "Debian's package prometheus-alertmanager (test.sh installs it when it may)");
        Kustomize.Output("amtool", ["check-config", "deploy/prometheus/alertmanager.yml"]);
    }

    [Fact]
    public void EveryAlertIsRaisedWhenItShouldAndOnlyThen()
    {
        Programs.Need("promtool", "Debian's package prometheus (test.sh installs it when it may)");
        Kustomize.Output("promtool", ["test", "rules", "deploy/prometheus/tests/alerts.yaml"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnAlertIsTriedBothWays(string name)
    {
        var tried = ((List<object>)Read("deploy/prometheus/tests/alerts.yaml")["tests"]).Select(test => (string)((Dictionary<object, object>)test)["name"]).ToArray();

        Assert.Contains($"{name} is raised", tried);
        // One that is always raised has no other way.
        Assert.True(name == "AssizeAlertingWorks" || tried.Contains($"{name} is not raised"), $"{name} is never seen not to be raised");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnAlertSaysHowBadItIsAndWhatToDo(string name)
    {
        var alert = Declared.Value.Single(one => one.Name == name);

        Assert.Contains(alert.Severity, new[] { "critical", "warning", "info", "none" });
        Assert.NotEmpty(alert.For);
        Assert.Equal($"docs/runbooks/{name}.md", alert.Runbook);
        var runbook = File.ReadAllText(Path.Combine(Programs.Root, alert.Runbook));
        Assert.StartsWith($"# {name}\n", runbook, StringComparison.Ordinal);
        Assert.All(Sections, section => Assert.Contains(section, runbook, StringComparison.Ordinal));
        Assert.Contains($"```promql\n{alert.Expression}\n```", runbook, StringComparison.Ordinal);
        Assert.Contains(alert.Board, Dashboards.All.Select(board => $"/d/{board.Uid}"));
    }

    [Fact]
    public void EveryRunbookHasItsAlert() => Assert.Equal(
        Names.Select(row => $"{row.Data}.md").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Programs.Root, "docs/runbooks")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void RulesReadOnlyWhatIsMeasured()
    {
        var rules = new[] { "recording", "alerts" }.SelectMany(file => ((List<object>)Read($"deploy/prometheus/rules/{file}.yaml")["groups"])
            .SelectMany(group => (List<object>)((Dictionary<object, object>)group)["rules"]).Cast<Dictionary<object, object>>()).ToArray();
        var recorded = rules.Where(rule => rule.ContainsKey("record")).Select(rule => (string)rule["record"]).ToArray();

        Assert.NotEmpty(recorded);
        Assert.Empty(rules.SelectMany(rule => MetricNames.In((string)rule["expr"])).Except(MetricReference.Series).Except(recorded).Except(MetricNames.OfPrometheus));
    }

    private static Dictionary<object, object> Read(string file) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(Path.Combine(Programs.Root, file)));

    private sealed record Alert(string Name, string Expression, string For, string Severity, string Runbook, string Board)
    {
        public static Alert From(Dictionary<object, object> rule)
        {
            var (labels, annotations) = ((Dictionary<object, object>)rule["labels"], (Dictionary<object, object>)rule["annotations"]);
            return new((string)rule["alert"], (string)rule["expr"], (string)rule["for"], (string)labels["severity"], (string)annotations["runbook_url"], (string)annotations["dashboard_url"]);
        }
    }
}
