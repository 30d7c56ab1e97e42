using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>What each candidate scores: plots over all cases, and every line by slice as a table.</summary>
internal static class ScoreSection
{
    public static Html Plots(Report report)
    {
        var labels = new Labels(report);
        var criteria = report.Scores.GroupBy(line => (line.Judge, line.Criterion)).ToImmutableArray();
        return criteria.IsEmpty
            ? Html.Empty
            : $"""
            <section id="scores"><h2>Scores</h2>
            <div class="cards">{criteria.Select(lines => Plot([.. lines], labels))}</div>
            </section>

            """;
    }

    public static Html Tables(Report report)
    {
        var labels = new Labels(report);
        return $"{report.Scores.GroupBy(line => (line.Judge, line.Criterion)).Select(lines => Table([.. lines], labels))}";
    }

    private static Html Plot(ImmutableArray<ScoreLine> lines, Labels labels)
    {
        var (scale, unit) = (lines[0].Scale, Unit.Of(lines[0].Scale));
        var rows = lines.Where(line => line.Slice == Slice.All).Select(line => new PlotRow(
            Legible.Name(line.Candidate.Value), null, line.Estimate, unit.Read(line.Estimate), unit.Symbol)
        {
            Remark = Scored(line.Coverage),
        }).ToImmutableArray();
        return $"""
            <figure class="card"><figcaption><h3><bdi>{labels.Of(lines[0].Judge, lines[0].Criterion)}</bdi></h3><small>{Labels.Of(scale)} · judge <bdi>{lines[0].Judge.Value}</bdi></small></figcaption>
            {IntervalPlot.Of(Axis.Of(scale), rows, scale.IsPassFail ? "share of cases that pass" : "points, higher is better", unit.Factor, unit.Symbol)}</figure>

            """;
    }

    private static string Scored(Coverage coverage)
    {
        var unscored = Labels.Unscored(coverage);
        return unscored.Length == 0
            ? $"{Figures.Count(coverage.Scored)} scored"
            : $"{Figures.Count(coverage.Scored)} of {Figures.Count(coverage.Trials)} scored; {unscored}";
    }

    private static Html Table(ImmutableArray<ScoreLine> lines, Labels labels)
    {
        var title = labels.Of(lines[0].Judge, lines[0].Criterion);
        var bounded = lines.Any(line => line.Bounds is not null);
        var unscored = lines.Any(line => line.Coverage.Scored < line.Coverage.Trials);
        var slices = lines.GroupBy(line => line.Slice).ToImmutableArray();
        return $"""
            <details><summary>Scores in <bdi>{title}</bdi> <small>{Labels.Of(lines[0].Scale)}, {Figures.Plural(slices.Length, "slice", "slices")}</small></summary>
            <div class="scroll" role="region" tabindex="0" aria-label="Scores in {title}"><table>
            <caption>Scores by slice in <bdi>{title}</bdi>, {Labels.Of(lines[0].Scale)}</caption>
            <thead><tr><th scope="col">slice, candidate</th><th scope="col" class="n">{(lines[0].Scale.IsPassFail ? "rate" : "mean")}</th><th scope="col" class="n">95 % interval</th><th scope="col" class="n">n</th><th scope="col" class="n">clusters</th><th scope="col" class="n">coverage</th><th scope="col" class="n">design effect</th>{(bounded ? Bounds() : Html.Empty)}{(unscored ? Why() : Html.Empty)}<th scope="col">method</th></tr></thead>
            {slices.Select(slice => Group([.. slice], bounded, unscored))}</table></div></details>

            """;
    }

    private static Html Bounds() => $"""<th scope="col" class="n">unscored as worst to best</th>""";

    private static Html Why() => $"""<th scope="col">unscored</th>""";

    private static Html Group(ImmutableArray<ScoreLine> lines, bool bounded, bool unscored) => $"""
        <tbody><tr><th scope="rowgroup" class="group" colspan="{8 + (bounded ? 1 : 0) + (unscored ? 1 : 0)}"><bdi>{Labels.Of(lines[0].Slice)}</bdi></th></tr>{lines.Select(line => Line(line, bounded, unscored))}</tbody>

        """;

    private static Html Line(ScoreLine line, bool bounded, bool unscored)
    {
        var unit = Unit.Of(line.Scale);
        Html bounds = !bounded ? Html.Empty : line.Bounds is { } ends ? (Html)$"""<td class="n">{unit.Print(ends.Worst)} to {unit.Print(ends.Best)}{unit.Symbol}</td>""" : $"""<td class="n">—</td>""";
        Html reasons = unscored ? $"""<td class="reasons">{Labels.Unscored(line.Coverage)}</td>""" : Html.Empty;
        var effect = line.DesignEffect is { } value ? Figures.Number(value, 2) : Figures.None;
        return $"""
            <tr><th scope="row"><bdi>{line.Candidate.Value}</bdi></th>{Cells(unit.Read(line.Estimate), unit.Symbol)}<td class="n">{Figures.Count(line.Coverage.Scored)}</td><td class="n">{Figures.Count(line.Clusters)}</td><td class="n">{Figures.Share(line.Coverage.Scored, line.Coverage.Trials)}</td><td class="n">{effect}</td>{bounds}{reasons}<td class="method">{line.Estimate.Method}</td></tr>

            """;
    }

    /// <summary>The two cells of a value and its interval; where there is none, the second says why.</summary>
    public static Html Cells(Reading reading, string symbol)
    {
        var value = reading.Value == Figures.None ? Figures.None : reading.Value + symbol;
        return reading.Low is null
            ? $"""<td class="n">{value}</td><td class="why">— {reading.Why}</td>"""
            : (Html)$"""<td class="n"><b>{value}</b></td><td class="n">{reading.Interval}{symbol}</td>""";
    }
}
