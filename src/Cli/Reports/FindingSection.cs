using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Reports;

/// <summary>The first thing a reader sees: who is better, by how much, how sure.</summary>
internal static class FindingSection
{
    public static Html Of(Report report)
    {
        var pairs = Findings.Of(report);
        return $"""
            <section id="findings"><h2>What this run shows</h2>
            {(pairs.IsEmpty ? Alone(report) : Html.Empty)}{pairs.Select(Pair)}{Caution(pairs.Sum(pair => pair.All.Length))}
            </section>

            """;
    }

    private static Html Alone(Report report) => $"""
        <ul class="plain">{Findings.Alone(report).Select(Item)}</ul>

        """;

    private static Html Item(string sentence) => $"<li>{sentence}</li>";

    private static Html Pair(PairFindings pair) => $"""
        <article class="card pair">
        <h3><bdi>{pair.B.Value}</bdi> <span class="against">against</span> <bdi>{pair.A.Value}</bdi></h3>
        <p class="chips">{Chip(pair, Tone.Better)}{Chip(pair, Tone.Worse)}{Chip(pair, Tone.NotShown)}{Chip(pair, Tone.Unknown)}</p>
        {Differences(pair)}{Preferences(pair)}
        </article>

        """;

    private static Html Chip(PairFindings pair, Tone tone)
    {
        var labels = pair.Labels(tone);
        return labels.IsEmpty
            ? Html.Empty
            : $"""<span class="chip {IntervalPlot.Class(tone)}"><span class="sign" aria-hidden="true">{Finding.Sign(tone)}</span> <b>{Finding.Words(tone)}</b> <bdi>{string.Join(", ", labels)}</bdi></span> """;
    }

    private static Html Differences(PairFindings pair)
    {
        var findings = pair.All.Where(finding => finding.Difference is not null).ToImmutableArray();
        if (findings.IsEmpty)
        {
            return Html.Empty;
        }

        var axis = Axis.AroundZero(findings.SelectMany(finding => Ends(finding.Difference!.Estimate, Width(finding.Difference))), 1);
        return IntervalPlot.Of(axis, [.. findings.Select(Row)], "share of the scale", 100, " %", signed: true, (Legible.Name(pair.A.Value), Legible.Name(pair.B.Value)));
    }

    private static PlotRow Row(Finding finding)
    {
        var line = finding.Difference!;
        var unit = Unit.Of(line.Scale);
        return new PlotRow(finding.Label, finding.Tone, line.Estimate, unit.Read(line.Estimate, 0, signed: true), unit.GapSymbol)
        {
            Width = Width(line),
            Sentence = finding.Sentence,
        };
    }

    private static Html Preferences(PairFindings pair)
    {
        var rows = pair.All.Where(finding => finding.Preference is not null)
            .Select(finding => new PlotRow(finding.Label, finding.Tone, finding.Preference!.WinRate, Unit.Share.Read(finding.Preference.WinRate, 0.5), " %") { Sentence = finding.Sentence })
            .ToImmutableArray();
        return rows.IsEmpty ? Html.Empty : IntervalPlot.Of(Axis.WinRate, rows, $"win rate of {Legible.Name(pair.B.Value)}; 50 % is no preference", 100, " %");
    }

    private static Html Caution(int comparisons) => comparisons < 4
        ? Html.Empty
        : $"""
        <p class="small">Each interval is a 95 % interval by itself. Of {comparisons} comparisons between candidates that do not differ at all, about {Figures.Number(comparisons * 0.05, 1)} would still exclude zero by chance.</p>
        """;

    private static double Width(DifferenceLine line) => line.Scale.Max - line.Scale.Min;

    /// <summary>Where an estimate reaches to when it is drawn.</summary>
    public static IEnumerable<double> Ends(Estimate estimate, double width = 1) =>
        new[] { estimate.Value, estimate.Low, estimate.High }.OfType<double>().Select(end => end / width);
}
