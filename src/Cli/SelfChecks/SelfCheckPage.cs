using System.Globalization;
using Assize.Cli.Reports;
using Assize.Evaluation.SelfChecks;

namespace Assize.Cli.SelfChecks;

/// <summary>A self-check as one page that needs nothing but a browser: every promise with what came of it, and the p values drawn.</summary>
internal static class SelfCheckPage
{
    private const int Width = 120;
    private const int Height = 28;

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1c2530;--soft:#5b6875;--paper:#fff;--bar:#1f6fb2;--bad:#c0392b;--good:#1e7d45;--grid:#d9dfe5}
        @media (prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#a7b3c0;--paper:#10151b;--bar:#6db3f2;--bad:#ff8a75;--good:#6fd39a;--grid:#34404d}}
        body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--paper)}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--grid);vertical-align:top}
        .good{color:var(--good)}
        .bad{color:var(--bad);font-weight:600}
        .soft{color:var(--soft)}
        rect{fill:var(--bar)}
        line{stroke:var(--soft);stroke-dasharray:4 3}
        """;

    /// <param name="findings">What was found.</param>
    /// <param name="at">When; the page of last night is to be told from an older one.</param>
    public static string Of(SelfCheckFindings findings, DateTimeOffset at) => HtmlPage.Of($"Self-check · Assize", Style, Body(findings, at));

    private static Html Body(SelfCheckFindings findings, DateTimeOffset at) => $"""
        <h1>Is the instrument right?</h1>
        <p class="{(findings.Holds is true ? "good" : "bad")}"><strong>{SelfCheckText.Headline(findings)}</strong></p>
        <p>{SelfCheckText.Method(findings)} <span class="soft">{Figures.Time(at)}</span></p>
        {findings.Claims.GroupBy(claim => claim.Set).Select(Set)}{findings.PassedOver.Select(set => (Html)$"<p class=\"soft\">Passed over: {set}</p>\n")}
        """;

    private static Html Set(IGrouping<string, Claim> set) => $"""
        <h2><bdi>{set.Key}</bdi></h2>
        <table><thead><tr><th scope="col">method</th><th scope="col">promise</th><th scope="col">tried</th><th scope="col">found</th><th scope="col">has to be</th><th scope="col">kept</th></tr></thead>
        <tbody>
        {set.Select(Row)}</tbody></table>

        """;

    private static Html Row(Claim claim) => $"""
        <tr><th scope="row">{claim.Method}</th><td>{claim.Promise}{(claim.Histogram.IsEmpty ? Html.Empty : Drawn(claim))}</td><td>{Figures.Count(claim.Tries)}</td><td>{SelfCheckText.Observed(claim)}</td><td>{SelfCheckText.Allowed(claim)}</td><td class="{(claim.Holds ? "good" : "bad")}">{(claim.Holds ? "yes" : "no")}</td></tr>

        """;

    /// <summary>The p values by twentieths; the dashed line is where each bar should end, but for chance.</summary>
    private static Html Drawn(Claim claim)
    {
        var most = Math.Max(claim.Histogram.Max(), 1);
        var each = (double)Width / claim.Histogram.Length;
        var level = Height - Height * ((double)claim.Tries / claim.Histogram.Length) / most;
        return $"""
            <br><svg role="img" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}"><title>p values from 0 to 1, in twentieths: {string.Join(", ", claim.Histogram.Select(count => count.ToString(CultureInfo.InvariantCulture)))}</title>{claim.Histogram.Select((count, i) => Bar(i * each, each - 1, (double)Height * count / most))}<line x1="0" x2="{Width}" y1="{Number(level)}" y2="{Number(level)}"/></svg>
            """;
    }

    private static Html Bar(double x, double width, double height) => $"""<rect x="{Number(x)}" y="{Number(Height - height)}" width="{Number(width)}" height="{Number(height)}"/>""";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
