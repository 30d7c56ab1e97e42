using System.Text.Json;
using System.Text.RegularExpressions;
using Assize.Servers;

namespace Assize.Deployment.Tests;

public sealed partial class DashboardTests
{
    private static readonly string[] Expected = ["assize-cluster", "assize-limits", "assize-models", "assize-monitors", "assize-overview", "assize-runs"];

    public static TheoryData<string> Uids => [.. Dashboards.All.Select(board => board.Uid)];

    [Fact]
    public void EveryDashboardIsThereUnderAnAddressThatStays() => Assert.Equal(Expected, Dashboards.All.Select(board => board.Uid).Order(StringComparer.Ordinal));

    [Fact]
    public void DashboardsHaveTheFormOfGrafanasOwnTypes()
    {
        Assert.Empty(Objections(Dashboards.All.Select(board => board.Json.GetRawText())));
    }

    [Theory]
    [InlineData("\"unit\": \"s\"", "\"unti\": \"s\"")]
    [InlineData("\"mode\": \"absolute\"", "\"mode\": \"relative\"")]
    [InlineData("\"w\": 12", "\"w\": \"12\"")]
    [InlineData("\"type\": \"datasource\"", "\"type\": \"data\"")]
    public void AMisspeltDashboardIsSeen(string right, string wrong)
    {
        var spoilt = Dashboards.All.Single(board => board.Uid == "assize-monitors").Json.GetRawText();
        Assert.Contains(right, spoilt, StringComparison.Ordinal);

        Assert.NotEmpty(Objections([spoilt.Replace(right, wrong, StringComparison.Ordinal)]));
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void EveryPanelReadsOnlyWhatIsMeasured(string uid)
    {
        var read = Of(uid).Queries.SelectMany(query => MetricNames.In(query.Expression))
            .Concat(Annotations(uid).Concat(Variables(uid)).SelectMany(MetricNames.In)).Distinct().ToArray();

        Assert.NotEmpty(read);
        Assert.Empty(read.Except(MetricReference.Series).Except(MetricNames.OfPrometheus).Except(["job", "instance", "model", "monitor"]));
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void EveryPanelSaysWhatItShowsAndInWhichUnit(string uid)
    {
        foreach (var panel in Of(uid).Panels)
        {
            var title = panel.GetProperty("title").GetString()!;
            if (panel.GetProperty("type").GetString() == "row")
            {
                Assert.EndsWith("?", title, StringComparison.Ordinal);
                continue;
            }

            Assert.EndsWith(".", panel.GetProperty("description").GetString()!, StringComparison.Ordinal);
            Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
            Assert.All(panel.GetProperty("targets").EnumerateArray().Append(panel), one => Assert.Equal("${datasource}", one.GetProperty("datasource").GetProperty("uid").GetString()));
            Assert.All(panel.GetProperty("targets").EnumerateArray(), target => Assert.Matches(@"\$job|alertname", target.GetProperty("expr").GetString()!));
        }
    }

    [Fact]
    public void EveryMetricOfAssizesOwnIsShownOnSomeDashboard()
    {
        var shown = Dashboards.All.SelectMany(board => board.Queries).SelectMany(query => MetricNames.In(query.Expression)).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Assize.Grains.Metrics.All.Where(metric => !MetricReference.SeriesOf(metric).Any(shown.Contains)).Select(metric => metric.Name));
    }

    /// <summary>A scale may begin below 0, and a certificate that has expired lasts less than no time: an axis that begins at 0 shows an empty panel.</summary>
    [Fact]
    public void WhatMayLieBelowZeroIsNotCutOffThere()
    {
        var panels = Dashboards.All.SelectMany(board => board.Panels)
            .Where(panel => panel.TryGetProperty("targets", out var targets) && targets.EnumerateArray().Any(target => BelowZero().IsMatch(target.GetProperty("expr").GetString()!))).ToArray();

        Assert.Equal(["Certificates", "Estimates"], panels.Select(panel => panel.GetProperty("title").GetString()).Order(StringComparer.Ordinal));
        Assert.All(panels, panel => Assert.False(panel.GetProperty("fieldConfig").GetProperty("defaults").TryGetProperty("min", out _)));
    }

    /// <summary>Prometheus reads others too, who count the same things of themselves: CPU, calls, whether they can be read.</summary>
    [Theory]
    [MemberData(nameof(Uids))]
    public void AllJobsAreThoseOfAssizeAndNotEveryJobOfAPrometheus(string uid)
    {
        var job = Of(uid).Json.GetProperty("templating").GetProperty("list").EnumerateArray().Single(variable => variable.GetProperty("name").GetString() == "job");

        Assert.Contains("service_name=\"assize\"", job.GetProperty("query").GetProperty("query").GetString()!, StringComparison.Ordinal);
        // With a value of its own, All stands for that and not for what was found.
        Assert.False(job.TryGetProperty("allValue", out var all), $"All stands for {all}");
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void RatesFollowTheResolution(string uid) => Assert.DoesNotContain(Of(uid).Queries, query => Fixed().IsMatch(query.Expression));

    [Theory]
    [MemberData(nameof(Uids))]
    public void PanelsHaveIdsOfTheirOwnAndDoNotOverlap(string uid)
    {
        var panels = Of(uid).Panels.Select(panel => (Id: panel.GetProperty("id").GetInt32(), At: panel.GetProperty("gridPos"))).ToArray();
        Assert.Equal(panels.Length, panels.Select(panel => panel.Id).Distinct().Count());
        var cells = panels.SelectMany(panel =>
            from x in Enumerable.Range(panel.At.GetProperty("x").GetInt32(), panel.At.GetProperty("w").GetInt32())
            from y in Enumerable.Range(panel.At.GetProperty("y").GetInt32(), panel.At.GetProperty("h").GetInt32())
            select (x, y)).ToArray();

        Assert.Equal(cells.Length, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void DashboardsLinkToEachOtherAndShowAlarms(string uid)
    {
        var json = Of(uid).Json;

        Assert.Contains("assize", json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Contains(json.GetProperty("links").EnumerateArray(), link => link.GetProperty("type").GetString() == "dashboards" && link.GetProperty("tags")[0].GetString() == "assize");
        Assert.Contains(Annotations(uid), expression => expression.StartsWith("ALERTS{", StringComparison.Ordinal));
        Assert.Contains(Annotations(uid), expression => expression.Contains("assize_monitor_alarms_total", StringComparison.Ordinal));
    }

    private static Dashboard Of(string uid) => Dashboards.All.Single(board => board.Uid == uid);

    private static IEnumerable<string> Annotations(string uid) => Of(uid).Json.GetProperty("annotations").GetProperty("list").EnumerateArray().Select(one => one.GetProperty("expr").GetString()!);

    private static IEnumerable<string> Variables(string uid) => Of(uid).Json.GetProperty("templating").GetProperty("list").EnumerateArray()
        .Select(one => one.GetProperty("query")).Where(query => query.ValueKind is JsonValueKind.Object).Select(query => query.GetProperty("query").GetString()!);

    private static string[] Objections(IEnumerable<string> dashboards)
    {
        Programs.Need("node", "Node.js");
        Programs.NeedFile(Path.Combine(Programs.Root, "node_modules", "@grafana", "schema", "package.json"), "@grafana/schema (npm ci in the project's folder)");
        var lines = string.Join('\n', dashboards.Select(text => JsonSerializer.Serialize(JsonDocument.Parse(text).RootElement)));
        return Kustomize.Output("node", ["tests/Deployment.Tests/dashboards.mjs"], lines).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("assize_monitor_estimate|assize_certificate_left_seconds", RegexOptions.CultureInvariant)]
    private static partial Regex BelowZero();

    [GeneratedRegex(@"\[\d+[smhd]\]", RegexOptions.CultureInvariant)]
    private static partial Regex Fixed();
}
