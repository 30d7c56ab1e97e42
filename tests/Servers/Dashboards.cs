using System.Text.Json;

namespace Assize.Servers;

/// <summary>One query of a panel.</summary>
public sealed record PanelQuery(string Dashboard, string Panel, string Expression)
{
    /// <summary>The expression as Prometheus can read it, with every variable standing for everything.</summary>
    public string Anywhere(string interval, string range) => System.Text.RegularExpressions.Regex.Replace(
        Expression.Replace("$__rate_interval", interval, StringComparison.Ordinal).Replace("$__range", range, StringComparison.Ordinal), @"""\$\w+""", "\".*\"");
}

/// <summary>One dashboard file.</summary>
public sealed record Dashboard(string Uid, string Title, JsonElement Json)
{
    public IEnumerable<JsonElement> Panels => Json.GetProperty("panels").EnumerateArray();

    public IEnumerable<PanelQuery> Queries =>
        from panel in Panels
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        select new PanelQuery(Uid, panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!);
}

/// <summary>The dashboards under deploy/grafana.</summary>
public static class Dashboards
{
    public static IReadOnlyList<Dashboard> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Programs.Root, "deploy", "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal).Select(file =>
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            var root = document.RootElement.Clone();
            return new Dashboard(root.GetProperty("uid").GetString()!, root.GetProperty("title").GetString()!, root);
        }),
    ];
}
