using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>Who is preferred, how steady the judge was, and whether it leans to what it saw first.</summary>
internal static class PreferenceSection
{
    public static Html Plots(Report report)
    {
        var groups = report.Preferences.GroupBy(line => (line.A, line.B, line.Judge))
            .Select(lines => lines.OrderBy(line => line.Slice == Slice.All ? 0 : 1).ToImmutableArray())
            .ToImmutableArray();
        return groups.IsEmpty
            ? Html.Empty
            : $"""
            <section id="preferences"><h2>Preferences</h2>
            <div class="cards wide">{groups.Select(Plot)}</div>
            </section>

            """;
    }

    public static Html Table(Report report) => report.Preferences.IsEmpty
        ? Html.Empty
        : $"""
        <details><summary>Preferences <small>{Figures.Plural(report.Preferences.Length, "line", "lines")}</small></summary>
        <div class="scroll" role="region" tabindex="0" aria-label="Preferences"><table>
        <caption>Preferences by pair, judge and slice; win rates are B's, with ties and inconsistent verdicts counted half</caption>
        <thead><tr><th scope="col">slice</th><th scope="col">B against A, judge</th><th scope="col" class="n">win rate</th><th scope="col" class="n">95 % interval</th><th scope="col" class="n">p</th><th scope="col" class="n">B / tie / inconsistent / A</th><th scope="col" class="n">clusters</th><th scope="col" class="n">coverage</th><th scope="col" class="n">consistency</th><th scope="col" class="n">first shown</th><th scope="col" class="n">unscored as worst to best</th><th scope="col">unscored</th><th scope="col">method</th></tr></thead>
        <tbody>{report.Preferences.Select(Line)}</tbody></table></div></details>

        """;

    private static Html Plot(ImmutableArray<PreferenceLine> lines)
    {
        var line = lines[0];
        var rows = lines.Select(each => new PlotRow(Labels.Of(each.Slice), Finding.Of(each), each.WinRate, Unit.Share.Read(each.WinRate, 0.5), " %")
        {
            Remark = Figures.Plural(each.Coverage.Scored, "comparison", "comparisons"),
            Whole = each.Slice == Slice.All,
        }).ToImmutableArray();
        var caption = $"win rate of {Legible.Name(line.B.Value)}, ties counted half; 50 % is no preference";
        return $"""
            <figure class="card"><figcaption><h3><bdi>{line.B.Value}</bdi> <span class="against">against</span> <bdi>{line.A.Value}</bdi></h3><small>judge <bdi>{line.Judge.Value}</bdi>, asked in both orders</small></figcaption>
            {PreferenceBar.Of(line)}{IntervalPlot.Of(Axis.WinRate, [.. rows.Take(1)], caption, 100, " %")}
            <dl class="facts"><div><dt>consistency</dt><dd>{Words(line.Consistency)} <small>of the verdicts did not depend on the order</small></dd></div><div><dt>first shown</dt><dd>{Words(line.FirstShown)} <small>of decided single verdicts went to the response shown first; 50 % is unbiased. {Leaning(line.FirstShown)}</small></dd></div>{Unscored(line.Coverage)}</dl>
            {(rows.Length > 1 ? Slices(rows, caption) : Html.Empty)}</figure>

            """;
    }

    private static Html Slices(ImmutableArray<PlotRow> rows, string caption) => $"""
        <details><summary>By slice <small>{Figures.Plural(rows.Length - 1, "slice", "slices")}</small></summary>
        {IntervalPlot.Of(Axis.WinRate, rows, caption, 100, " %")}</details>

        """;

    private static string Leaning(Estimate firstShown) => Finding.Of(firstShown, 0.5, null) switch
    {
        Tone.Better => "The judge leans to what it sees first.",
        Tone.Worse => "The judge leans to what it sees second.",
        Tone.NotShown => "No leaning could be shown.",
        _ => "",
    };

    private static Html Words(Estimate estimate)
    {
        var reading = Unit.Share.Read(estimate, 0.5);
        var value = reading.Value == Figures.None ? Figures.None : reading.Value + " %";
        return reading.Low is null
            ? $"""<b>{value}</b> <span class="why">({reading.Why})</span>"""
            : (Html)$"""<b>{value}</b> <span class="ends">({reading.Interval} %)</span>""";
    }

    private static Html Unscored(Coverage coverage) => coverage.Scored == coverage.Trials
        ? Html.Empty
        : $"""<div><dt>scored</dt><dd><b>{Figures.Share(coverage.Scored, coverage.Trials)}</b> <small>{Figures.Count(coverage.Scored)} of {Figures.Count(coverage.Trials)} comparisons; {Labels.Unscored(coverage)}</small></dd></div>""";

    private static Html Line(PreferenceLine line)
    {
        var bounds = line.Bounds is { } ends ? $"{Unit.Share.Print(ends.Worst)} to {Unit.Share.Print(ends.Best)} %" : Figures.None;
        return $"""
            <tr><th scope="row">{IntervalPlot.Sign(Finding.Of(line))}<bdi>{Labels.Of(line.Slice)}</bdi></th><td><bdi>{line.B.Value}</bdi> against <bdi>{line.A.Value}</bdi>, <bdi>{line.Judge.Value}</bdi></td>{ScoreSection.Cells(Unit.Share.Read(line.WinRate, 0.5), Unit.Share.Symbol)}<td class="n">{Figures.BareP(line.P)}</td><td class="n">{Figures.Count(line.BWins)} / {Figures.Count(line.Ties)} / {Figures.Count(line.Inconsistent)} / {Figures.Count(line.AWins)}</td><td class="n">{Figures.Count(line.Clusters)}</td><td class="n">{Figures.Share(line.Coverage.Scored, line.Coverage.Trials)}</td><td class="n">{Words(line.Consistency)}</td><td class="n">{Words(line.FirstShown)}</td><td class="n">{bounds}</td><td class="reasons">{Labels.Unscored(line.Coverage)}</td><td class="method">{line.WinRate.Method}</td></tr>

            """;
    }
}
