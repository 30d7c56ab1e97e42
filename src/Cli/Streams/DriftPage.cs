using System.Globalization;
using Assize.Cli.Reports;
using Assize.Evaluation.Drift;

namespace Assize.Cli.Streams;

/// <summary>The findings as one page that needs nothing but a browser: the stream's mean, and its evidence over the threshold.</summary>
internal static class DriftPage
{
    private const int Width = 900;
    private const int Height = 200;

    // Evidence is drawn from a ten-thousandth of the threshold on.
    private const double Decades = 4;

    private const string Style = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}:root{color-scheme:light dark}pre{overflow-x:auto}";

    public static string Of(DriftFindings findings) => HtmlPage.Of($"Drift of {findings.File} · Assize", Style, Body(findings));

    private static Html Body(DriftFindings findings) => $"""
        <h1>Drift of <bdi>{findings.File}</bdi></h1>
        <p><strong>{Headline(findings)}</strong> {findings.FalseAlarms}</p>
        {Chart("Mean score", findings, Means(findings), Baseline(findings))}{Chart("Evidence over threshold, logarithmic; the line is the threshold", findings, Evidence(findings), Rule(Place(0)))}
        <pre>{Text(findings)}</pre>
        """;

    private static string Headline(DriftFindings findings) => findings.Verdict switch
    {
        DriftVerdict.Alarm => string.Create(CultureInfo.InvariantCulture, $"Alarm at line {findings.Alarms[0].Line}: {(findings.Alarms[0].Direction is Direction.Drop ? "quality dropped" : "quality rose")}."),
        DriftVerdict.Quiet => "No alarm.",
        _ => "Inconclusive.",
    };

    private static Html Chart(string title, DriftFindings findings, string path, Html line) => findings.Curve.IsEmpty ? Html.Empty : $"""
        <h2>{title}</h2>
        <svg role="img" viewBox="0 0 {Width} {Height}" width="100%"><title>{title}, lines {findings.Curve[0].FromLine} to {findings.Curve[^1].ToLine}</title>{line}{findings.Alarms.Select(alarm => Mark(findings, alarm))}<polyline points="{path}" fill="none" stroke="#1f77b4" stroke-width="2"/></svg>

        """;

    private static Html Rule(string y) => $"""<line x1="0" x2="{Width}" y1="{y}" y2="{y}" stroke="#888" stroke-dasharray="6 4"/>""";

    private static Html Mark(DriftFindings findings, AlarmFacts alarm)
    {
        var x = Number(Across(findings, alarm.Line));
        return $"""<line x1="{x}" x2="{x}" y1="0" y2="{Height}" stroke="#d62728"><title>{alarm.Detector}, line {alarm.Line}</title></line>""";
    }

    private static Html Baseline(DriftFindings findings) => findings.Baseline is { } baseline && !findings.Curve.IsEmpty ? Rule(Number(Up(findings, baseline.Mean))) : Html.Empty;

    private static string Means(DriftFindings findings) => string.Join(' ', findings.Curve.Select(point => $"{Number(Across(findings, point.ToLine))},{Number(Up(findings, point.Mean))}"));

    private static string Evidence(DriftFindings findings) =>
        string.Join(' ', findings.Curve.Select(point => $"{Number(Across(findings, point.ToLine))},{Place(Math.Log10(Math.Clamp(point.Level, Math.Pow(10, -Decades), 1)))}"));

    private static string Place(double logarithm) => Number(10 + (Height - 20) * -logarithm / Decades);

    private static double Across(DriftFindings findings, int line)
    {
        var (first, last) = (findings.Curve[0].FromLine, findings.Curve[^1].ToLine);
        return Width * (line - first) / (double)Math.Max(1, last - first);
    }

    private static double Up(DriftFindings findings, double mean)
    {
        var means = findings.Curve.Select(point => point.Mean).Append(findings.Baseline!.Mean).ToArray();
        var (low, high) = (means.Min(), means.Max());
        return high > low ? Height - 10 - (Height - 20) * (mean - low) / (high - low) : Height / 2.0;
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static IEnumerable<Html> Text(DriftFindings findings)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        DriftText.Write(findings, text);
        return [.. text.ToString().Split('\n').Select(line => (Html)$"{line.TrimEnd('\r')}\n")];
    }
}
