using System.Globalization;
using Assize.Cli.Reports;
using Assize.Evaluation.Drift;

namespace Assize.Cli.Streams;

/// <summary>The findings as one page that needs nothing but a browser: the stream's mean, and its evidence over the threshold.</summary>
internal static class DriftPage
{
    private const int Width = 900;
    private const int Height = 220;

    // Room for the numbers beside and under a chart.
    private const int Left = 64;
    private const int Under = 24;
    private const int Over = 14;

    // As wide as the words beside a mark.
    private const int Name = 130;

    // Evidence is drawn from a ten-thousandth of the threshold on.
    private const int Decades = 4;

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1c2530;--soft:#5b6875;--paper:#fff;--curve:#1f6fb2;--mark:#c0392b;--grid:#d9dfe5}
        @media (prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#a7b3c0;--paper:#10151b;--curve:#6db3f2;--mark:#ff8a75;--grid:#34404d}}
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--paper)}
        h2{font-size:1rem;margin:1.5rem 0 .25rem}
        pre{font-size:.8125rem;white-space:pre-wrap;overflow-wrap:anywhere}
        svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
        .curve{fill:none;stroke:var(--curve);stroke-width:2}
        .grid{stroke:var(--grid)}
        .rule{stroke:var(--soft);stroke-dasharray:6 4}
        .mark{stroke:var(--mark)}
        svg text.marked{fill:var(--mark)}
        """;

    public static string Of(DriftFindings findings) => HtmlPage.Of($"Drift of {findings.File} · Assize", Style, Body(findings));

    private static Html Body(DriftFindings findings) => $"""
        <h1>Drift of <bdi>{findings.File}</bdi></h1>
        <p><strong>{Headline(findings)}</strong> {findings.FalseAlarms}</p>
        {(findings.Curve.IsEmpty || findings.Baseline is null ? Html.Empty : Charts(findings, findings.Baseline))}<pre>{Text(findings)}</pre>
        """;

    private static Html Charts(DriftFindings findings, BaselineFacts baseline)
    {
        var means = findings.Curve.Select(point => point.Mean).Append(baseline.Mean).ToArray();
        // A stream that never moves is drawn in the middle, with room above and below.
        var (low, high) = means.Max() > means.Min() ? (means.Min(), means.Max()) : (baseline.Mean - 0.5, baseline.Mean + 0.5);
        string Mean(double value) => Up((value - low) / (high - low));
        string Level(double value) => Up(1 + Math.Log10(Math.Clamp(value, Math.Pow(10, -Decades), 1)) / Decades);
        return (Html)$"""
            {Chart("Mean score; the dashed line is the baseline's mean", findings, point => Mean(point.Mean),
                [Tick(Mean(low), Score(low)), Tick(Mean(high), Score(high)), Rule(Mean(baseline.Mean), Score(baseline.Mean))])}
            {Chart("Evidence, as a share of the threshold, on a logarithmic scale; at the dashed line is an alarm", findings, point => Level(point.Level),
                [.. Enumerable.Range(1, Decades).Select(decade => Tick(Level(Math.Pow(10, -decade)), Math.Pow(10, -decade).ToString("0.####", CultureInfo.InvariantCulture))), Rule(Level(1), "1")])}

            """;
    }

    private static string Headline(DriftFindings findings) => findings.Verdict switch
    {
        DriftVerdict.Alarm => string.Create(CultureInfo.InvariantCulture, $"Alarm at line {findings.Alarms[0].Line}: {(findings.Alarms[0].Direction is Direction.Drop ? "quality dropped" : "quality rose")}."),
        DriftVerdict.Quiet => "No alarm.",
        _ => "Inconclusive.",
    };

    private static Html Chart(string title, DriftFindings findings, Func<CurvePoint, string> up, IEnumerable<Html> ruled)
    {
        var (first, last) = (findings.Curve[0].FromLine, findings.Curve[^1].ToLine);
        var path = string.Join(' ', findings.Curve.Select(point => $"{Number(Across(findings, point.ToLine))},{up(point)}"));
        return $"""
            <h2>{title}</h2>
            <svg role="img" viewBox="0 0 {Width} {Height}" width="100%"><title>{title}, lines {first} to {last}</title>{ruled}<text x="{Left}" y="{Height - 6}">line {first}</text><text x="{Width - 4}" y="{Height - 6}" text-anchor="end">line {last}</text>{Marks(findings)}<polyline class="curve" points="{path}"/></svg>
            """;
    }

    private static Html Tick(string y, string value) => Across("grid", y, value);

    private static Html Rule(string y, string value) => Across("rule", y, value);

    private static Html Across(string kind, string y, string value) => $"""<line class="{kind}" x1="{Left}" x2="{Width}" y1="{y}" y2="{y}"/><text x="{Left - 6}" y="{y}" dy="4" text-anchor="end">{value}</text>""";

    private static IEnumerable<Html> Marks(DriftFindings findings)
    {
        double? named = null;
        foreach (var (alarm, across) in findings.Alarms.Select(alarm => (alarm, Across(findings, alarm.Line))).OrderBy(one => one.Item2))
        {
            yield return $"""<line class="mark" x1="{Number(across)}" x2="{Number(across)}" y1="{Over}" y2="{Height - Under}"><title>{alarm.Detector}, line {alarm.Line}</title></line>""";
            if (named is { } last && across - last < Name)
            {
                continue;
            }

            named = across;
            // On the side where there is room.
            var (gap, anchor) = across > (Left + Width) / 2.0 ? (-5, "end") : (5, "start");
            yield return $"""<text class="marked" x="{Number(across + gap)}" y="{Over - 3}" text-anchor="{anchor}">alarm, line {alarm.Line}</text>""";
        }
    }

    private static double Across(DriftFindings findings, int line)
    {
        var (first, last) = (findings.Curve[0].FromLine, findings.Curve[^1].ToLine);
        return Left + (Width - Left) * (line - first) / (double)Math.Max(1, last - first);
    }

    /// <param name="share">0 at the bottom, 1 at the top.</param>
    private static string Up(double share) => Number(Height - Under - (Height - Under - Over) * Math.Clamp(share, 0, 1));

    private static string Score(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static IEnumerable<Html> Text(DriftFindings findings)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        DriftText.Write(findings, text, drawn: false);
        return [.. text.ToString().Split('\n').Select(line => (Html)$"{line.TrimEnd('\r')}\n")];
    }
}
