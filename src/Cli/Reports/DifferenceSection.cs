using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>How far candidates lie apart, slice by slice: forest plots around zero, and every line as a table.</summary>
internal static class DifferenceSection
{
    public static Html Plots(Report report)
    {
        var labels = new Labels(report);
        var groups = Groups(report).Where(lines => lines.Length > 1).ToImmutableArray();
        return groups.IsEmpty
            ? Html.Empty
            : $"""
            <section id="slices"><h2>Differences by slice</h2>
            {Caution(report)}{groups.Select((lines, index) => Plot(lines, labels, index == 0))}
            </section>

            """;
    }

    public static Html Tables(Report report)
    {
        var labels = new Labels(report);
        return $"{Groups(report).Select(lines => Table(lines, labels))}";
    }

    /// <summary>The slices, other than all cases, in which a difference is shown.</summary>
    public static int Shown(IEnumerable<DifferenceLine> lines) =>
        lines.Count(line => line.Slice != Slice.All && Finding.Of(line) is Tone.Better or Tone.Worse);

    private static ImmutableArray<ImmutableArray<DifferenceLine>> Groups(Report report) =>
    [
        .. report.Differences.GroupBy(line => (line.A, line.B, line.Judge, line.Criterion))
            .Select(lines => lines.OrderBy(line => line.Slice == Slice.All ? 0 : 1).ToImmutableArray()),
    ];

    private static Html Opened => $""" open="" """;

    private static Html Caution(Report report)
    {
        var slices = report.Differences.Count(line => line.Slice != Slice.All);
        var found = Shown(report.Differences);
        return $"""
            <p class="small">{Figures.Plural(slices, "difference", "differences")} in slices {(slices == 1 ? "was" : "were")} estimated; {Figures.Count(found)} of them {(found == 1 ? "excludes" : "exclude")} zero, and about {Figures.Number(slices * 0.05, 1)} would by chance if nothing differed anywhere. Take a slice as a place to look, not as a finding.</p>

            """;
    }

    private static Html Plot(ImmutableArray<DifferenceLine> lines, Labels labels, bool open)
    {
        var (line, unit) = (lines[0], Unit.Of(lines[0].Scale));
        var shown = Shown(lines);
        var axis = Axis.AroundZero(lines.SelectMany(each => FindingSection.Ends(each.Estimate)), line.Scale.Max - line.Scale.Min);
        return $"""
            <details {(open ? Opened : Html.Empty)}><summary><bdi>{labels.Of(line.Judge, line.Criterion)}</bdi>: <bdi>{line.B.Value}</bdi> against <bdi>{line.A.Value}</bdi> <small>{Figures.Plural(lines.Count(each => each.Slice != Slice.All), "slice", "slices")}, {(shown == 0 ? "none" : Figures.Count(shown))} with a difference shown</small></summary>
            {IntervalPlot.Of(axis, [.. lines.Select(Row)], $"difference in{unit.Gap}", unit.Factor, unit.GapSymbol, signed: true, (Legible.Name(line.A.Value), Legible.Name(line.B.Value)))}</details>

            """;
    }

    private static PlotRow Row(DifferenceLine line)
    {
        var unit = Unit.Of(line.Scale);
        return new PlotRow(Labels.Of(line.Slice), Finding.Of(line), line.Estimate, unit.Read(line.Estimate, 0, signed: true), unit.GapSymbol)
        {
            Remark = Figures.Plural(line.Pairs, "case", "cases"),
            Whole = line.Slice == Slice.All,
        };
    }

    private static Html Table(ImmutableArray<DifferenceLine> lines, Labels labels)
    {
        var title = $"{labels.Of(lines[0].Judge, lines[0].Criterion)}, {Legible.Name(lines[0].B.Value)} against {Legible.Name(lines[0].A.Value)}";
        var bounded = lines.Any(line => line.Bounds is not null);
        Html bounds = bounded ? $"""<th scope="col" class="n">missing as worst to best</th>""" : Html.Empty;
        return $"""
            <details><summary>Differences in <bdi>{title}</bdi></summary>
            <div class="scroll" role="region" tabindex="0" aria-label="Differences in {title}"><table>
            <caption>Differences by slice in <bdi>{title}</bdi>; in{Unit.Of(lines[0].Scale).Gap}</caption>
            <thead><tr><th scope="col">slice</th><th scope="col" class="n">difference</th><th scope="col" class="n">95 % interval</th><th scope="col" class="n">p</th><th scope="col" class="n">pairs</th><th scope="col" class="n">unpaired</th><th scope="col" class="n">clusters</th><th scope="col" class="n">better / worse / equal</th>{bounds}<th scope="col">test; interval</th></tr></thead>
            <tbody>{lines.Select(line => Line(line, bounded))}</tbody></table></div></details>

            """;
    }

    private static string Methods(DifferenceLine line) =>
        line.Test.Contains(line.Estimate.Method, StringComparison.Ordinal) ? line.Test : $"{line.Test}; {line.Estimate.Method}";

    private static Html Line(DifferenceLine line, bool bounded)
    {
        var unit = Unit.Of(line.Scale);
        Html bounds = !bounded ? Html.Empty : line.Bounds is { } ends ? (Html)$"""<td class="n">{unit.Signed(ends.Worst)} to {unit.Signed(ends.Best)}{unit.GapSymbol}</td>""" : $"""<td class="n">—</td>""";
        return $"""
            <tr><th scope="row">{IntervalPlot.Sign(Finding.Of(line))}<bdi>{Labels.Of(line.Slice)}</bdi></th>{ScoreSection.Cells(unit.Read(line.Estimate, 0, signed: true), unit.GapSymbol)}<td class="n">{Figures.BareP(line.P)}</td><td class="n">{Figures.Count(line.Pairs)}</td><td class="n">{Figures.Count(line.Unpaired)}</td><td class="n">{Figures.Count(line.Clusters)}</td><td class="n">{Figures.Count(line.Better)} / {Figures.Count(line.Worse)} / {Figures.Count(line.Equal)}</td>{bounds}<td class="method">{Methods(line)}</td></tr>

            """;
    }
}
