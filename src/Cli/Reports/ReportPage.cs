using System.Reflection;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>A report as one page that needs nothing but a browser: no script, no network, no font of its own.</summary>
internal static class ReportPage
{
    private static readonly Lazy<string> Style = new(ReadStyle);

    public static string Html(Report report) => HtmlPage.Of(
        $"{Legible.Name(report.Provenance.Suite.Value)} · {Legible.Name(report.Run.Value)} · Assize report", Style.Value, Body(report));

    private static Html Body(Report report) => $"""
        {PreferenceBar.Pattern}
        <main>
        {Head(report)}{FindingSection.Of(report)}{ScoreSection.Plots(report)}{PreferenceSection.Plots(report)}{DifferenceSection.Plots(report)}{ChangeSection.Of(report)}{UsageSection.Of(report)}{Numbers(report)}{ProvenanceSection.Of(report)}{ProvenanceSection.Reading}
        </main>
        <footer>Made by Assize <bdi>{report.Provenance.Program}</bdi> from run <code>{report.Run.Value}</code>.</footer>
        """;

    private static Html Head(Report report)
    {
        var from = report.Provenance;
        var took = from.Ended is { } ended ? Figures.Duration(ended - from.Started) : Figures.None;
        return $"""
            <header>
            <p class="brand">Assize report</p>
            <h1><bdi>{from.Suite.Value}</bdi></h1>
            {Paragraph("description", from.Description)}<dl class="facts"><div><dt>run</dt><dd><code>{report.Run.Value}</code></dd></div><div><dt>status</dt><dd>{Labels.Of(report.Status)}</dd></div><div><dt>cases</dt><dd>{Figures.Count(report.CasesDone)} of {Figures.Count(report.Cases)}</dd></div><div><dt>started</dt><dd>{Figures.Time(from.Started)}</dd></div><div><dt>took</dt><dd>{took}</dd></div></dl>
            {Banner("simulated", Labels.Simulated(report))}{Banner("partial", Labels.Partial(report))}
            </header>

            """;
    }

    private static Html Paragraph(string kind, string? text) => string.IsNullOrWhiteSpace(text) ? Assize.Cli.Reports.Html.Empty : $"""
        <p class="{kind}">{text}</p>

        """;

    private static Html Banner(string kind, string? text)
    {
        if (text is null)
        {
            return Assize.Cli.Reports.Html.Empty;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return $"""
            <p class="banner {kind}" role="note"><span class="sign" aria-hidden="true">⚠</span> <span><b>{text[..colon]}.</b> {Capital(text[(colon + 1)..].Trim())}</span></p>

            """;
    }

    private static Html Numbers(Report report) => report.Scores.IsEmpty && report.Differences.IsEmpty && report.Preferences.IsEmpty
        ? Assize.Cli.Reports.Html.Empty
        : $"""
        <section id="numbers"><h2>All numbers</h2>
        {ScoreSection.Tables(report)}{DifferenceSection.Tables(report)}{PreferenceSection.Table(report)}
        </section>

        """;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string ReadStyle()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("ReportStyle.css")
            ?? throw new InvalidOperationException("the report's style sheet is missing from the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
